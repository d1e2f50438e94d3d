/** How each cost grows with a community's members, its channels and its messages, one at a time, from a small one on. */
import { createTestDatabase, type TestDatabase } from "#tests/support/postgres.ts";
import { createTestServices, type TestServices } from "#tests/support/services.ts";
import type { BenchLine, BenchOptions } from "./bench-line.ts";
import { axes, type CostName, growthOn, linesOf, type Scale, scales, sizesOn } from "./growth/axes.ts";
import { type Community, makeCommunities, type Size } from "./growth/community.ts";
import { amountOf, createActs, createReady } from "./growth/costs.ts";
import { cpuMsOfEach } from "./growth/cpu-meter.ts";
import { Crowd } from "./growth/crowd.ts";
import { measureMemory } from "./growth/memory.ts";
import { writeReport } from "./growth/report.ts";
import { startDurablePostgres } from "./messages/durable-postgres.ts";
import { percentile } from "#tests/support/statistics.ts";

const amounts = {
  full: { rounds: 7, batchMs: 80, crowdRounds: 7 },
  quick: { rounds: 2, batchMs: 20, crowdRounds: 2 },
};

/** An act that takes so much has two figures, and no more. */
const slowMs = 1_000;

const nameOf = ({ members, channels, messages }: Size): string => `${members}/${channels}/${messages}`;

/** What each cost was in each round, by the community's size. */
class Figures {
  readonly #figures = new Map<string, number[]>();

  add(cost: CostName, size: Size, figure: number): void {
    const key = `${cost} ${nameOf(size)}`;
    const known = this.#figures.get(key);
    if (known) known.push(figure);
    else this.#figures.set(key, [figure]);
  }

  median(cost: CostName, size: Size): number {
    return percentile(this.#figures.get(`${cost} ${nameOf(size)}`) ?? [], 0.5);
  }
}

/** Of each cost, the communities that lie on an axis where it is looked at. */
const listQuestions = (
  scale: Scale,
  places: readonly Community[],
): { cost: CostName; asked: Community[] }[] => {
  const names = new Set(axes.flatMap((axis) => axis.costs));
  return [...names].map((cost) => {
    const looking = axes.filter((axis) => axis.costs.includes(cost));
    const wanted = new Set(looking.flatMap((axis) => sizesOn(axis, scale).map(nameOf)));
    return { cost, asked: places.filter(({ size }) => wanted.has(nameOf(size))) };
  });
};

interface Plan {
  figures: Figures;
  scale: Scale;
  rounds: number;
  batchMs: number;
}

/** Every act in every community in turns, so that a machine that gets busier or cooler is unfair to none. */
const measureActs = async (
  world: TestServices,
  places: readonly Community[],
  { figures, scale, rounds, batchMs }: Plan,
): Promise<void> => {
  const acts = createActs(world);
  const { pool } = world.database;
  const questions = listQuestions(scale, places);
  // The first round is for the compiler and for what the database keeps in memory.
  for (let round = -1; round < rounds; round += 1) {
    for (const { cost, asked } of questions) {
      if (cost === "fanOut" || cost === "readyBytes" || cost === "memory") continue;
      for (const place of round % 2 === 0 ? asked : asked.toReversed()) {
        if (round >= 2 && figures.median(cost, place.size) > slowMs) continue;
        const ms = await cpuMsOfEach({ pool, batchMs }, (index) => acts[cost](place, index));
        if (round >= 0) figures.add(cost, place.size, ms / amountOf(cost));
      }
    }
  }
};

const measureFanOut = async (
  sizes: readonly Size[],
  { figures, rounds }: { figures: Figures; rounds: number },
): Promise<void> => {
  using stack = new DisposableStack();
  await using databases = new AsyncDisposableStack();
  const crowds: { size: Size; crowd: Crowd }[] = [];
  for (const size of sizes) {
    const database: TestDatabase = databases.use(await createTestDatabase());
    crowds.push({ size, crowd: stack.use(await Crowd.open(size.members, database.connectionString)) });
  }
  for (let round = -1; round < rounds; round += 1) {
    for (const { size, crowd } of round % 2 === 0 ? crowds : crowds.toReversed()) {
      const ms = await crowd.measure();
      if (round >= 0) figures.add("fanOut", size, ms);
    }
  }
};

const measureOnce = async (
  world: TestServices,
  places: readonly Community[],
  figures: Figures,
): Promise<void> => {
  const ready = createReady(world);
  for (const place of places) {
    figures.add("readyBytes", place.size, Buffer.byteLength(await ready(place)) / 1_000);
    figures.add("memory", place.size, await measureMemory(world, place));
  }
};

export async function* benchGrowth({ isQuick, isDrawn }: BenchOptions): AsyncGenerator<BenchLine> {
  const mode = isQuick ? "quick" : "full";
  const { rounds, batchMs, crowdRounds } = amounts[mode];
  const scale = scales[mode];
  await using _postgres = await startDurablePostgres();
  const all = axes.flatMap((axis) => sizesOn(axis, scale));
  const figures = new Figures();
  for (const axis of axes.filter(({ costs }) => costs.includes("fanOut")))
    await measureFanOut(sizesOn(axis, scale), { figures, rounds: crowdRounds });
  {
    await using world = await createTestServices();
    const places = await makeCommunities(world, [
      ...new Map(all.map((size) => [nameOf(size), size])).values(),
    ]);
    for (const { members } of places) for (const { userId } of members) world.statuses.set(userId, "online");
    await measureOnce(world, places, figures);
    await measureActs(world, places, { figures, scale, rounds, batchMs });
  }
  const growths = axes.map((axis) => growthOn(axis, scale, (cost, size) => figures.median(cost, size)));
  for (const growth of growths) yield* linesOf(growth);
  if (isDrawn) await writeReport(growths);
}
