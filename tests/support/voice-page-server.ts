/** The voice engine's own page, built as the web app is and served with the web app's policy. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { createHttpApp } from "#server/http/http-app.ts";
import { registerWebApp } from "#server/http/web-app.ts";
import { silentLogger } from "#server/kernel/logger.ts";

export interface VoicePageServer extends AsyncDisposable {
  url: string;
}

export const startVoicePageServer = async (): Promise<VoicePageServer> => {
  const directory = await mkdtemp(join(tmpdir(), "together-voice-page-"));
  await build({
    configFile: false,
    logLevel: "error",
    root: join(import.meta.dirname, "voice-page"),
    publicDir: join(import.meta.dirname, "../../src/client/public"),
    build: { outDir: directory, assetsInlineLimit: 0, target: "chrome125" },
  });
  const app = await createHttpApp({
    logger: silentLogger,
    trustProxy: false,
    isSecure: false,
    corsOrigins: [],
    isAllowedOrigin: () => true,
  });
  await registerWebApp(app, directory);
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await rm(directory, { recursive: true });
    },
  };
};
