/** Voice's rows in a database that goes away when it is told to. */
import type { VoiceRepo } from "#server/voice/voice.repo.ts";

export const createFlakyDatabase = () => {
  const database: {
    /** "mute": it does what it is told, and the answer is lost. */
    is: "there" | "away" | "mute";
    wrapRepo: (repo: VoiceRepo) => VoiceRepo;
  } = {
    is: "there",
    wrapRepo: (repo) => ({
      ...repo,
      enter: over((arrival) => repo.enter(arrival)),
      update: unlessAway((userId, patch) => repo.update(userId, patch)),
      moderate: unlessAway((tx, place, patch) => repo.moderate(tx, place, patch)),
      move: over((tx, userId, to) => repo.move(tx, userId, to)),
      delete: over((userId) => repo.delete(userId)),
    }),
  };
  const lose = (): never => {
    throw new Error("Connection terminated unexpectedly");
  };
  const over =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (database.is === "away") lose();
      const answer = await call(...args);
      return database.is === "there" ? answer : lose();
    };
  /** A change of state whose answer is lost is asked for again by whoever wanted it. */
  const unlessAway =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> =>
      database.is === "away" ? lose() : call(...args);
  return database;
};
