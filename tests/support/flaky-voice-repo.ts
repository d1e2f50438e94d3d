/** Voice's rows in a database that goes away when it is told to. */
import type { VoiceRepo } from "#server/voice/voice.repo.ts";

export const createFlakyDatabase = () => {
  const database: {
    /** "mute": it does what it is told, and the answer is lost. */
    is: "there" | "away" | "mute";
    /** What every answer waits for. */
    answers: Promise<void>;
    wrapRepo: (repo: VoiceRepo) => VoiceRepo;
  } = {
    is: "there",
    answers: Promise.resolve(),
    wrapRepo: (repo) => ({
      ...repo,
      enter: over(repo.enter),
      update: unlessAway(repo.update),
      moderate: unlessAway(repo.moderate),
      move: over(repo.move),
      delete: over(repo.delete),
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
      await database.answers;
      return database.is === "there" ? answer : lose();
    };
  /** A change of state whose answer is lost is asked for again by whoever wanted it. */
  const unlessAway =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> =>
      database.is === "away" ? lose() : call(...args);
  return database;
};
