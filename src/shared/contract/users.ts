import { z } from "zod";
import { UserId } from "../ids.ts";
import { limits } from "../limits.ts";
import { optionalText, text, type Time } from "./common.ts";

/** What the others see. */
export type PresenceStatus = "online" | "away" | "dnd" | "offline";

/** What a user chooses; shown while at least one connection is open. */
export const ChosenStatus = z.enum(["online", "away", "dnd"]);
export type ChosenStatus = z.infer<typeof ChosenStatus>;

/** A user inside other objects: nothing that goes stale by itself. */
export interface UserRef {
  id: UserId;
  username: string;
  displayName: string;
  avatarUrl: string | null;
  bot: boolean;
  /** The account is gone, and its username says nothing; left out of every other. */
  isDeleted?: true;
}

export interface User extends UserRef {
  status: PresenceStatus;
  customStatus: string | null;
  createdAt: Time;
}

/** The caller's own account. */
export interface Me extends User {
  email: string | null;
  /** What they chose; `status` is what others see of it. */
  chosenStatus: ChosenStatus;
  /** Whether they govern the instance, beyond the servers they are in. */
  isAdmin: boolean;
}

export interface Presence {
  userId: UserId;
  status: PresenceStatus;
}

export const GetUser = z.object({ userId: UserId });

export const UpdateUser = z.object({
  displayName: text({ minLength: 1, maxLength: limits.displayName.maxLength }).optional(),
  customStatus: optionalText(limits.customStatus).optional(),
});
export type UpdateUser = z.infer<typeof UpdateUser>;

export const SetStatus = z.object({ status: ChosenStatus });
