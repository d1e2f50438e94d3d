import { z } from "zod";

/** The stock client merges the last tracked id into the input; an id that is not ours gets RESYNC, never an error. */
export const SubscribeEvents = z
  .object({ lastEventId: z.string().max(200).nullish().catch("unreadable") })
  .default({ lastEventId: null });

/** What the socket's first message carries. */
export const ConnectionParams = z.object({ token: z.string().max(2_000) }).partial();
