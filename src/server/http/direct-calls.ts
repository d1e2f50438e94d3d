/**
 * The short way from a request to its procedures, for what clients send all day: JSON by GET or POST, one call or a batch.
 * tRPC's adapter makes a web Request, an abort signal for each call and a web Response, which costs more than the calls do.
 * Here are tRPC's own calls, error shapes and statuses without them. What is not plainly such a request, or is wrong in any
 * way that shows before its calls begin, is left to the adapter; nothing has happened by then.
 */
import {
  type AnyTRPCRouter,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  TRPCError,
  type TRPCProcedureType,
} from "@trpc/server";
import { getHTTPStatusCode } from "@trpc/server/http";
import type { TRPCResponse } from "@trpc/server/rpc";
import type { FastifyReply, FastifyRequest } from "fastify";
import { createTurns } from "../kernel/turns.ts";
import type { Context } from "../trpc/context.ts";
import { config } from "../trpc/init.ts";
import { type Procedure, proceduresOf } from "../trpc/procedures-of.ts";

interface Options {
  router: AnyTRPCRouter;
  maxBatchCalls: number;
  createContext: (where: { req: FastifyRequest; res: FastifyReply }) => Promise<Context>;
  /** What an answer has besides its type. */
  headersOf: (errors: readonly TRPCError[]) => Record<string, string>;
}

interface Call {
  path: string;
  procedure: Procedure;
  input: unknown;
}

interface Ordinary {
  isBatch: boolean;
  calls: Call[];
}

interface Outcome {
  response: TRPCResponse;
  error?: TRPCError;
}

export type CallRequest = FastifyRequest<{ Params: { path: string } }>;

/** Begun at a time; a user's wait for each other anyway (`call-limits.ts`), and the others of a long batch need not yet. */
const batchCallsAtOnce = 10;

const methodTypes: Partial<Record<string, TRPCProcedureType>> = { GET: "query", POST: "mutation" };
const knownParameters: ReadonlySet<string> = new Set(["batch", "input"]);

const isObject = (value: unknown): value is Record<number, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const tryParse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isPlainJson = ({ method, headers }: FastifyRequest): boolean =>
  headers["trpc-accept"] === undefined &&
  headers.accept?.includes("application/jsonl") !== true &&
  (headers["content-type"]?.startsWith("application/json") ?? method === "GET");

/** Undefined where they ask for anything that is not done here. */
const findParameters = (url: string): { isBatch: boolean; input: string | null } | undefined => {
  const start = url.indexOf("?");
  if (start === -1) return { isBatch: false, input: null };
  const parameters = new URLSearchParams(url.slice(start));
  for (const name of parameters.keys()) if (!knownParameters.has(name)) return undefined;
  return { isBatch: parameters.get("batch") === "1", input: parameters.get("input") };
};

/** Of each call by its place; undefined when they cannot be read. */
const findInputs = (text: unknown, isBatch: boolean): Record<number, unknown> | undefined => {
  if (text === null || text === "") return {};
  const inputs = typeof text === "string" ? tryParse(text) : undefined;
  if (isBatch) return isObject(inputs) ? inputs : undefined;
  return inputs === undefined ? undefined : { 0: inputs };
};

/** Resolves to the answer's body, as a route's handler does; undefined when the request is for the adapter. */
export const createDirectCalls = ({ router, maxBatchCalls, createContext, headersOf }: Options) => {
  const procedures = proceduresOf(router);

  const findOrdinary = (request: CallRequest): Ordinary | undefined => {
    const type = methodTypes[request.method];
    const parameters = findParameters(request.url);
    if (!type || !parameters || !isPlainJson(request)) return undefined;
    const { isBatch, input } = parameters;
    const paths = isBatch ? request.params.path.split(",") : [request.params.path];
    const called = paths.flatMap((path) => {
      const procedure = procedures.get(path);
      return procedure?.type === type ? [{ path, procedure }] : [];
    });
    if (called.length < paths.length || paths.length > maxBatchCalls) return undefined;
    const inputs = findInputs(type === "query" ? input : request.body, isBatch);
    return inputs && { isBatch, calls: called.map((one, index) => ({ ...one, input: inputs[index] })) };
  };

  const call = async (
    { path, procedure, input }: Call,
    batchIndex: number,
    context: Context | TRPCError,
  ): Promise<Outcome> => {
    try {
      if (context instanceof TRPCError) throw context;
      const getRawInput = () => Promise.resolve(input);
      const data = await procedure.call({ path, ctx: context, getRawInput, batchIndex });
      return { response: { result: { data } } };
    } catch (cause) {
      const error = getTRPCErrorFromUnknown(cause);
      const ctx = context instanceof TRPCError ? undefined : context;
      const shape = getTRPCErrorShape({ config, error, type: procedure.type, path, input, ctx });
      return { response: { error: shape }, error };
    }
  };

  const answer = async ({ isBatch, calls }: Ordinary, req: FastifyRequest, res: FastifyReply) => {
    const context = await createContext({ req, res }).catch(getTRPCErrorFromUnknown);
    const turns = createTurns({ atOnce: batchCallsAtOnce, waiting: maxBatchCalls });
    const outcomes = await Promise.all(
      calls.map((one, index) => turns.run("this batch", () => call(one, index, context))),
    );
    const responses = outcomes.map(({ response }) => response);
    const errors = outcomes.flatMap(({ error }) => error ?? []);
    void res
      .code(getHTTPStatusCode(responses))
      .headers({ "content-type": "application/json", ...headersOf(errors) })
      // Fastify's own way of writing JSON adds a charset to the type.
      .serializer(JSON.stringify);
    return isBatch ? responses : responses[0];
  };

  return (request: CallRequest, reply: FastifyReply): Promise<unknown> | undefined => {
    const ordinary = findOrdinary(request);
    return ordinary && answer(ordinary, request, reply);
  };
};
