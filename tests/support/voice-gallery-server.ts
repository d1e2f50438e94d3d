/** The web app on a played server and a played voice engine, built as the web app is: each state of voice by its name. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { createHttpApp } from "#server/http/http-app.ts";
import { registerWebApp } from "#server/http/web-app.ts";
import { silentLogger } from "#server/kernel/logger.ts";

const client = join(import.meta.dirname, "../../src/client");

export interface VoiceGallery extends AsyncDisposable {
  urlOf: (scene: string) => string;
}

/** Under the tests' own name for it, libraries would be built as they are for developers, who are told more. */
const inProduction = async (run: () => Promise<unknown>): Promise<void> => {
  const { NODE_ENV } = process.env;
  process.env["NODE_ENV"] = "production";
  try {
    await run();
  } finally {
    process.env["NODE_ENV"] = NODE_ENV;
  }
};

export const startVoiceGallery = async (): Promise<VoiceGallery> => {
  const directory = await mkdtemp(join(tmpdir(), "together-voice-gallery-"));
  await inProduction(() =>
    build({
      configFile: false,
      logLevel: "error",
      root: join(client, "app/voice-gallery"),
      publicDir: join(client, "public"),
      build: { outDir: directory, assetsInlineLimit: 0, target: "chrome125", cssMinify: "lightningcss" },
    }),
  );
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
    urlOf: (scene) => `${url}/?scene=${scene}`,
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await rm(directory, { recursive: true });
    },
  };
};
