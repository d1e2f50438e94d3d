// npm run backup [-- --to <file or directory>]: everything that Together stores, in one file, also while it serves.
import { runCommandLine } from "./lib/run-command-line.mjs";

await runCommandLine("backup");
