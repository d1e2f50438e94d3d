import { z } from "zod";
import { RoleId, ServerId, type UserId } from "../ids.ts";
import { limits } from "../limits.ts";
import type { Time } from "./common.ts";
import type { UserRef } from "./users.ts";

/** Letters and digits that nobody confuses when read aloud; 10 of 32 signs are 50 bits. */
export const InviteCode = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9]{4,32}$/);

export const CreateInvite = z.object({
  serverId: ServerId,
  maxUses: z.int().min(1).max(limits.inviteMaxUses).nullable().optional(),
  expiresInSeconds: z.int().min(60).max(limits.inviteMaxAgeSeconds).nullable().optional(),
  /** Given to whoever joins with it. */
  roleIds: z.array(RoleId).max(limits.rolesPerServer).optional(),
});
export type CreateInvite = z.infer<typeof CreateInvite>;

export const InviteByCode = z.object({ code: InviteCode });
export const ListInvites = z.object({ serverId: ServerId });

export interface Invite {
  code: string;
  serverId: ServerId;
  createdBy: UserId;
  maxUses: number | null;
  uses: number;
  expiresAt: Time | null;
  /** Given to whoever joins with it, as far as its maker may still give them then. */
  roleIds: RoleId[];
}

/** What a stranger with the link may see. */
export interface InvitePreview {
  code: string;
  server: { id: ServerId; name: string; iconUrl: string | null; memberCount: number };
  inviter: UserRef;
  expiresAt: Time | null;
}
