/** `messages.send` over HTTP, against the least that could store the same row. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { Pool } from "pg";
import { uuidv7 } from "uuidv7";
import { z } from "zod";
import { aMember, aServer, aUser } from "#tests/support/builders.ts";
import { startServerProcess } from "#tests/support/server-process.ts";
import type { BenchLine, BenchOptions } from "../bench-line.ts";
import { percentile } from "#tests/support/statistics.ts";
import { cpuMsOf } from "./cpu.ts";
import { Answer, type Order } from "./sender.ts";

const atOnce = 64;
const people = 8;
/** The server's own. */
const poolSize = 10;
const perSecond = 20;
const times = {
  full: { rounds: 4, roundMs: 5_000, warmUpMs: 5_000, pacedMs: 20_000 },
  quick: { rounds: 2, roundMs: 1_000, warmUpMs: 1_000, pacedMs: 3_000 },
};

/** Counted, but nobody comes near. */
const generousLimits = { RATE_LIMIT_REQUESTS_PER_MINUTE: "1000000" };
/** As `npm start` runs it. */
export const asStarted = {
  NODE_OPTIONS: `--max-semi-space-size=8 ${process.env["BENCH_SERVER_OPTIONS"] ?? ""}`,
};

interface Row {
  channelId: string;
  authorId: string;
}

const insert = `insert into messages (id, channel_id, author_id, content, reply_to_id, mentions, nonce, created_at)
  values ($1, $2, $3, $4, null, $5, $6, $7)`;

/** Rows a second. */
const insertBare = async (pool: Pool, { channelId, authorId }: Row, durationMs: number): Promise<number> => {
  const startMs = performance.now();
  const content = "The tide comes in at six tonight, so bring the boat round to the north steps before then.";
  let count = 0;
  const run = async (): Promise<void> => {
    while (performance.now() - startMs < durationMs) {
      const values = [uuidv7(), channelId, authorId, content, [], uuidv7(), new Date()];
      await pool.query({ name: "bench_insert", text: insert, values });
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, run));
  return (count * 1_000) / (performance.now() - startMs);
};

const Answers = z.tuple([Answer]).rest(z.unknown());

class Senders implements AsyncDisposable {
  readonly #child;

  constructor(args: string[]) {
    this.#child = fork(new URL("sender.ts", import.meta.url), args);
  }

  async order(order: Order): Promise<Answer> {
    const answered = once(this.#child, "message");
    this.#child.send(order);
    return Answers.parse(await answered)[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }
}

const mean = (figures: readonly number[]): number =>
  figures.reduce((sum, figure) => sum + figure, 0) / figures.length;

const floodInTurns = async (
  ours: () => Promise<number>,
  bare: () => Promise<number>,
  rounds: number,
): Promise<{ ours: number; bare: number }> => {
  const figures = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) figures.ours.push(await ours());
    figures.bare.push(await bare());
    if (round % 2 === 1) figures.ours.push(await ours());
  }
  return { ours: mean(figures.ours), bare: mean(figures.bare) };
};

const latencyLines = (latenciesMs: readonly number[]): BenchLine[] =>
  (
    [
      ["p50", 0.5, 10],
      ["p99", 0.99, 20],
    ] as const
  ).map(([name, share, atMost]) => ({
    what: `from send to its answer at ${perSecond} a second, ${name}`,
    unit: "ms",
    ours: percentile(latenciesMs, share),
    baseline: undefined,
    goal: { of: "ours", atMost },
  }));

export async function* benchSending({ isQuick }: BenchOptions): AsyncGenerator<BenchLine> {
  const { rounds, roundMs, warmUpMs, pacedMs } = times[isQuick ? "quick" : "full"];
  await using server = await startServerProcess({ ...generousLimits, ...asStarted });
  await using owner = await aUser(server);
  const made = await aServer(owner);
  const tokens = [await owner.token()];
  while (tokens.length < people) {
    await using member = await aMember(server, made);
    tokens.push(await member.token());
  }
  const { channelId } = made;
  await using senders = new Senders([String(server.port), String(atOnce), channelId, ...tokens]);
  const pool = new Pool({ connectionString: server.database.connectionString, max: poolSize });
  try {
    const bare = (durationMs = roundMs): Promise<number> =>
      insertBare(pool, { channelId, authorId: owner.id }, durationMs);
    const ours = async (durationMs = roundMs): Promise<number> => {
      const { count, wallMs } = await senders.order({ kind: "flood", durationMs });
      return (count * 1_000) / wallMs;
    };
    await bare(warmUpMs);
    await ours(warmUpMs);
    const { latenciesMs } = await senders.order({ kind: "paced", durationMs: pacedMs, perSecond });
    let sent = 0;
    let cpuMs = 0;
    const counted = async (): Promise<number> => {
      const before = await cpuMsOf(server.pid ?? 0);
      const rate = await ours();
      cpuMs += (await cpuMsOf(server.pid ?? 0)) - before;
      sent += (rate * roundMs) / 1_000;
      return rate;
    };
    const flood = await floodInTurns(counted, bare, rounds);
    yield {
      what: `messages sent, ${atOnce} at once`,
      unit: "a second",
      ours: flood.ours,
      baseline: { name: "bare insert", figure: flood.bare },
      goal: { of: "ratio", atLeast: 0.6 },
    };
    yield {
      what: "the server's CPU for each of them",
      unit: "ms",
      ours: cpuMs / sent,
      baseline: undefined,
      goal: undefined,
    };
    yield* latencyLines(latenciesMs);
  } finally {
    await pool.end();
  }
}
