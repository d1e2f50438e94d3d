import { expect, test } from "vitest";

import {
  advanceReadLine,
  clearReadLine,
  createReadLine,
  type Sight,
} from "#client/features/messages/read-line.ts";
import { MessageId } from "#shared/ids.ts";

const idOf = (number: number): MessageId => MessageId.parse(`01890000-0000-7000-8000-00000000000${number}`);
const sight = (number: number, isSeen: boolean): Sight => ({
  newest: { id: idOf(number), createdAt: "2026-11-24T09:00:00.000Z" },
  isSeen,
});
const nothing = (isSeen: boolean): Sight => ({ newest: null, isSeen });
const readUpTo = (number: number) => createReadLine({ kind: "message", id: idOf(number) });

test("on opening the line stands at what was read, and stays while more is read", () => {
  const opened = advanceReadLine(readUpTo(3), sight(5, true));
  expect(opened).toMatchObject({ mark: { id: idOf(3) }, state: "unseen" });
  const seen = advanceReadLine(opened, sight(5, true));
  const more = advanceReadLine(seen, sight(6, true));
  expect(more).toMatchObject({ mark: { id: idOf(3) }, state: "seen" });
});

test("where all was read there is none, and what is seen to arrive brings none", () => {
  const opened = advanceReadLine(readUpTo(5), sight(5, true));
  expect(opened.state).toBe("none");
  expect(advanceReadLine(opened, sight(6, true)).state).toBe("none");
});

test("what arrives unseen brings the line, and a second absence moves it", () => {
  const opened = advanceReadLine(readUpTo(5), sight(5, true));
  const away = advanceReadLine(opened, sight(6, false));
  expect(away).toMatchObject({ mark: { id: idOf(5) }, state: "unseen" });
  expect(advanceReadLine(away, sight(7, false))).toMatchObject({ mark: { id: idOf(5) } });
  const back = advanceReadLine(advanceReadLine(away, sight(7, false)), sight(7, true));
  expect(back).toMatchObject({ mark: { id: idOf(5) }, state: "seen" });
  expect(advanceReadLine(back, sight(8, false))).toMatchObject({ mark: { id: idOf(7) }, state: "unseen" });
});

test("in an empty channel the first message is new only to who did not see it come", () => {
  const empty = advanceReadLine(createReadLine({ kind: "time", timeMs: 0 }), nothing(true));
  expect(advanceReadLine(empty, sight(1, true)).state).toBe("none");
  expect(advanceReadLine(empty, sight(1, false))).toMatchObject({ mark: { kind: "time" }, state: "unseen" });
});

test("it can be taken away, and nothing changes while nothing happens", () => {
  const opened = advanceReadLine(readUpTo(3), sight(5, false));
  expect(advanceReadLine(opened, sight(5, false))).toBe(opened);
  const cleared = clearReadLine(opened);
  expect(advanceReadLine(cleared, sight(5, true)).state).toBe("none");
});
