import type { Account, ServerSummary } from "#shared/contract/instance.ts";
import { presentUserRef } from "../users/users.present.ts";
import type { AccountRow, ServerSummaryRow } from "./admin.repo.ts";

export const presentAccount = (row: AccountRow): Account => ({
  user: presentUserRef(row),
  email: row.email,
  isAdmin: row.isAdmin,
  disabledAt: row.disabledAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
  ownedServers: row.ownedServers,
});

export const presentServerSummary = ({ owner, createdAt, ...row }: ServerSummaryRow): ServerSummary => ({
  ...row,
  owner: presentUserRef(owner),
  createdAt: createdAt.toISOString(),
});
