// npm run admin -- <command>: accounts, servers and what is stored, for whoever has the machine.
import { runCommandLine } from "./lib/run-command-line.mjs";

await runCommandLine("admin");
