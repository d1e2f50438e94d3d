import { expect, test } from "vitest";
import { createOffSfu } from "./off-sfu.ts";
import { aRoomListener } from "./sfu.suite.ts";

test("refuses every call with the cause, and can be closed", async () => {
  const sfu = createOffSfu("There is no voice worker");
  const refusal = { reason: "VOICE_UNAVAILABLE", params: { cause: "There is no voice worker" } };
  expect(sfu.availability()).toEqual({ kind: "unavailable", cause: "There is no voice worker" });
  expect(() => sfu.getRtpCapabilities()).toThrow("VOICE_UNAVAILABLE");
  await expect(sfu.openRoom(aRoomListener().listener)).rejects.toMatchObject(refusal);
  await expect(sfu.openProbe()).rejects.toMatchObject(refusal);
  await expect(sfu.close()).resolves.toBeUndefined();
});
