import { z } from "zod";
import { RoleId, ServerId, UserId } from "../ids.ts";
import { limits } from "../limits.ts";
import { optionalText, text, type Time, TimeInput } from "./common.ts";
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
export const BanMember = z.object({
  serverId: ServerId,
  userId: UserId,
  reason: Reason,
  /** What the member said in this time before the ban is deleted. */
  deleteMessageSeconds: z.int().min(0).max(limits.banDeleteMaxSeconds).optional(),
});
export type BanMember = z.infer<typeof BanMember>;
export const UnbanMember = z.object({ serverId: ServerId, userId: UserId });

/** All of the member's roles from then on, without @everyone. */
export const SetMemberRoles = z.object({
  serverId: ServerId,
  userId: UserId,
  roleIds: z.array(RoleId).max(limits.rolesPerServer),
});
export type SetMemberRoles = z.infer<typeof SetMemberRoles>;

export const TimeoutMember = z.object({
  serverId: ServerId,
  userId: UserId,
  /** Null ends a timeout. */
  until: TimeInput.nullable(),
  reason: Reason,
});
export type TimeoutMember = z.infer<typeof TimeoutMember>;

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
