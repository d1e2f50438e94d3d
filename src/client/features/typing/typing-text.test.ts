import { expect, test } from "vitest";

import { getTypingText } from "#client/features/typing/typing-text.ts";

test("names one, two and three, and says several beyond", () => {
  expect(getTypingText([])).toBe("");
  expect(getTypingText(["Alice"])).toBe("Alice is typing…");
  expect(getTypingText(["Alice", "Bob"])).toBe("Alice and Bob are typing…");
  expect(getTypingText(["Alice", "Bob", "Mei"])).toBe("Alice, Bob and Mei are typing…");
  expect(getTypingText(["Alice", "Bob", "Mei", "Chidi"])).toBe("Several people are typing…");
});
