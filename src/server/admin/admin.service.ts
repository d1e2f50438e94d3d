/** What the instance's administrators see and do, whatever servers they are in. */
import type { AuditPage } from "#shared/contract/audit.ts";
import type {
  AccountPage,
  InstanceOverview,
  ListAccounts,
  ListAllServers,
  ListInstanceAudit,
  ServerSummaryPage,
} from "#shared/contract/instance.ts";
import type { InstanceService } from "../instance/instance.service.ts";
import { nowDate } from "../kernel/clock.ts";
import { measureDisk } from "../kernel/disk.ts";
import type { PresenceCounter } from "../presence/presence-reader.ts";
import { type ActsDeps, createActs } from "./acts.ts";
import { presentAccount, presentServerSummary } from "./admin.present.ts";

interface Deps extends ActsDeps {
  instance: ActsDeps["instance"] & Pick<InstanceService, "getRegistration">;
  presence: PresenceCounter;
  version: string;
  dataDirectory: string;
}

export const createAdminService = (deps: Deps) => {
  const { repo, audit, instance, presence, clock, version, dataDirectory } = deps;
  const startedAt = nowDate(clock).toISOString();

  return {
    ...createActs(deps),

    /** The instance in figures; the number of messages is an estimate where there are many. */
    async overview(): Promise<InstanceOverview> {
      const [counts, disk, registration] = await Promise.all([
        repo.count(),
        measureDisk(dataDirectory),
        instance.getRegistration(),
      ]);
      const { users, disabled, servers, messages, databaseBytes, attachmentBytes } = counts;
      return {
        version,
        startedAt,
        users: { total: users, disabled, online: presence.countOnline() },
        servers,
        messages,
        storage: { databaseBytes, attachmentBytes, disk },
        registration,
      };
    },

    /** A page of accounts, all or those of which a name or the email contains the query; deleted ones are left out. */
    async accounts({ query, cursor, limit }: ListAccounts): Promise<AccountPage> {
      // One more than asked for tells whether there are more.
      const rows = await repo.listAccounts({ contains: query, after: cursor ?? null, limit: limit + 1 });
      const accounts = rows.slice(0, limit).map(presentAccount);
      return { accounts, nextCursor: rows.length > limit ? (accounts.at(-1)?.user.id ?? null) : null };
    },

    /** A page of servers, all or those of which the name, or a name of the owner, contains the query. */
    async servers({ query, cursor, limit }: ListAllServers): Promise<ServerSummaryPage> {
      const rows = await repo.listServers({ contains: query, after: cursor ?? null, limit: limit + 1 });
      const servers = rows.slice(0, limit).map(presentServerSummary);
      return { servers, nextCursor: rows.length > limit ? (servers.at(-1)?.id ?? null) : null };
    },

    /** A page of what was done to the instance, newest first. */
    audit: (input: ListInstanceAudit): Promise<AuditPage> => audit.listInstance(input),
  };
};
export type AdminService = ReturnType<typeof createAdminService>;
