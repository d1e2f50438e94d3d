/**
 * A router's procedures, to be called without tRPC's own runner: it copies the call's options and context property by
 * property, four times for each middleware, in a helper of its compiler. It was a sixth of what a message costs the server.
 * This is the same loop with plain spreads. It rests on `_def.middlewares` of a pinned version, and a test compares both.
 */
import {
  type AnyTRPCRouter,
  getTRPCErrorFromUnknown,
  type TRPCError,
  type TRPCProcedureType,
} from "@trpc/server";
import { z } from "zod";
import type { Context } from "./context.ts";

interface Asked {
  path: string;
  ctx: Context;
  getRawInput: () => Promise<unknown>;
  batchIndex: number;
}

interface Options extends Asked {
  type: TRPCProcedureType;
  signal: undefined;
  input?: unknown;
}

type Result = { ok: true; data: unknown } | { ok: false; error: TRPCError };
type Next = (changed?: {
  ctx?: object;
  input?: unknown;
  getRawInput?: Asked["getRawInput"];
}) => Promise<Result>;
type Middleware = (options: Options & { meta: unknown; next: Next }) => Promise<Result>;

export interface Procedure {
  type: TRPCProcedureType;
  /** Resolves to its result. @throws TRPCError, whatever went wrong */
  call(asked: Asked): Promise<unknown>;
}

const Definition = z.object({
  type: z.enum(["query", "mutation", "subscription"]),
  meta: z.unknown(),
  middlewares: z.array(z.custom<Middleware>((value) => typeof value === "function")),
});
type Definition = z.infer<typeof Definition>;
const Procedures = z.record(
  z.string(),
  z
    .custom<{ _def: unknown }>((value) => typeof value === "function")
    .transform(({ _def }) => Definition.parse(_def)),
);

const run = async (definition: Definition, index: number, options: Options): Promise<Result> => {
  const { middlewares, meta } = definition;
  const next: Next = (changed = {}) =>
    run(definition, index + 1, {
      ...options,
      ctx: changed.ctx ? { ...options.ctx, ...changed.ctx } : options.ctx,
      input: "input" in changed ? changed.input : options.input,
      getRawInput: changed.getRawInput ?? options.getRawInput,
    });
  try {
    const middleware = middlewares[index];
    if (!middleware) throw new Error("a procedure ends with its resolver");
    return await middleware({ ...options, meta, input: options.input, next });
  } catch (cause) {
    return { ok: false, error: getTRPCErrorFromUnknown(cause) };
  }
};

export const proceduresOf = (router: AnyTRPCRouter): ReadonlyMap<string, Procedure> => {
  const toProcedure = (definition: Definition): Procedure => ({
    type: definition.type,
    async call(asked) {
      const result = await run(definition, 0, { ...asked, type: definition.type, signal: undefined });
      if (!result.ok) throw result.error;
      return result.data;
    },
  });
  return new Map(
    Object.entries(Procedures.parse(router._def.procedures)).map(([path, definition]) => [
      path,
      toProcedure(definition),
    ]),
  );
};
