import { useEffect, useRef } from "react";

/** Keys held together, as "mod+shift+k": mod is ⌘ on Apple's keyboards and Ctrl elsewhere; the last is a key's name. */
export type Shortcut = string;

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

const modifiers = ["mod", "ctrl", "alt", "shift"] as const;

const parse = (shortcut: Shortcut) => {
  const parts = shortcut.toLowerCase().split("+");
  const key = parts.at(-1) ?? "";
  return { key, held: new Set(modifiers.filter((modifier) => parts.slice(0, -1).includes(modifier))) };
};

const getIsApple = (): boolean =>
  typeof navigator !== "undefined" && /mac|iphone|ipad|ipod/i.test(navigator.userAgent);

/** Whether this press is exactly the shortcut: no modifier more, none less. */
export const matchesShortcut = (press: Press, shortcut: Shortcut, isApple = getIsApple()): boolean => {
  const { key, held } = parse(shortcut);
  const needsMeta = isApple && held.has("mod");
  const needsCtrl = held.has("ctrl") || (!isApple && held.has("mod"));
  // "?" needs Shift on some keyboards and not on others: for a sign, Shift is part of the key.
  const isSign = key.length === 1 && !/[a-z0-9]/.test(key);
  return (
    press.key.toLowerCase() === key &&
    press.metaKey === needsMeta &&
    press.ctrlKey === needsCtrl &&
    press.altKey === held.has("alt") &&
    (isSign || press.shiftKey === held.has("shift"))
  );
};

const names: Record<string, string> = {
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
  escape: "Esc",
  enter: "Enter",
  " ": "Space",
};

/** The keys to press, as they are called on this keyboard. */
export const getShortcutKeys = (shortcut: Shortcut, isApple = getIsApple()): string[] => {
  const words = isApple
    ? { mod: "⌘", ctrl: "⌃", alt: "⌥", shift: "⇧" }
    : { mod: "Ctrl", ctrl: "Ctrl", alt: "Alt", shift: "Shift" };
  const { key, held } = parse(shortcut);
  return [...[...held].map((modifier) => words[modifier]), names[key] ?? key.toLocaleUpperCase()];
};

/**
 * Calls the action of the first shortcut that is pressed anywhere, unless something nearer has taken the press. An action
 * that answers false has not used it, and the press goes on.
 */
export const useShortcuts = (
  actions: Readonly<Record<Shortcut, (event: KeyboardEvent) => boolean | void>>,
): void => {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const found = Object.entries(latest.current).find(([shortcut]) => matchesShortcut(event, shortcut));
      if (found && found[1](event) !== false) event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
};
