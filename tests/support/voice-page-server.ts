/** The voice engine's own page. */
import { join } from "node:path";
import { type BuiltPage, serveBuiltPage } from "./built-page.ts";

export type VoicePageServer = BuiltPage;

export const startVoicePageServer = (): Promise<VoicePageServer> =>
  serveBuiltPage(join(import.meta.dirname, "voice-page"));
