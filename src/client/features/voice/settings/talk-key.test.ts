import { expect, test } from "vitest";

import { nameTalkKey, readTalkKey } from "./talk-key.ts";

test.each([
  ["Space", "Space"],
  ["KeyV", "V"],
  ["Digit4", "4"],
  ["ShiftLeft", "Left Shift"],
  ["ControlRight", "Right Ctrl"],
  ["Numpad0", "Number pad 0"],
  ["F13", "F13"],
  ["Backquote", "The key left of 1"],
])("the key %s is called %s", (code, name) => {
  expect(nameTalkKey({ kind: "keyboard", code })).toBe(name);
});

test.each([
  [1, "Middle mouse button"],
  [2, "Right mouse button"],
  [4, "Mouse button 5"],
])("the mouse's button %i is called %s", (button, name) => {
  expect(nameTalkKey({ kind: "mouse", button })).toBe(name);
});

test("Esc and the left button stay what they are", () => {
  expect(readTalkKey({ code: "Escape" })).toBeUndefined();
  expect(readTalkKey({ button: 0 })).toBeUndefined();
  expect(readTalkKey({ code: "KeyB" })).toEqual({ kind: "keyboard", code: "KeyB" });
  expect(readTalkKey({ button: 3 })).toEqual({ kind: "mouse", button: 3 });
});
