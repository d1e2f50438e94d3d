import { z } from "zod";

/** Where a client opens its socket, and what it is to say and hear first. */
export const Door = z.object({
  port: z.number(),
  path: z.string(),
  /** What each sends first, by turns. */
  openings: z.array(z.array(z.string())),
  /** The messages that it gets before anything happens. */
  leadMessages: z.number(),
});
