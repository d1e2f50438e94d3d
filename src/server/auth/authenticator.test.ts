import { describe, expect, it } from "vitest";
import { MemoryEventLog } from "../events/memory-event-log.ts";
import { systemClock } from "../kernel/clock.ts";
import { createIdSource } from "../kernel/id-source.ts";
import { silentLogger } from "../kernel/logger.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { Authenticator } from "./authenticator.ts";

const secret = "a secret of the tests, longer than 32 bytes";
const ids = createIdSource(systemClock);
const nobody = { kind: "anonymous", reason: "UNAUTHENTICATED" };

const open = async (isSessionLive: () => Promise<boolean>) => {
  const accessTokens = createAccessTokens({ secret, clock: systemClock });
  const events = new MemoryEventLog({ epoch: "test", clock: systemClock, logger: silentLogger });
  const actor = { userId: ids.userId(), sessionId: ids.sessionId() };
  const { token } = await accessTokens.issue(actor);
  let questions = 0;
  const repo = {
    isSessionLive: () => {
      questions++;
      return isSessionLive();
    },
  };
  return {
    actor,
    token,
    questions: () => questions,
    authenticator: new Authenticator({ accessTokens, repo, events, clock: systemClock }),
    endSession: () =>
      events.signal({ kind: "sessions-ended", userId: actor.userId, sessionIds: [actor.sessionId] }),
  };
};

describe("authenticator", () => {
  it("asks the database once for a token", async () => {
    const { authenticator, token, actor, questions } = await open(() => Promise.resolve(true));
    for (let index = 0; index < 3; index++) {
      expect(await authenticator.authenticate(token)).toEqual({ kind: "user", actor });
    }
    expect(questions()).toBe(1);
  });

  it("knows nobody without a token, with a bad one, or with one whose session is gone", async () => {
    const { authenticator, token } = await open(() => Promise.resolve(false));
    expect(await authenticator.authenticate(undefined)).toEqual(nobody);
    expect(await authenticator.authenticate("noise")).toEqual(nobody);
    expect(await authenticator.authenticate(token)).toEqual(nobody);
  });

  it("forgets a token as soon as its session ends, even when the database could still be behind", async () => {
    const { authenticator, token, endSession } = await open(() => Promise.resolve(true));
    expect(await authenticator.authenticate(token)).toMatchObject({ kind: "user" });
    endSession();
    expect(await authenticator.authenticate(token)).toEqual(nobody);
  });

  it("does not remember a token whose session ended while it was looked at", async () => {
    let answerDatabase = (_isLive: boolean): void => undefined;
    const { authenticator, token, endSession, questions } = await open(
      () =>
        new Promise((resolve) => {
          answerDatabase = resolve;
        }),
    );
    const answer = authenticator.authenticate(token);
    await expect.poll(questions).toBe(1);
    endSession();
    answerDatabase(true);
    expect(await answer).toEqual(nobody);
  });

  it("tells a database that cannot be asked from a bad token", async () => {
    const lost = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const { authenticator, token } = await open(() => Promise.reject(lost));
    await expect(authenticator.authenticate(token)).rejects.toThrow("UNAVAILABLE");
  });
});
