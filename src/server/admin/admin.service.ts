/** What the instance's administrators see and do, whatever servers they are in. */
import type { AuditPage } from "#shared/contract/audit.ts";
import type {
  AccountPage,
  InstanceOverview,
  ListAccounts,
  ListAllServers,
  ListInstanceAudit,
  RegistrationMode,
  ResetLink,
  ServerSummaryPage,
  SetAccountAdmin,
  SetAccountDisabled,
} from "#shared/contract/instance.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import type { Actor } from "../trpc/context.ts";
import type { AdminRepo } from "./admin.repo.ts";

interface Deps {
  repo: AdminRepo;
}

const notBuilt = (): never => {
  throw new Error("not built yet");
};

export const createAdminService = (_deps: Deps) => ({
  overview: (): Promise<InstanceOverview> => notBuilt(),
  accounts: (_input: ListAccounts): Promise<AccountPage> => notBuilt(),
  servers: (_input: ListAllServers): Promise<ServerSummaryPage> => notBuilt(),
  audit: (_input: ListInstanceAudit): Promise<AuditPage> => notBuilt(),
  setRegistration: (_actor: Actor, _mode: RegistrationMode): Promise<void> => notBuilt(),
  setDisabled: (_actor: Actor, _input: SetAccountDisabled): Promise<void> => notBuilt(),
  setAdmin: (_actor: Actor, _input: SetAccountAdmin): Promise<void> => notBuilt(),
  deleteAccount: (_actor: Actor, _userId: UserId): Promise<void> => notBuilt(),
  createResetLink: (_actor: Actor, _userId: UserId): Promise<ResetLink> => notBuilt(),
  deleteServer: (_actor: Actor, _id: ServerId): Promise<void> => notBuilt(),
  setOwner: (_actor: Actor, _input: { id: ServerId; userId: UserId }): Promise<void> => notBuilt(),
});
export type AdminService = ReturnType<typeof createAdminService>;
