/**
 * Runs in the measured server before its program: whoever connects is told how long its event loop was held up since the last
 * time, and the longest that collecting garbage took of it.
 */
import { createServer } from "node:net";
import { monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const resolutionMs = 2;
const path = process.env["BENCH_LOOP_SOCKET"];

if (isMainThread && path !== undefined) {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  let longestCollectionMs = 0;
  const collections = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      longestCollectionMs = Math.max(longestCollectionMs, duration);
  });
  collections.observe({ entryTypes: ["gc"] });
  createServer((socket) => {
    // A sample is the time from one tick to the next.
    const msAt = (share: number): number => Math.max(0, delays.percentile(share) / 1e6 - resolutionMs);
    socket.on("error", () => undefined);
    socket.end(JSON.stringify({ p50: msAt(50), p99: msAt(99), max: msAt(100), longestCollectionMs }));
    delays.reset();
    longestCollectionMs = 0;
  })
    .listen(path)
    .unref();
}
