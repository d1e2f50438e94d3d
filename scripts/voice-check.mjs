// npm run voice:check [-- https://chat.example.org]: tries every way to a server's voice from this machine.
import { runCommandLine } from "./lib/run-command-line.mjs";

await runCommandLine("voice-check");
