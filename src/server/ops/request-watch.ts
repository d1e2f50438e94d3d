/** Every HTTP request, once it is answered: counted, and written to the log as far as an operator wants to know. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Logger, type RequestFields, withRequestFields } from "../kernel/logger.ts";
import { createEndpointReader } from "./endpoint.ts";
import type { Metrics } from "./metrics.ts";

interface Options {
  metrics: Pick<Metrics, "observeRequest">;
  logger: Logger;
  /** All procedures that are served over HTTP. */
  procedures: Iterable<string>;
}

/** Whoever waits so long wonders. */
const slowRequestMs = 1_000;

type Answered = RequestFields & { method: string; endpoint: string; status: number; durationMs: number };

/** Errors are for those who have to act: the server could not do what it should, whatever the cause. */
const logAnswered = (logger: Logger, answered: Answered): void => {
  if (answered.status >= 500) logger.error({ ...answered }, "a request could not be answered");
  else if (answered.durationMs >= slowRequestMs) logger.info({ ...answered }, "a request took long");
  else logger.debug({ ...answered }, "a request was answered");
};

export const watchRequests = (app: FastifyInstance, { metrics, logger, procedures }: Options): void => {
  const endpointsOf = createEndpointReader(procedures);
  const fieldsOf = new WeakMap<FastifyRequest, RequestFields>();

  // After the body, which is read in the connection's context and not in the request's.
  app.addHook("preHandler", (request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
    const fields = { requestId: request.id };
    fieldsOf.set(request, fields);
    withRequestFields(fields, done);
  });

  app.addHook("onResponse", async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { elapsedTime, statusCode: status } = reply;
    const { method } = request;
    const endpoints = endpointsOf(request.url, request.routeOptions.url);
    metrics.observeRequest({ method, endpoints, status, seconds: elapsedTime / 1_000 });
    if (status < 500 && elapsedTime < slowRequestMs && !logger.isLevelEnabled("debug")) return;
    logAnswered(logger, {
      requestId: request.id,
      ...fieldsOf.get(request),
      method,
      endpoint: endpoints.join(),
      status,
      durationMs: Math.round(elapsedTime),
    });
  });
};
