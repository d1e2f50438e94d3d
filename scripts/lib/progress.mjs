const terminalRefreshMs = 500;
/** Without a terminal every report is a line of its own: often enough that nobody thinks it hangs, and no oftener. */
const plainRefreshMs = 5_000;

/**
 * Says that a step is under way, keeps saying so while it takes long, and says how long it took.
 *
 * @template T
 * @param {{ title: string, getDetail?: () => string }} step `getDetail` says how far the step is ("120 of 480")
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what the work resolves with
 */
export async function withProgress({ title, getDetail = () => "" }, work) {
  const startedMs = Date.now();
  const isTerminal = process.stdout.isTTY && !process.env["CI"];
  const describe = () =>
    [title, getDetail(), formatSeconds(Date.now() - startedMs)].filter(Boolean).join(" · ");
  const clear = () => isTerminal && process.stdout.write("\r\u001b[2K");

  process.stdout.write(isTerminal ? `  ${title} …` : `  ${title} …\n`);
  const timer = setInterval(
    () => {
      clear();
      process.stdout.write(isTerminal ? `  ${describe()} …` : `    still at it: ${describe()}\n`);
    },
    isTerminal ? terminalRefreshMs : plainRefreshMs,
  );
  try {
    const result = await work();
    clear();
    process.stdout.write(`  ${title}: done in ${formatSeconds(Date.now() - startedMs)}\n`);
    return result;
  } catch (error) {
    clear();
    process.stdout.write(`  ${title}: stopped after ${formatSeconds(Date.now() - startedMs)}\n`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** @param {number} durationMs */
export function formatSeconds(durationMs) {
  return durationMs < 10_000 ? `${(durationMs / 1000).toFixed(1)} s` : `${Math.round(durationMs / 1000)} s`;
}
