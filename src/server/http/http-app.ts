/** The Fastify instance: addresses, security headers, origins, cookies, refusals in the catalogue's form. */
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import cookie from "@fastify/cookie";
import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { type ErrorDetail, reasons } from "#shared/errors.ts";
import { AppError, isAppError } from "../kernel/app-error.ts";
import type { Logger } from "../kernel/logger.ts";
import { toFastifyTrust, type TrustProxy } from "./client-address.ts";
import type { OriginCheck } from "./origins.ts";
import { refusePipelines } from "./pipelines.ts";
import { toRefusal } from "./refusal.ts";

interface Options {
  logger: Logger;
  trustProxy: TrustProxy;
  isSecure: boolean;
  corsOrigins: string[];
  isAllowedOrigin: OriginCheck;
}

/** A full batch of the longest messages fits; uploads have a route of their own. */
const maxBodyBytes = 256 * 1024;
/** Node's own bound on a request's head, which has a query's input in it. */
const maxHeaderBytes = 16 * 1024;
/** tRPC names every procedure of a batch in the path. */
const maxPathLength = 4_096;

/**
 * For a whole request to arrive. Fastify has no bound of its own, and bodies that trickle in would hold their sockets and
 * buffers for as long as their senders like.
 */
const requestTimeoutMs = 60_000;

const detailOf = (error: FastifyError | AppError, requestId: string): ErrorDetail => {
  if (isAppError(error)) return error.detail;
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return { reason: "TOO_LARGE", params: { limit: maxBodyBytes } };
  if (error.code === "FST_ERR_MAX_PARAM_LENGTH")
    return { reason: "TOO_LARGE", params: { limit: maxPathLength } };
  const isCallersFault = error.statusCode !== undefined && error.statusCode < 500;
  if (isCallersFault)
    return { reason: "INVALID_INPUT", params: { issues: [{ path: "", message: error.message }] } };
  return { reason: "INTERNAL", params: { requestId } };
};

/** What Node's parser gave up on never becomes a request: the answer is written by hand. */
const refuseUnreadable = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === "ECONNRESET" || !socket.writable) return;
  const isTooLarge = error.code === "HPE_HEADER_OVERFLOW";
  const body = JSON.stringify(
    toRefusal(
      isTooLarge
        ? { reason: "TOO_LARGE", params: { limit: maxHeaderBytes } }
        : {
            reason: "INVALID_INPUT",
            params: { issues: [{ path: "", message: "the request cannot be read" }] },
          },
    ),
  );
  const status = isTooLarge ? "413 Payload Too Large" : "400 Bad Request";
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close`;
  socket.end(`${head}\r\n\r\n${body}`);
};

const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    // RNNoise is WebAssembly.
    scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
    workerSrc: ["'self'"],
    // The libraries for dialogs and notices set styles from script.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:", "blob:"],
    mediaSrc: ["'self'", "blob:"],
    connectSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

/** Closing ends idle connections; one that is busy then would stay open for its next request and hold up the end. */
const closeBusyConnections = (app: FastifyInstance): void => {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onSend", async (_request, reply) => {
    if (isClosing) reply.header("connection", "close");
  });
};

/** Helmet works them out anew for each request, and they are always the same: so it is asked once. */
const readSecurityHeaders = async (isSecure: boolean): Promise<Record<string, string>> => {
  const probe = fastify({ logger: false });
  await probe.register(helmet, {
    contentSecurityPolicy,
    strictTransportSecurity: isSecure,
    crossOriginEmbedderPolicy: false,
  });
  probe.get("/", async () => "");
  const { headers } = await probe.inject("/");
  await probe.close();
  const ofTheAnswer = new Set(["content-type", "content-length", "date", "connection"]);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" && !ofTheAnswer.has(name) ? [[name, value]] : [],
    ),
  );
};

export const createHttpApp = async (options: Options): Promise<FastifyInstance> => {
  const refuse = (error: FastifyError | AppError, request: FastifyRequest, reply: FastifyReply): void => {
    const detail = detailOf(error, request.id);
    if (detail.reason === "INTERNAL")
      options.logger.error({ error, requestId: request.id }, "a request failed");
    if (detail.reason === "RATE_LIMITED")
      reply.header("retry-after", Math.ceil(detail.params.retryAfterMs / 1_000));
    void reply.code(reasons[detail.reason].httpStatus).send(toRefusal(detail));
  };
  const app = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: requestTimeoutMs,
    routerOptions: { maxParamLength: maxPathLength },
    trustProxy: toFastifyTrust(options.trustProxy),
    forceCloseConnections: "idle",
    genReqId: () => randomUUID(),
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (error, request, reply) => refuse(error, request, reply),
    logger: false,
  });

  app.setErrorHandler(refuse);
  refusePipelines(app);
  closeBusyConnections(app);

  const securityHeaders = await readSecurityHeaders(options.isSecure);
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers(securityHeaders).header("x-request-id", request.id);
    const isRead = request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS";
    if (!isRead && !options.isAllowedOrigin({ origin: request.headers.origin, host: request.headers.host })) {
      throw new AppError("MISSING_PERMISSION", { permission: "ORIGIN" });
    }
    done();
  });

  await app.register(cors, { origin: options.corsOrigins, credentials: true, maxAge: 600 });
  await app.register(cookie);
  return app;
};
