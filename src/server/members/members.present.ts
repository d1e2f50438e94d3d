import type { Ban, Member } from "#shared/contract/members.ts";
import type { PresenceStatus } from "#shared/contract/users.ts";
import { presentUser, presentUserRef } from "../users/users.present.ts";
import type { BanRow, MemberRow } from "./members.repo.ts";

export const presentMember = (row: MemberRow, status: PresenceStatus): Member => ({
  serverId: row.serverId,
  user: presentUser(row.user, status),
  nickname: row.nickname,
  roleIds: row.roleIds,
  joinedAt: row.joinedAt.toISOString(),
  timeoutUntil: row.timeoutUntil?.toISOString() ?? null,
});

export const presentBan = (row: BanRow): Ban => ({
  user: presentUserRef(row.user),
  reason: row.reason,
  createdAt: row.createdAt.toISOString(),
});
