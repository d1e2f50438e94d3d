import path from "node:path";

/**
 * The npm that runs this script, or else the one on the PATH, run by the given Node: npm skips optional packages that
 * do not fit the Node which runs it, and the platform's binaries are such packages.
 *
 * @param {string} node
 * @param {string[]} args
 * @returns {{ file: string, args: string[], env: NodeJS.ProcessEnv }}
 */
export function getNpmCommand(node, args) {
  const npmScript = process.env["npm_execpath"];
  const env = getEnvironmentWith(node);
  if (npmScript && path.basename(npmScript) === "npm-cli.js")
    return { file: node, args: [npmScript, ...args], env };
  return { file: process.platform === "win32" ? "npm.cmd" : "npm", args, env };
}

/**
 * The environment for a child that shall find the given Node first, without what `npm start` told this process about
 * itself: a second npm would take it for its own settings.
 *
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function getEnvironmentWith(node) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(lifecycle|package|command|config_local_prefix)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    PATH: [path.dirname(node), process.env["PATH"]].join(path.delimiter),
  };
}
