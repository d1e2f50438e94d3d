/** Pure: may this member do this to that message. */
import type { UserId } from "#shared/ids.ts";
import { hasPermission, type Permissions } from "#shared/permissions.ts";

interface Standing {
  permissions: Permissions;
  actorId: UserId;
  authorId: UserId;
}

/** One's own alone: nobody puts words into another's mouth. */
export const canEditMessage = ({ actorId, authorId }: Standing): boolean => actorId === authorId;

export const canDeleteMessage = ({ permissions, actorId, authorId }: Standing): boolean =>
  actorId === authorId || hasPermission(permissions, "MANAGE_MESSAGES");
