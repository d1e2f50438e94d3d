import { startSfu } from "#tests/support/voice-sfu.ts";
import { describeSfu } from "./sfu.suite.ts";

describeSfu("MediasoupSfu", () => startSfu());
