/** Everybody is cut off in one moment and comes back in the same: no event may be lost, and none come twice. */
import type { BenchLine, BenchOptions } from "../bench-line.ts";
import { Gathering } from "./gathering.ts";

const sizes = { full: { members: 500, sockets: 2_000 }, quick: { members: 100, sockets: 400 } };
/** Half a second of what goes on meanwhile. */
const events = { events: 10, perTurn: 1, everyMs: 50 };

/** From the cut until the last one has got everything that had happened when the last one was back. */
const measureResume = async (gathering: Gathering): Promise<number> => {
  await gathering.forget();
  const atMs = await gathering.publish(events);
  const progress = { isOver: false };
  const storm = gathering.cut(true).finally(() => {
    progress.isOver = true;
  });
  while (!progress.isOver) atMs.push(...(await gathering.publish(events)));
  const { cutAtMs, backAtMs } = await storm;
  atMs.push(...(await gathering.publish(events)));
  // Each client counts, and throws where the order is broken: who has as many as there were has each once.
  const arrivalsMs = await gathering.received(atMs.length);
  const next = atMs.findIndex((ms) => ms >= backAtMs);
  return Math.max(...arrivalsMs.slice(0, next + 1)) - cutAtMs;
};

export async function* benchStorm({ isQuick }: BenchOptions): AsyncGenerator<BenchLine> {
  const { members, sockets } = sizes[isQuick ? "quick" : "full"];
  await using gathering = await Gathering.open({ side: "together", members, holders: 2 });
  await gathering.hold(sockets);
  const line = { unit: "s", baseline: undefined };
  const resumeMs = await measureResume(gathering);
  yield {
    ...line,
    what: `${sockets} are cut off and resume at once, until all have everything`,
    ours: resumeMs / 1_000,
    goal: { of: "ours", atMost: 10 },
  };
  const { cutAtMs, backAtMs } = await gathering.cut(false);
  yield {
    ...line,
    what: `${sockets} are cut off and come back at once with nothing, until all have READY`,
    ours: (backAtMs - cutAtMs) / 1_000,
    goal: undefined,
  };
}
