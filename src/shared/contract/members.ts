import { z } from "zod";
import { type RoleId, ServerId, UserId } from "../ids.ts";
import { limits } from "../limits.ts";
import { optionalText, text, type Time } from "./common.ts";
import type { User, UserRef } from "./users.ts";

export const ListMembers = z.object({
  serverId: ServerId,
  query: text({ maxLength: limits.displayName.maxLength }).optional(),
  /** The last page's last user id. */
  cursor: UserId.nullish(),
  limit: z.int().min(1).max(limits.members.maxPageSize).default(limits.members.defaultPageSize),
});
export type ListMembers = z.infer<typeof ListMembers>;

const Reason = optionalText(limits.reason).optional();

export const SetNickname = z.object({
  serverId: ServerId,
  userId: UserId,
  nickname: optionalText(limits.nickname),
});
export type SetNickname = z.infer<typeof SetNickname>;
export const KickMember = z.object({ serverId: ServerId, userId: UserId, reason: Reason });
export type KickMember = z.infer<typeof KickMember>;
export const BanMember = z.object({ serverId: ServerId, userId: UserId, reason: Reason });
export type BanMember = z.infer<typeof BanMember>;
export const UnbanMember = z.object({ serverId: ServerId, userId: UserId });

export interface Member {
  serverId: ServerId;
  user: User;
  nickname: string | null;
  /** Without @everyone. */
  roleIds: RoleId[];
  joinedAt: Time;
  timeoutUntil: Time | null;
}

export interface MemberPage {
  members: Member[];
  nextCursor: UserId | null;
}

export interface Ban {
  user: UserRef;
  reason: string | null;
  createdAt: Time;
}
