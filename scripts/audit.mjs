// npm run audit: whether a package that runs on the server or in the browser has a fault that is known to be grave.
import { askForFaults } from "./lib/known-faults.mjs";
import { runMain } from "./lib/run-main.mjs";

await runMain(async (stop) => {
  const { kind, words } = await askForFaults(process.execPath, stop);
  console.log(words);
  return { none: 0, some: 1, unknown: 2 }[kind];
});
