// npm run restore -- <file>: puts a backup in the place of what is there.
import { runCommandLine } from "./lib/run-command-line.mjs";

await runCommandLine("restore");
