/** The flooder, in a process of its own that gets what the others leave: what it costs is no part of the figure. */
import { constants, setPriority } from "node:os";
import { answer } from "../gateway/asking.ts";
import { Flood, FloodOrder } from "./flood.ts";
import {
  askWithoutReading,
  floodExpensive,
  floodFiles,
  floodHugeBodies,
  floodLogins,
  floodMessages,
  floodSignedOut,
  trickleBodies,
} from "./http-floods.ts";
import { floodHugeFrames, floodJoins, floodSubscriptions, neverRead } from "./socket-floods.ts";

const kinds: ReadonlyMap<string, (flood: Flood) => Promise<void>> = new Map([
  ["messages", floodMessages],
  ["calls of the signed-out", floodSignedOut],
  ["files and health", floodFiles],
  ["logins", floodLogins],
  ["subscriptions", floodSubscriptions],
  ["joins", floodJoins],
  ["huge frames", floodHugeFrames],
  ["huge bodies", floodHugeBodies],
  ["trickled bodies", trickleBodies],
  ["sockets that do not read", neverRead],
  ["answers that are not read", askWithoutReading],
  ["batches of searches and pages", floodExpensive],
]);

export const floodKinds = [...kinds.keys()];

if (import.meta.main) {
  setPriority(constants.priority.PRIORITY_LOW);
  answer({
    run: async (argument) => {
      const flood = new Flood(FloodOrder.parse(argument));
      await Promise.all([flood.pace(), kinds.get(flood.order.kind)?.(flood)]);
      return flood.outcome;
    },
  });
}
