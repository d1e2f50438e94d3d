/** Voice's rows in a database that goes away when it is told to. */
import type { VoiceRepo } from "#server/voice/voice.repo.ts";

export const createFlakyDatabase = () => {
  const lose = (): never => {
    throw new Error("Connection terminated unexpectedly");
  };
  const over = async <R>(call: () => Promise<R>): Promise<R> => {
    if (database.is === "away") lose();
    const answer = await call();
    await database.answers;
    return database.is === "there" ? answer : lose();
  };
  /** A change of state whose answer is lost is asked for again by whoever wanted it. */
  const unlessAway = async <R>(call: () => Promise<R>): Promise<R> =>
    database.is === "away" ? lose() : call();
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
      enter: (...args) => over(() => repo.enter(...args)),
      update: (...args) => unlessAway(() => repo.update(...args)),
      moderate: (...args) => unlessAway(() => repo.moderate(...args)),
      move: (...args) => over(() => repo.move(...args)),
      delete: (...args) => over(() => repo.delete(...args)),
    }),
  };
  return database;
};
