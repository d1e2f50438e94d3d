import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { release as getKernelRelease } from "node:os";
import path from "node:path";

import { withProgress } from "./progress.mjs";
import { runQuietly } from "./run-command.mjs";
import { SetupError } from "./setup-error.mjs";

/** A firewall that swallows packets must not hold up a start: building is the other way. */
const answerTimeoutMs = 5_000;
const downloadTimeoutMs = 120_000;

/**
 * Fetches the prebuilt worker of a mediasoup release. The package's own install script does that too, but where it
 * cannot it fetches Python packages and builds with them, and fails the install where it can do neither.
 *
 * Heeds that script's variables: MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL names a mirror, and
 * MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD forgoes the attempt.
 *
 * @param {string} binDir where the worker is put
 * @param {object} from
 * @param {{ version: string, repository: { url: string } }} from.release what mediasoup's package.json says
 * @param {string} from.workDir
 * @param {AbortSignal} from.stop
 * @throws an error whose message says in a few words why there is none
 */
export async function fetchWorker(binDir, { release, workDir, stop }) {
  if (process.env["MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD"]) {
    throw new SetupError("MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD is set");
  }
  const archive = path.join(workDir, "worker.tgz");
  await withProgress({ title: `Fetching the voice worker (mediasoup ${release.version})` }, async () => {
    writeFileSync(archive, await download(getUrl(release), stop));
    mkdirSync(binDir);
    await runQuietly({
      name: "unpack-voice-worker",
      file: "tar",
      args: ["-xzf", archive, "-C", binDir],
      stop,
    });
    for (const name of readdirSync(binDir)) chmodSync(path.join(binDir, name), 0o755);
  });
}

/** @param {{ version: string, repository: { url: string } }} release */
function getUrl({ version, repository }) {
  const mirror = process.env["MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL"];
  const repositoryUrl = repository.url.replace(/^git\+/, "").replace(/\.git$/, "");
  const kernel = process.platform === "linux" ? `-kernel${Number.parseInt(getKernelRelease(), 10)}` : "";
  const archive = `mediasoup-worker-${version}-${process.platform}-${process.arch}${kernel}.tgz`;
  return `${mirror ?? `${repositoryUrl}/releases/download`}/${version}/${archive}`;
}

/**
 * @param {string} url
 * @param {AbortSignal} stop
 */
async function download(url, stop) {
  const unanswered = new AbortController();
  const timer = setTimeout(() => unanswered.abort(), answerTimeoutMs);
  const signal = AbortSignal.any([stop, unanswered.signal, AbortSignal.timeout(downloadTimeoutMs)]);
  try {
    const response = await fetch(url, { signal });
    clearTimeout(timer);
    if (!response.ok) throw new SetupError(`its address answers ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    stop.throwIfAborted();
    if (error instanceof SetupError) throw error;
    throw new SetupError(
      signal.aborted ? "its address does not answer in time" : "its address is not reached",
    );
  } finally {
    clearTimeout(timer);
  }
}
