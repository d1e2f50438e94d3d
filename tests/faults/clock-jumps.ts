/**
 * The server's clock is set, and what goes by it or should not is looked at. The clock is libfaketime's, of the server's
 * process alone; the database and everybody else keep the true time. Then the process stands still for more than a minute.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startOwnPostgres } from "#tests/support/own-postgres.ts";
import { RawGateway } from "#tests/support/raw-gateway.ts";
import { readHistory } from "#tests/support/reader.ts";
import { startProgram } from "#tests/support/server-process.ts";
import type { FaultLine, FaultOptions } from "./fault-line.ts";
import { latencyLines, openStage, type Stage, until } from "./stage.ts";

const libraries = ["x86_64", "aarch64"].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`,
);
const jumps = [
  ["an hour on", "+1h"],
  ["an hour back", "-1h"],
  ["a day on", "+1d"],
  ["a day back", "-1d"],
] as const;
const idleSockets = 20;
const zero = { promise: { atMost: 0 } };

/** The offset that is written is the server's from then on. */
const createFakeClock = async () => {
  const library = libraries.find((path) => existsSync(path));
  if (library === undefined) throw new Error("this fault needs libfaketime: apt-get install faketime");
  const directory = await mkdtemp(join(tmpdir(), "together-clock-"));
  const path = join(directory, "offset");
  const set = (offset: string): Promise<void> => writeFile(path, offset);
  await set("+0");
  return {
    set,
    variables: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: path,
      FAKETIME_NO_CACHE: "1",
      // As it is when a clock is set.
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
};

const lossesOf = ({ readers }: Stage): number => readers.reduce((sum, { lossCount }) => sum + lossCount, 0);

/** Within a writer's messages each was sent after the one before. */
const outOfOrder = async ({ users: [user], channelIds }: Stage): Promise<number> => {
  const lastOf = new Map<string, number>();
  let count = 0;
  for (const { content } of user ? await readHistory(user.client, channelIds) : []) {
    const [writer = "", place = ""] = content.split(", message ");
    if (Number(place) < (lastOf.get(writer) ?? 0)) count += 1;
    lastOf.set(writer, Number(place));
  }
  return count;
};

const jump = async (
  stage: Stage,
  { name, lengthMs, set }: { name: string; lengthMs: number; set: () => Promise<void> },
): Promise<FaultLine[]> => {
  const before = lossesOf(stage);
  const beganMs = performance.now();
  await set();
  await wait(lengthMs);
  const during = stage.answers().filter(({ startedMs }) => startedMs >= beganMs);
  const refusals = Map.groupBy(
    during.filter(({ outcome }) => outcome !== "sent"),
    ({ outcome }) => outcome,
  );
  // A token that is too old by the new clock is rightly refused, and renewed.
  const wrong = [...refusals].filter(([outcome]) => outcome !== "TOKEN_EXPIRED");
  return [
    ...latencyLines(`${name}: from a send to its answer`, during, { atMost: 5_000 }),
    {
      what: `${name}: refused for a token that had expired by then`,
      unit: "sends",
      figure: refusals.get("TOKEN_EXPIRED")?.length ?? 0,
    },
    {
      what: `${name}: refused otherwise${wrong.map(([outcome]) => ` (${outcome})`).join("")}`,
      unit: "sends",
      figure: wrong.reduce((sum, [, answers]) => sum + answers.length, 0),
      ...zero,
    },
    {
      what: `${name}: sends acknowledged`,
      unit: "sends",
      figure: during.filter(({ outcome }) => outcome === "sent").length,
      promise: { atLeast: 1 },
    },
    { what: `${name}: sockets closed`, unit: "sockets", figure: lossesOf(stage) - before, ...zero },
  ];
};

/** Who is connected and says nothing while the server's process stands still, and answers when it runs again. */
const standStill = async (
  server: { url: string; pid: number | undefined },
  token: string,
  lengthMs: number,
): Promise<FaultLine[]> => {
  const sockets = await Promise.all(
    Array.from({ length: idleSockets }, () => RawGateway.open(server.url, { token })),
  );
  for (const socket of sockets) socket.subscribe();
  await until("everybody listens", () => sockets.every(({ items }) => items.length > 0));
  process.kill(server.pid ?? 0, "SIGSTOP");
  await wait(lengthMs);
  process.kill(server.pid ?? 0, "SIGCONT");
  // Longer than until the next look at who is alive.
  await wait(Math.min(lengthMs, 35_000));
  const closed = sockets.filter((socket) => socket.closed !== undefined).length;
  for (const socket of sockets) socket[Symbol.dispose]();
  return [
    { what: "stood still for", unit: "s", figure: lengthMs / 1_000 },
    { what: `of ${idleSockets} idle sockets closed after that`, unit: "sockets", figure: closed, ...zero },
  ];
};

export async function* clockJumps({ isQuick }: FaultOptions): AsyncGenerator<FaultLine> {
  await using clock = await createFakeClock();
  await using postgres = await startOwnPostgres("clock");
  await using server = await startProgram({
    DATABASE_URL: postgres.connectionString,
    ...clock.variables,
  });
  const stage = await openStage(server);
  const lengthMs = isQuick ? 1_000 : 8_000;
  await wait(lengthMs);
  for (const [name, offset] of jumps) {
    yield* await jump(stage, { name, lengthMs, set: () => clock.set(offset) });
    yield* await jump(stage, { name: `${name}, and put right`, lengthMs, set: () => clock.set("+0") });
  }
  yield* await stage.compare("all jumps");
  const wrong = await outOfOrder(stage);
  yield { what: "all jumps: out of order in the history", unit: "messages", figure: wrong, ...zero };
  const token = (await stage.users[0]?.token()) ?? "";
  await stage[Symbol.asyncDispose]();
  yield* await standStill(server, token, isQuick ? 3_000 : 75_000);
}
