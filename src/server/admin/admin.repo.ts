import type { Executor } from "../database/client.ts";

export const createAdminRepo = (_db: Executor) => ({});
export type AdminRepo = ReturnType<typeof createAdminRepo>;
