import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { z } from "zod";

/** Where more can be sent than this process could read: fifty who hear fifty are 120,000 packets a second. */
export const openDeafSocket = async (): Promise<{ port: number } & AsyncDisposable> => {
  const thread = new Worker(new URL("deaf-socket.ts", import.meta.url));
  const [port] = z.tuple([z.number()]).parse(await once(thread, "message"));
  return {
    port,
    async [Symbol.asyncDispose]() {
      await thread.terminate();
    },
  };
};
