/** What the server takes from the machine that it runs on, started as `npm start` does, with few people or none. */
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { aMember, aServer, aUser, type TestUser } from "#tests/support/builders.ts";
import type { BenchLine, BenchOptions } from "./bench-line.ts";
import { StartedServer } from "./footprint/started-server.ts";
import { Child } from "./gateway/asking.ts";
import { HttpLane } from "./http-lane.ts";
import { Heard, type Opening } from "./load/members-child.ts";
import { cpuMsOf } from "./messages/cpu.ts";
import { percentile } from "#tests/support/statistics.ts";

const people = 20;
const perSecond = 5;
/** Of 127.0.0.0/8, as many as it takes for each to stay below the sockets that an address may have. */
const addresses = 2;
const port = 18_080;
const sizes = {
  full: { starts: 5, aloneMs: 10_000, talkMs: 10_000, idleMs: 20_000 },
  quick: { starts: 1, aloneMs: 2_000, talkMs: 2_000, idleMs: 3_000 },
};
/** For what a start leaves behind to be done. */
const calmDownMs = 1_000;

const residentMb = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1_024;
};

/** Percent of a core. */
const cpuPercent = async (pid: number, durationMs: number): Promise<number> => {
  const before = await cpuMsOf(pid);
  await wait(durationMs);
  return (((await cpuMsOf(pid)) - before) / durationMs) * 100;
};

type Crowd = z.infer<typeof Opening>;

/** Accounts that are members of one server; their sessions outlive the server's process. */
const makeCrowd = async (server: StartedServer): Promise<Crowd> => {
  const owner = await aUser(server);
  const made = await aServer(owner);
  const users: TestUser[] = [owner];
  while (users.length < people) users.push(await aMember(server, made));
  const tokens = await Promise.all(users.map((user) => user.token()));
  for (const user of users) await user[Symbol.asyncDispose]();
  const members = tokens.map((token, index) => ({ token, address: `127.0.2.${1 + (index % addresses)}` }));
  return { port: server.port, channelId: made.channelId, members };
};

/** What a person looks at who comes in. */
const readHistory = async ({ channelId, members }: Crowd): Promise<void> => {
  const input = encodeURIComponent(JSON.stringify({ channelId }));
  for (const { token, address } of members) {
    const lane = await HttpLane.open(port, address);
    await lane.ask({ method: "GET", path: `/api/trpc/messages.list?input=${input}`, token });
    lane.close();
  }
};

const lineOf = (what: string, [ours, unit]: [number, string], atMost?: number): BenchLine => ({
  what,
  unit,
  ours,
  baseline: undefined,
  goal: atMost === undefined ? undefined : { of: "ours", atMost },
});

async function* measureRunning(
  { pid }: StartedServer,
  crowd: Crowd,
  { aloneMs, talkMs, idleMs }: (typeof sizes)["full"],
): AsyncGenerator<BenchLine> {
  await wait(calmDownMs);
  yield lineOf("resident after the start", [await residentMb(pid), "MB"]);
  yield lineOf("CPU with nobody there", [await cpuPercent(pid, aloneMs), "% of a core"], 1);
  using members = new Child(new URL("load/members-child.ts", import.meta.url), []);
  await members.ask("open", crowd, z.unknown());
  await readHistory(crowd);
  await members.ask("talk", { durationMs: talkMs, perSecond }, Heard);
  yield lineOf(`resident with ${people} people online who talk`, [await residentMb(pid), "MB"], 150);
  await wait(calmDownMs);
  yield lineOf(
    `CPU with ${people} people online who say nothing`,
    [await cpuPercent(pid, idleMs), "% of a core"],
    1,
  );
}

export async function* benchFootprint({ isQuick }: BenchOptions): AsyncGenerator<BenchLine> {
  const size = sizes[isQuick ? "quick" : "full"];
  // Not made here: as root the database belongs to somebody else.
  const dataDirectory = join(tmpdir(), `together-bench-footprint-${process.pid}`);
  try {
    const noLimits = { RATE_LIMIT_AUTH_PER_MINUTE: "0" };
    let crowd: Crowd;
    {
      await using first = await StartedServer.start({ port, dataDirectory, variables: noLimits });
      crowd = await makeCrowd(first);
    }
    const starts: StartedServer[] = [];
    for (let start = 1; start < size.starts; start += 1) {
      await using server = await StartedServer.start({ port, dataDirectory });
      starts.push(server);
    }
    await using server = await StartedServer.start({ port, dataDirectory });
    starts.push(server);
    const median = (figure: (one: StartedServer) => number): number =>
      percentile(starts.map(figure), 0.5) / 1_000;
    yield lineOf("from the command to ready, p50", [median(({ startMs }) => startMs), "s"], 3);
    yield lineOf("CPU of launcher and server until then, p50", [median(({ startCpuMs }) => startCpuMs), "s"]);
    yield* measureRunning(server, crowd, size);
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}
