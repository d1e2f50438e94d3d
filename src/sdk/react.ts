/** The procedures as React hooks, over TanStack Query: `trpc.servers.list.useQuery()`. */
import { createTRPCReact } from "@trpc/react-query";
import type { TogetherRouter } from "./router-types.ts";

export const trpc = createTRPCReact<TogetherRouter>();
export type { RouterInputs, RouterOutputs } from "./router-types.ts";
