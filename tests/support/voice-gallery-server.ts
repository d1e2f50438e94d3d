/** The web app on a played server and a played voice engine: each state of voice by its name. */
import { join } from "node:path";
import { serveBuiltPage } from "./built-page.ts";

export interface VoiceGallery extends AsyncDisposable {
  urlOf: (scene: string) => string;
}

/** Under the tests' own name for it, libraries would be built as they are for developers, who are told more. */
const inProduction = async <T>(run: () => Promise<T>): Promise<T> => {
  const { NODE_ENV } = process.env;
  process.env["NODE_ENV"] = "production";
  try {
    return await run();
  } finally {
    process.env["NODE_ENV"] = NODE_ENV;
  }
};

export const startVoiceGallery = async (): Promise<VoiceGallery> => {
  const root = join(import.meta.dirname, "../../src/client/app/voice-gallery");
  const page = await inProduction(() => serveBuiltPage(root));
  return {
    urlOf: (scene) => `${page.url}/?scene=${scene}`,
    [Symbol.asyncDispose]: () => page[Symbol.asyncDispose](),
  };
};
