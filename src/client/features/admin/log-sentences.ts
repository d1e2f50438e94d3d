/** The instance's log in plain words. Pure. */
import type { AuditEntry, AuditFields } from "#shared/contract/audit.ts";
import { RegistrationMode } from "#shared/contract/instance.ts";
import type { UserRef } from "#shared/contract/users.ts";

import { registrationWords } from "./registration-words.ts";

const nameOf = (user: UserRef): string => `${user.displayName} (@${user.username})`;

/** Who it was done to: by their name now, or else by the one that was written down. */
const getTargetName = ({ targetUser, target }: AuditEntry): string =>
  targetUser ? nameOf(targetUser) : (target.name ?? "somebody");

const isSet = (fields: AuditFields | null, name: string): boolean => {
  const value = fields?.[name];
  return value !== undefined && value !== null && value !== false;
};

const getModeText = (after: AuditFields | null): string => {
  const mode = RegistrationMode.safeParse(after?.["registration"]);
  return mode.success ? `: ${registrationWords[mode.data].label.toLowerCase()}` : "";
};

/** What was done, to go on after the actor's name; undefined for an act that this version does not know. */
const findDeed = (entry: AuditEntry): string | undefined => {
  const { action, target, after } = entry;
  const who = getTargetName(entry);
  const server = target.name ?? "a server";
  switch (action) {
    case "instance.claim":
      return "became the first administrator.";
    case "admin.setRegistration":
      return `chose who may register${getModeText(after)}.`;
    case "admin.setDisabled":
      return isSet(after, "isDisabled") || isSet(after, "disabledAt")
        ? `switched off the account of ${who}.`
        : `switched on the account of ${who} again.`;
    case "admin.setAdmin":
      return isSet(after, "isAdmin")
        ? `made ${who} an administrator.`
        : `removed ${who} as an administrator.`;
    case "admin.deleteAccount":
      return `deleted the account of ${target.name ?? who}.`;
    case "admin.createResetLink":
      return `made a link for a new password for ${who}.`;
    case "admin.deleteServer":
      return `deleted the server ${server}.`;
    case "admin.setOwner":
      return `gave the server ${server} to ${entry.targetUser ? nameOf(entry.targetUser) : "somebody else"}.`;
    default:
      return undefined;
  }
};

export interface LogSentence {
  actor: string;
  deed: string;
}

/** Together one sentence. */
export const getSentence = (entry: AuditEntry): LogSentence => ({
  actor: entry.actor ? nameOf(entry.actor) : "Somebody",
  deed: findDeed(entry) ?? `did something that this page has no words for: ${entry.action}.`,
});
