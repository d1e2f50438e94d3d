/** What a server takes of the memory while somebody of it is there. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { z } from "zod";
import { createAccessRepo } from "#server/access/access.repo.ts";
import { type ServerState, visibleChannelsOf } from "#server/access/server-state.ts";
import type { TestServices } from "#tests/support/services.ts";
import type { Community } from "./community.ts";

/** The smallest alone would be lost in what else comes and goes; the biggest fills the heap. */
const copies = { atMost: 10, bytes: 10e6 };

const Collector = z.custom<() => void>((value) => typeof value === "function");

const createHeapMeter = (): (() => number) => {
  setFlagsFromString("--expose-gc");
  const collect = Collector.parse(runInNewContext("gc"));
  return () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
};

/** MB of the heap for the server's rights, all that its members may do in its channels resolved. */
export const measureMemory = async (
  world: TestServices,
  { serverId, members }: Community,
): Promise<number> => {
  const repo = createAccessRepo(world.db);
  const heapBytes = createHeapMeter();
  const states: ServerState[] = [];
  const before = heapBytes();
  let grownBytes = 0;
  while (states.length < copies.atMost && grownBytes < copies.bytes) {
    const state = await repo.findServerState(serverId);
    if (!state) throw new Error("there is no server");
    for (const { userId } of members) visibleChannelsOf(state, userId);
    states.push(state);
    grownBytes = heapBytes() - before;
  }
  return grownBytes / states.length / 1e6;
};
