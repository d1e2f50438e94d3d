import type { Invite, InvitePreview } from "#shared/contract/invites.ts";
import { presentUserRef } from "../users/users.present.ts";
import type { InvitePreviewRow, InviteRow } from "./invites.repo.ts";

export const presentInvite = (row: InviteRow): Invite => ({
  code: row.code,
  serverId: row.serverId,
  createdBy: row.createdBy,
  maxUses: row.maxUses,
  uses: row.uses,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  roleIds: row.roleIds,
});

export const presentInvitePreview = ({
  invite,
  serverName,
  memberCount,
  inviter,
}: InvitePreviewRow): InvitePreview => ({
  code: invite.code,
  server: { id: invite.serverId, name: serverName, iconUrl: null, memberCount },
  inviter: presentUserRef(inviter),
  expiresAt: invite.expiresAt?.toISOString() ?? null,
});
