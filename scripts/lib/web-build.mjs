import { writeFileSync } from "node:fs";
import path from "node:path";

import { findStamp, getFingerprint } from "./fingerprint.mjs";
import { getEnvironmentWith } from "./npm.mjs";
import { inProject, projectDir } from "./paths.mjs";
import { precompressDirectory } from "./precompress.mjs";
import { withProgress } from "./progress.mjs";
import { runQuietly } from "./run-command.mjs";
import { makeDirectory } from "./temporary.mjs";

const inputs = [
  "src/client",
  "src/sdk",
  "src/shared",
  "vite.config.ts",
  "package-lock.json",
  "scripts/lib/precompress.mjs",
  "scripts/lib/web-build.mjs",
];
/** Inside the directory, so that the two take their place at once. */
const stampName = ".together-web";

/**
 * Builds the web app into dist/web, unless it was built from the same sources already.
 *
 * @param {string} node
 * @param {AbortSignal} stop
 */
export async function ensureWebBuild(node, stop) {
  const wanted = getFingerprint(
    inputs.map((input) => inProject(input)),
    { ignore: (file) => /\.test\.tsx?$/.test(file) },
  );
  const webDir = inProject("dist", "web");
  const isMade = () => findStamp(path.join(webDir, stampName)) === wanted;
  if (isMade()) return;

  await withProgress({ title: "Building the web app" }, () =>
    makeDirectory(webDir, {
      make: async (dir) => {
        await build(dir, { node, stop });
        await precompressDirectory(dir);
        writeFileSync(path.join(dir, stampName), `${wanted}\n`);
      },
      isMade,
    }),
  );
}

/**
 * @param {string} dir
 * @param {{ node: string, stop: AbortSignal }} tools
 */
async function build(dir, { node, stop }) {
  const vite = inProject("node_modules", "vite", "bin", "vite.js");
  await runQuietly({
    name: "build-web",
    file: node,
    args: [vite, "build", "--outDir", dir, "--emptyOutDir"],
    cwd: projectDir,
    // A development build would be several times as large, and slower.
    env: { ...getEnvironmentWith(node), NODE_ENV: "production" },
    stop,
    advice: "Mend the web app's sources and run the same command again.",
  });
}
