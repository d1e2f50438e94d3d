/** Asks for the server's health all the time, as a load balancer does. */
import { z } from "zod";
import { percentile } from "#tests/support/statistics.ts";
import type { FaultLine } from "./fault-line.ts";

const everyMs = 500;
const Health = z.object({ status: z.string() });

export class HealthWatch implements Disposable {
  readonly #url: string;
  readonly #counts = new Map<string, number>();
  readonly #tookMs: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(url: string) {
    this.#url = url;
    this.#timer = setInterval(() => void this.#ask(), everyMs);
  }

  countOf(status: string): number {
    return this.#counts.get(status) ?? 0;
  }

  lines(name: string): FaultLine[] {
    return [
      ...[...this.#counts].map(([status, count]) => ({
        what: `${name}: health said ${status}`,
        unit: "times",
        figure: count,
      })),
      { what: `${name}: health answered, p99`, unit: "ms", figure: percentile(this.#tookMs, 0.99) },
    ];
  }

  async #ask(): Promise<void> {
    const startedMs = performance.now();
    const status = await fetch(`${this.#url}/health`)
      .then((response) => response.json())
      .then((body) => Health.parse(body).status)
      .catch(() => "nothing");
    this.#tookMs.push(performance.now() - startedMs);
    this.#counts.set(status, this.countOf(status) + 1);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
