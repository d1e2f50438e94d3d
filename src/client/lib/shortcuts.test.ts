import { expect, test } from "vitest";

import { getShortcutKeys, matchesShortcut } from "./shortcuts.ts";

const press = (key: string, held: string[] = []) => ({
  key,
  ctrlKey: held.includes("ctrl"),
  metaKey: held.includes("meta"),
  altKey: held.includes("alt"),
  shiftKey: held.includes("shift"),
});

test.each([
  ["mod+k", press("k", ["ctrl"]), false, true],
  ["mod+k", press("K", ["ctrl"]), false, true],
  ["mod+k", press("k", ["meta"]), true, true],
  ["mod+k", press("k", ["ctrl"]), true, false],
  ["mod+k", press("k", ["ctrl", "shift"]), false, false],
  ["mod+k", press("k"), false, false],
  ["alt+shift+arrowup", press("ArrowUp", ["alt", "shift"]), false, true],
  ["alt+arrowup", press("ArrowUp", ["alt", "shift"]), false, false],
  ["mod+/", press("/", ["ctrl", "shift"]), false, true],
  ["escape", press("Escape"), true, true],
])("%s by %o on Apple's keyboard (%s): %s", (shortcut, event, ...[isApple, isMatch]) => {
  expect(matchesShortcut(event, shortcut, isApple)).toBe(isMatch);
});

test("keys are called as on the keyboard at hand", () => {
  expect(getShortcutKeys("mod+shift+k", false)).toEqual(["Ctrl", "Shift", "K"]);
  expect(getShortcutKeys("mod+shift+k", true)).toEqual(["⌘", "⇧", "K"]);
  expect(getShortcutKeys("alt+arrowup", false)).toEqual(["Alt", "↑"]);
});
