/** The key that is held to talk, as a person calls it. Pure. */
import type { TalkKey } from "#client/voice/engine.ts";

/** As `KeyboardEvent.code` names them: by their place, whatever the layout writes there. */
const names: Record<string, string> = {
  Space: "Space",
  Backquote: "The key left of 1",
  Enter: "Enter",
  Tab: "Tab",
  CapsLock: "Caps Lock",
  Backspace: "Backspace",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageUp: "Page up",
  PageDown: "Page down",
  ContextMenu: "Menu key",
};

const sides: Record<string, string> = { Left: "Left", Right: "Right" };
const modifiers: Record<string, string> = { Shift: "Shift", Control: "Ctrl", Alt: "Alt", Meta: "Meta" };

const nameCode = (code: string): string => {
  const known = names[code];
  if (known !== undefined) return known;
  const [, modifier = "", side = ""] = /^(Shift|Control|Alt|Meta)(Left|Right)$/.exec(code) ?? [];
  if (modifier !== "") return `${sides[side]} ${modifiers[modifier]}`;
  const [, plain] = /^(?:Key|Digit)(.)$/.exec(code) ?? [];
  if (plain !== undefined) return plain;
  const [, pad] = /^Numpad(.+)$/.exec(code) ?? [];
  return pad === undefined ? code : `Number pad ${pad}`;
};

const buttonNames: Record<number, string> = { 1: "Middle mouse button", 2: "Right mouse button" };

export const nameTalkKey = (key: TalkKey): string =>
  key.kind === "keyboard"
    ? nameCode(key.code) || "Unknown key"
    : (buttonNames[key.button] ?? `Mouse button ${key.button + 1}`);

/** Undefined for what must go on meaning what it means: Esc gives up, and the left button presses buttons. */
export const readTalkKey = (press: { code: string } | { button: number }): TalkKey | undefined => {
  if ("code" in press) {
    return press.code === "" || press.code === "Escape" ? undefined : { kind: "keyboard", code: press.code };
  }
  return press.button === 0 ? undefined : { kind: "mouse", button: press.button };
};
