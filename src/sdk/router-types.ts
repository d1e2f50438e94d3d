/** The one place outside the server that knows its router, and knows it as a type alone. */
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "#server/app-router.ts";

export type TogetherRouter = AppRouter;
/** `RouterInputs["messages"]["send"]`: what a procedure takes. */
export type RouterInputs = inferRouterInputs<TogetherRouter>;
/** `RouterOutputs["messages"]["send"]`: what a procedure answers. */
export type RouterOutputs = inferRouterOutputs<TogetherRouter>;
