/**
 * The operator's door: a Unix socket in the data directory, behind a directory that nobody but its owner can enter. Who
 * reaches it has the machine's files, the database among them, and is asked for nothing more. One JSON in, one out, over
 * HTTP; no network leads to it.
 */
import { chmod, mkdir, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { dirname, join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { z } from "zod";
import { isAppError } from "../kernel/app-error.ts";
import type { Logger } from "../kernel/logger.ts";
import { hasCode } from "../kernel/system-errors.ts";

export interface ControlSocketOptions {
  dataDirectory: string;
  answer: (input: unknown) => Promise<unknown>;
  logger: Logger;
}

export interface ControlSocket {
  /** Answers what has been asked, and goes. */
  close(): Promise<void>;
}

/** What the kernel keeps of a socket's path, on the system that keeps least. */
const maxPathBytes = 103;
/** Far more than any act says. */
const maxRequestBytes = 64 * 1024;

const Answer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("done"), result: z.unknown() }),
  z.object({ kind: z.literal("refused"), reason: z.string(), params: z.unknown() }),
]);
export type ControlAnswer = z.infer<typeof Answer>;

const pathOf = (dataDirectory: string): string => join(dataDirectory, "control", "socket");

const nothingOpen: ControlSocket = { close: () => Promise.resolve() };

/** Where it cannot be opened the server serves without: only the command line lacks it then, and the log says why. */
export const openControlSocket = async (options: ControlSocketOptions): Promise<ControlSocket> => {
  const { dataDirectory, logger } = options;
  const path = pathOf(dataDirectory);
  try {
    if (Buffer.byteLength(path) > maxPathBytes) throw new Error(`${path} is too long for a socket`);
    // Another server's, with a database of its own: whoever was first keeps it.
    if ((await askControlSocket(dataDirectory, null)) !== undefined)
      throw new Error(`another Together uses the data directory ${dataDirectory}`);
    await mkdir(dataDirectory, { recursive: true });
    // One step at a time: where the system refuses to make it, Node's recursive one would try for ever.
    await mkdir(dirname(path), { mode: 0o700 }).catch((error: unknown) => {
      if (!hasCode(error, "EEXIST")) throw error;
    });
    await chmod(dirname(path), 0o700);
    // Of a server that was killed.
    await rm(path, { force: true });
    return await listen(path, options);
  } catch (error) {
    logger.warn({ error: String(error) }, "npm run admin cannot reach this server");
    return nothingOpen;
  }
};

const listen = async (path: string, options: ControlSocketOptions): Promise<ControlSocket> => {
  const server = createServer((incoming, response) => {
    void reply(incoming, options).then((answer) => response.end(JSON.stringify(answer)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  return { close: () => closeServer(server) };
};

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });

const reply = async (
  incoming: IncomingMessage,
  { answer, logger }: ControlSocketOptions,
): Promise<ControlAnswer> => {
  try {
    return { kind: "done", result: await answer(await readJson(incoming)) };
  } catch (error) {
    if (isAppError(error)) return { kind: "refused", ...error.detail };
    logger.error({ error }, "an operator's act failed");
    return { kind: "refused", reason: "INTERNAL", params: {} };
  }
};

const readJson = async (incoming: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError("a request gives bytes");
    bytes += chunk.length;
    if (bytes > maxRequestBytes) throw new Error("an operator's act is too long");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
};

/** What the server of that data directory answers; undefined where none runs. */
export const askControlSocket = async (
  dataDirectory: string,
  input: unknown,
): Promise<ControlAnswer | undefined> => {
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asking = request({ socketPath: pathOf(dataDirectory), method: "POST", agent: false }, resolve);
      asking.once("error", reject);
      asking.end(JSON.stringify(input));
    });
    return Answer.parse(JSON.parse(await textOf(response)));
  } catch (error) {
    if (["ENOENT", "ECONNREFUSED", "ENOTDIR"].some((code) => hasCode(error, code))) return undefined;
    throw error;
  }
};
