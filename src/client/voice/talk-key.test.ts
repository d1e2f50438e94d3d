import { describe, expect, test } from "vitest";

import type { TalkKey } from "./engine.ts";
import { createHeldKey, type TalkInput } from "./talk-key.ts";

const keyboard = (code: string): TalkKey => ({ kind: "keyboard", code });

const inputOf = (id: string | number, more: Partial<TalkInput> = {}): TalkInput => ({
  kind: typeof id === "string" ? "keyboard" : "mouse",
  id,
  isRepeat: false,
  isWriting: false,
  ...more,
});

const createHeard = (key: TalkKey) => {
  const told: boolean[] = [];
  return { told, key: createHeldKey(key, (isHeld) => told.push(isHeld)) };
};

describe("VO14: push-to-talk", () => {
  test.each<[TalkKey, string | number]>([
    [keyboard("KeyV"), "KeyV"],
    [{ kind: "mouse", button: 4 }, 4],
  ])("%j is held from its press to its release", (talkKey, id) => {
    const { told, key } = createHeard(talkKey);
    expect(key.press(inputOf(id))).toBe(true);
    expect(told).toEqual([true]);
    expect(key.release(inputOf(id))).toBe(true);
    expect(told).toEqual([true, false]);
  });

  test("other keys are nothing to it, nor a button of its number", () => {
    const { told, key } = createHeard({ kind: "mouse", button: 4 });
    expect(key.press(inputOf("KeyV"))).toBe(false);
    expect(key.press(inputOf(3))).toBe(false);
    expect(key.press({ ...inputOf(4), kind: "keyboard" })).toBe(false);
    expect(told).toEqual([]);
  });

  test("a key that repeats is told once", () => {
    const { told, key } = createHeard(keyboard("KeyV"));
    key.press(inputOf("KeyV"));
    expect(key.press(inputOf("KeyV", { isRepeat: true }))).toBe(true);
    expect(told).toEqual([true]);
  });

  test("leaving the page lets go, and the key that still repeats does not take hold again", () => {
    const { told, key } = createHeard(keyboard("KeyV"));
    key.press(inputOf("KeyV"));
    key.letGo();
    key.press(inputOf("KeyV", { isRepeat: true }));
    expect(told).toEqual([true, false]);
  });

  test("letting go of Command lets go: a Mac does not tell of the key's own release", () => {
    const { told, key } = createHeard(keyboard("KeyV"));
    key.press(inputOf("KeyV"));
    expect(key.release(inputOf("MetaLeft"))).toBe(false);
    expect(told).toEqual([true, false]);
  });
});

describe("VO14: while somebody writes", () => {
  test.each(["KeyV", "Space", "Backquote", "Digit1", "Enter", "Tab", "Backspace", "ArrowUp", "NumpadAdd"])(
    "%s is theirs",
    (code) => {
      const { told, key } = createHeard(keyboard(code));
      expect(key.press(inputOf(code, { isWriting: true }))).toBe(false);
      expect(told).toEqual([]);
    },
  );

  test.each(["ControlRight", "ShiftLeft", "AltRight", "F8", "F13", "CapsLock", "Pause", "MediaPlayPause"])(
    "%s talks all the same",
    (code) => {
      const { told, key } = createHeard(keyboard(code));
      expect(key.press(inputOf(code, { isWriting: true }))).toBe(true);
      expect(told).toEqual([true]);
    },
  );

  test("so does a mouse button", () => {
    const { told, key } = createHeard({ kind: "mouse", button: 3 });
    key.press(inputOf(3, { isWriting: true }));
    expect(told).toEqual([true]);
  });

  test("a key that was held when the field was entered is let go of there", () => {
    const { told, key } = createHeard(keyboard("KeyV"));
    key.press(inputOf("KeyV"));
    expect(key.press(inputOf("KeyV", { isRepeat: true, isWriting: true }))).toBe(true);
    key.release(inputOf("KeyV", { isWriting: true }));
    expect(told).toEqual([true, false]);
  });
});
