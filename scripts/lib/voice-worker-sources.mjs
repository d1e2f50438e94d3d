// The sources that the voice worker is compiled from: those of the npm package, with its libraries replaced by the
// system's (scripts/voice-worker/subprojects, each with its reason) and with the few edits below. mediasoup's own build
// downloads and compiles its libraries, which needs other hosts than those that an install has reached already.
//
// Everything that decides on the worker's code is here and in that directory: a change of either makes a new recipe.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { getFingerprint } from "./fingerprint.mjs";
import { inProject } from "./paths.mjs";
import { SetupError } from "./setup-error.mjs";

const overlayDir = inProject("scripts", "voice-worker");
const recipeLength = 12;

export const mesonOptions = [
  // What is not laid over is missing, and must not be fetched on the quiet.
  "--wrap-mode=nodownload",
  // As mediasoup releases it: optimised, and without assertions.
  "--buildtype=release",
  "-Db_ndebug=true",
  // `now`: a symbol that an upgraded library no longer has must show when the worker is tried, not in the middle of a
  // call. `-s`: without the names that a debugger alone reads.
  "-Dcpp_link_args=['-s', '-Wl,-z,relro,-z,now']",
];

/** What is made again or not used: libraries to download, and what an earlier build left. */
const leftOut = ["subprojects", "out"];

/** @typedef {{ file: string, from: string, to: string }} Edit */

/** @type {Edit[]} */
const edits = [
  {
    // Debian 12 has meson 1.0.1, and nothing in the file needs a newer one.
    file: "meson.build",
    from: "meson_version: '>= 1.1.0'",
    to: "meson_version: '>= 1.0.0'",
  },
  {
    // OpenSSL calls a BIO's callback twice for every operation: before it, and after it with BIO_CB_RETURN added to the
    // operation's number. What the second call returns becomes the operation's result. The worker compares for
    // BIO_CB_RETURN alone, which no call ever is, and so answers 1 to all of them. Among these is the question whether
    // the kernel does the encryption (BIO_CTRL_GET_KTLS_SEND): an OpenSSL that is compiled with kernel TLS, as Debian's
    // is and the one of mediasoup's release is not, takes the 1 for a yes, gives its write buffer back, and crashes in
    // the DTLS handshake of the first member who joins. So the operation's own result is handed back on every second
    // call.
    file: "src/RTC/DtlsTransport.cpp",
    from: "(operationType == BIO_CB_RETURN) ?",
    to: "((operationType & BIO_CB_RETURN) != 0) ?",
  },
];

/** @returns {string} names a way of making the worker: what is made by another is another worker */
export function getRecipe() {
  const self = inProject("scripts", "lib", "voice-worker-sources.mjs");
  return getFingerprint([overlayDir, self]).slice(0, recipeLength);
}

/**
 * @param {string} sourceDir is made
 * @param {string} packageDir the installed mediasoup
 * @throws {SetupError} when the sources are not those that the edits were written for
 */
export function writeWorkerSources(sourceDir, packageDir) {
  const workerDir = path.join(packageDir, "worker");
  const ignored = new Set(leftOut.map((name) => path.join(workerDir, name)));
  cpSync(workerDir, sourceDir, { recursive: true, filter: (file) => !ignored.has(file) });
  cpSync(overlayDir, sourceDir, { recursive: true });
  for (const edit of edits) applyEdit(sourceDir, edit);
}

/**
 * @param {string} sourceDir
 * @param {Edit} edit
 */
function applyEdit(sourceDir, { file, from, to }) {
  const target = path.join(sourceDir, file);
  const parts = readFileSync(target, "utf8").split(from);
  if (parts.length !== 2) {
    throw new SetupError(
      `the voice worker could not be built: mediasoup's ${file} holds "${from}" ${parts.length - 1} times, not once`,
      { advice: "Fit scripts/lib/voice-worker-sources.mjs to this version of mediasoup" },
    );
  }
  writeFileSync(target, parts.join(to));
}
