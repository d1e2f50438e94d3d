import { expect, test } from "vitest";

import { toggleMark } from "#client/features/messages/text-marks.ts";

test("a selection is marked, keeps what was selected, and is unmarked again", () => {
  const marked = toggleMark("say it loud", { start: 4, end: 6 }, "**");
  expect(marked).toEqual({ text: "say **it** loud", selection: { start: 6, end: 8 } });
  expect(toggleMark(marked.text, marked.selection, "**")).toEqual({
    text: "say it loud",
    selection: { start: 4, end: 6 },
  });
});

test("without a selection the caret stands between the marks", () => {
  expect(toggleMark("", { start: 0, end: 0 }, "*")).toEqual({ text: "**", selection: { start: 1, end: 1 } });
});
