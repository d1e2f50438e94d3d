/** A page of the tests' own, built as the web app is and served with the web app's policy. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { createHttpApp } from "#server/http/http-app.ts";
import { registerWebApp } from "#server/http/web-app.ts";
import { silentLogger } from "#server/kernel/logger.ts";

export interface BuiltPage extends AsyncDisposable {
  url: string;
}

/** Builds the page in this folder, and serves it. */
export const serveBuiltPage = async (root: string): Promise<BuiltPage> => {
  const directory = await mkdtemp(join(tmpdir(), "together-page-"));
  await build({
    configFile: false,
    logLevel: "error",
    root,
    publicDir: join(import.meta.dirname, "../../src/client/public"),
    build: { outDir: directory, assetsInlineLimit: 0, target: "chrome125", cssMinify: "lightningcss" },
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
