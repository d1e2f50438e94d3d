import { execFile } from "node:child_process";

import { getNpmCommand } from "./npm.mjs";
import { projectDir } from "./paths.mjs";

const maxOutputBytes = 32 * 1024 * 1024;

/**
 * @typedef {object} Vulnerability
 * @property {string} name
 * @property {string} severity
 * @property {(string | { title: string, url: string })[]} via
 */

/**
 * What the registry knows of the packages in package-lock.json. Tools of development are left out: they meet no strangers.
 *
 * @param {string} node
 * @param {AbortSignal} stop
 * @returns {Promise<{ kind: "none" | "some" | "unknown", words: string }>} unknown when the registry does not answer
 */
export async function askForFaults(node, stop) {
  const { file, args, env } = getNpmCommand(node, ["audit", "--omit=dev", "--json"]);
  /** @type {string} */
  const answer = await new Promise((resolve) => {
    // Faults make its exit code 1, and so does a registry that does not answer: the text tells which.
    const options = { cwd: projectDir, env, signal: stop, maxBuffer: maxOutputBytes };
    execFile(file, args, options, (_error, stdout) => resolve(stdout));
  });
  stop.throwIfAborted();
  return judge(answer);
}

/**
 * @param {string} answer
 * @returns {{ kind: "none" | "some" | "unknown", words: string }}
 */
function judge(answer) {
  /** @type {{ vulnerabilities?: Record<string, Vulnerability>, message?: string }} */
  const { vulnerabilities, message } = parse(answer);
  if (!vulnerabilities)
    return {
      kind: "unknown",
      words: `The registry does not say what faults are known: ${message ?? "no answer"}`,
    };
  const grave = Object.values(vulnerabilities).filter(({ severity }) =>
    ["high", "critical"].includes(severity),
  );
  if (grave.length === 0) return { kind: "none", words: "No grave fault is known of the packages." };
  return { kind: "some", words: grave.map(describe).join("\n") };
}

/** @param {string} answer */
function parse(answer) {
  try {
    return JSON.parse(answer);
  } catch {
    return {};
  }
}

/** @param {Vulnerability} vulnerability */
function describe({ name, severity, via }) {
  const causes = via.map((cause) => (typeof cause === "string" ? cause : `${cause.title} ${cause.url}`));
  return `${name} (${severity}): ${causes.join("; ")}`;
}
