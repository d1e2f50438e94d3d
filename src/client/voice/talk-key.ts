/**
 * Held to talk: one key or mouse button, wherever the page has the focus. What it must never do: go on when the key can no
 * longer be seen to be let go, or take a letter from somebody who writes.
 */
import type { TalkKey } from "./engine.ts";

/** One press or release of anything, as far as it matters here. */
export interface TalkInput {
  kind: TalkKey["kind"];
  /** A key's code, or a button's number. */
  id: string | number;
  isRepeat: boolean;
  /** Whether the focus is where text is written. */
  isWriting: boolean;
}

export interface HeldKey {
  /** @returns whether the press is taken: the page's own use of it is to be prevented */
  press: (input: TalkInput) => boolean;
  release: (input: TalkInput) => boolean;
  /** Its release may go unseen from here on. */
  letGo: () => void;
}

const writesNothing =
  /^(?:(?:Control|Shift|Alt|Meta)(?:Left|Right)|F\d{1,2}|CapsLock|NumLock|ScrollLock|Pause|ContextMenu|(?:Media|Audio|Browser|Launch)\w+)$/;

const idOf = (key: TalkKey): string | number => (key.kind === "keyboard" ? key.code : key.button);

export const createHeldKey = (key: TalkKey, onChange: (isHeld: boolean) => void): HeldKey => {
  let isHeld = false;
  const hold = (next: boolean): void => {
    if (next === isHeld) return;
    isHeld = next;
    onChange(next);
  };
  const isIt = (input: TalkInput): boolean => input.kind === key.kind && input.id === idOf(key);
  const mayWrite = key.kind === "keyboard" && !writesNothing.test(key.code);

  return {
    press: (input) => {
      if (!isIt(input)) return false;
      // A key that repeats was pressed before; one that is held while a field is entered writes nothing into it.
      if (input.isRepeat) return isHeld;
      if (mayWrite && input.isWriting) return false;
      hold(true);
      return true;
    },
    release: (input) => {
      const wasHeld = isHeld;
      // A Mac tells of no other key's release while Command is held.
      if (isIt(input) || input.id === "MetaLeft" || input.id === "MetaRight") hold(false);
      return wasHeld && isIt(input);
    },
    letGo: () => hold(false),
  };
};

const fieldTypesWithoutText = new Set([
  "button",
  "checkbox",
  "color",
  "file",
  "radio",
  "range",
  "reset",
  "submit",
]);

const isTextField = (target: EventTarget | null): boolean => {
  if (target instanceof HTMLInputElement) return !fieldTypesWithoutText.has(target.type);
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLElement && target.isContentEditable;
};

const toInput = (event: KeyboardEvent | MouseEvent): TalkInput => {
  const isWriting = isTextField(event.target);
  return event instanceof KeyboardEvent
    ? { kind: "keyboard", id: event.code, isRepeat: event.repeat, isWriting }
    : { kind: "mouse", id: event.button, isRepeat: false, isWriting };
};

/** Listens on the whole page until the way to stop, which it returns, is called. */
export const listenToTalkKey = (key: TalkKey, onChange: (isHeld: boolean) => void): (() => void) => {
  const held = createHeldKey(key, onChange);
  const stop = new AbortController();
  // Before the page's own listeners, which may keep an event to themselves.
  const options = { capture: true, signal: stop.signal };
  const take = (event: KeyboardEvent | MouseEvent, isTaken: boolean): void => {
    // Alt would open a menu, Space would press a button, the side buttons would leave the page.
    if (isTaken) event.preventDefault();
  };
  const press = (event: KeyboardEvent | MouseEvent): void => take(event, held.press(toInput(event)));
  const release = (event: KeyboardEvent | MouseEvent): void => take(event, held.release(toInput(event)));
  window.addEventListener("keydown", press, options);
  window.addEventListener("keyup", release, options);
  window.addEventListener("mousedown", press, options);
  window.addEventListener("mouseup", release, options);
  window.addEventListener("blur", held.letGo, { signal: stop.signal });
  return () => {
    stop.abort();
    held.letGo();
  };
};
