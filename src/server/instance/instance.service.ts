/** What concerns the instance as a whole: who may register, and how it comes by its first administrator. */
import type { InstanceInfo } from "#shared/contract/instance.ts";
import type { Me } from "#shared/contract/users.ts";
import type { Actor, Caller } from "../trpc/context.ts";
import type { InstanceRepo } from "./instance.repo.ts";

interface Deps {
  repo: InstanceRepo;
}

const notBuilt = (): never => {
  throw new Error("not built yet");
};

export const createInstanceService = (_deps: Deps) => ({
  info: (): Promise<InstanceInfo> => notBuilt(),
  claim: (_actor: Actor, _caller: Caller, _token: string): Promise<Me> => notBuilt(),
});
export type InstanceService = ReturnType<typeof createInstanceService>;
