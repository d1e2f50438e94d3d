import fc from "fast-check";
import { expect, test } from "vitest";
import { MessageId } from "#shared/ids.ts";
import { advanceMark } from "./reads.policy.ts";

const messageId = fc
  .integer({ min: 0, max: 30 })
  .map((number) => MessageId.parse(`00000000-0000-7000-8000-${String(number).padStart(12, "0")}`));
const mark = fc.record({ lastReadMessageId: fc.option(messageId), mentionCount: fc.nat(5) });
const newest = fc.option(messageId, { nil: undefined });

test("a mark never moves back, never beyond the newest or the message read, and its count only goes to nothing", () => {
  fc.assert(
    fc.property(mark, messageId, newest, (before, read, last) => {
      const after = advanceMark(before, read, last);
      const [was, is] = [before.lastReadMessageId ?? "", after.lastReadMessageId ?? ""];
      expect(is >= was).toBe(true);
      if (is !== was) {
        expect([read, last]).toContain(is);
        expect(is <= read && is <= (last ?? "")).toBe(true);
      }
      expect([0, before.mentionCount]).toContain(after.mentionCount);
    }),
  );
});

test("reading twice is reading once, and the order of two readings is all one", () => {
  fc.assert(
    fc.property(mark, fc.tuple(messageId, messageId), newest, (before, [one, other], last) => {
      const read = advanceMark(before, one, last);
      expect(advanceMark(read, one, last)).toEqual(read);
      expect(advanceMark(read, other, last)).toEqual(
        advanceMark(advanceMark(before, other, last), one, last),
      );
    }),
  );
});
