/** What an entry changed, field by field, in words. Pure. */
import type { AuditAction, AuditEntry, AuditFields, AuditValue } from "#shared/contract/audit.ts";
import { formatSpan, formatTimestamp, type TimeOptions } from "#client/lib/time.ts";

import type { AuditNames } from "./audit-words.ts";
import { namePermissions } from "./permission-names.ts";

export interface AuditChange {
  label: string;
  /** Undefined where there was nothing, or where it is not known. */
  before: string | undefined;
  after: string | undefined;
}

const labels: Record<string, string> = {
  name: "Name",
  topic: "Topic",
  type: "Kind",
  color: "Colour",
  position: "Position",
  permissions: "Permissions",
  allow: "Allowed",
  deny: "Denied",
  target: "For",
  parentId: "Category",
  slowModeSeconds: "Slow mode",
  followsCategory: "Follows its category",
  nickname: "Nickname",
  roleIds: "Roles",
  roles: "Roles",
  places: "Order",
  overrides: "Permissions",
  timeoutUntil: "Timed out until",
  until: "Until",
  ownerId: "Owner",
  createdBy: "Made by",
  maxUses: "Uses at most",
  expiresAt: "Expires",
  serverMute: "Muted in voice",
  serverDeaf: "Deafened in voice",
  channelId: "Channel",
  authors: "Written by",
  userId: "Member",
  deleteMessageSeconds: "Deleted messages of the last",
  code: "Code",
  content: "Text",
};

/** "welcomeChannel" is "Welcome channel": better than nothing for a field without words. */
const toLabel = (key: string): string => {
  const words = key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return labels[key] ?? words.charAt(0).toUpperCase() + words.slice(1);
};

type Words = (value: string, names: AuditNames) => string;

const rolesGone = "a role that is gone";
const personGone = "someone who is gone";

/** Values that mean more than their letters, by their field. */
const texts: Record<string, Words> = {
  permissions: (bits) => listOf(namePermissions(bits)),
  allow: (bits) => listOf(namePermissions(bits)),
  deny: (bits) => listOf(namePermissions(bits)),
  parentId: (id, { findChannel }) => findChannel(id) ?? "a category that is gone",
  channelId: (id, { findChannel }) => findChannel(id) ?? "a channel that is gone",
  roleIds: (id, { findRole }) => findRole(id) ?? rolesGone,
  ownerId: (id, { findUser }) => findUser(id) ?? personGone,
  createdBy: (id, { findUser }) => findUser(id) ?? personGone,
  authors: (id, { findUser }) => findUser(id) ?? personGone,
  userId: (id, { findUser }) => findUser(id) ?? personGone,
};

const times = new Set(["timeoutUntil", "until", "expiresAt"]);
const spans = new Set(["slowModeSeconds", "deleteMessageSeconds"]);

const listOf = (parts: readonly string[]): string => (parts.length === 0 ? "none" : parts.join(", "));

interface Context {
  names: AuditNames;
  time: TimeOptions;
}

type AuditObject = Exclude<Extract<AuditValue, object>, AuditValue[]>;

const isObject = (value: AuditValue | undefined): value is AuditObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whom an override is for. */
const sayTarget = ({ type, id }: AuditObject, { names }: Context): string | undefined => {
  if (typeof id !== "string") return undefined;
  if (type === "role") return names.findRole(id) ?? rolesGone;
  return type === "member" ? (names.findUser(id) ?? personGone) : undefined;
};

/** An override, a role, a channel: by what it is called. */
const sayObject = (value: AuditObject, context: Context): string => {
  const { id, name, target, ...fields } = value;
  if (typeof name === "string") return name;
  if (typeof id === "string") {
    return sayTarget(value, context) ?? context.names.findChannel(id) ?? "a channel that is gone";
  }
  const parts = Object.entries(fields).map(
    ([key, part]) => `${toLabel(key).toLowerCase()}: ${sayValue(key, part, context)}`,
  );
  const whom = isObject(target) ? `${sayTarget(target, context)}: ` : "";
  return whom + parts.join("; ");
};

/** Roles stand with the highest first, channels with the first. */
const inOrder = (key: string, values: AuditValue[]): AuditValue[] => {
  const placeOf = (value: AuditValue): number =>
    isObject(value) && typeof value["position"] === "number" ? value["position"] : 0;
  const sign = key === "roles" ? -1 : 1;
  return values.toSorted((one, other) => sign * (placeOf(one) - placeOf(other)));
};

const sayValue = (key: string, value: AuditValue, context: Context): string => {
  if (value === null) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") {
    if (!spans.has(key)) return value.toLocaleString(context.time.locale);
    return value === 0 ? "off" : formatSpan(value, context.time);
  }
  if (typeof value === "string") {
    if (times.has(key)) return formatTimestamp(value, context.time);
    return texts[key]?.(value, context.names) ?? value;
  }
  if (Array.isArray(value)) return listOf(inOrder(key, value).map((part) => sayValue(key, part, context)));
  return sayObject(value, context);
};

/** What came to be, or went, without something never had it. */
const isNothing = ({ before, after }: Pick<AuditEntry, "before" | "after">, key: string): boolean =>
  (before === null && after?.[key] === null) || (after === null && before?.[key] === null);

const find = (fields: AuditFields | null, key: string, context: Context): string | undefined => {
  const value = fields?.[key];
  if (value === undefined) return undefined;
  // Roles that were taken and given: none is nothing to tell of.
  return key === "roles" && Array.isArray(value) && value.length === 0
    ? undefined
    : sayValue(key, value, context);
};

/** Of permissions that is told which were added and which were taken, not both whole lists. */
const diffPermissions = (key: string, before: AuditValue, after: AuditValue): AuditChange | undefined => {
  if (typeof before !== "string" || typeof after !== "string") return undefined;
  const [old, now] = [namePermissions(before), namePermissions(after)];
  const lost = old.filter((name) => !now.includes(name));
  const won = now.filter((name) => !old.includes(name));
  return {
    label: toLabel(key),
    before: lost.length > 0 ? `without ${lost.join(", ")}` : undefined,
    after: won.length > 0 ? `with ${won.join(", ")}` : undefined,
  };
};

const permissionFields = new Set(["permissions", "allow", "deny"]);

/** What the sentence says already. */
const saidFields: Partial<Record<AuditAction, readonly string[]>> = {
  "members.ban": ["deletedMessages"],
  "messages.delete": ["authorId", "channelId", "channelName"],
  "messages.bulkDelete": ["count"],
  "instance.claim": ["administratorId"],
  "admin.setRegistration": ["registration"],
  "admin.setDisabled": ["isDisabled"],
  "admin.setAdmin": ["isAdmin"],
  "admin.deleteAccount": ["username", "isAdmin"],
  "admin.deleteServer": ["name", "ownerId"],
  "admin.setOwner": ["owner", "ownerId"],
};

/** Each field that changed; the same on both sides is left out, but for whom an override is. */
export const listChanges = (
  { action, before, after }: AuditEntry,
  names: AuditNames,
  time: TimeOptions = {},
): readonly AuditChange[] => {
  const context = { names, time };
  const said = saidFields[action] ?? [];
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (key) => !said.includes(key) && !isNothing({ before, after }, key),
  );
  return keys.flatMap((key) => {
    const [old, now] = [before?.[key], after?.[key]];
    const diff =
      permissionFields.has(key) && old !== undefined && now !== undefined && diffPermissions(key, old, now);
    if (diff) return diff.before === undefined && diff.after === undefined ? [] : [diff];
    const change = {
      label: toLabel(key),
      before: find(before, key, context),
      after: find(after, key, context),
    };
    // Whom it is about stays the same.
    if (key === "target") return [{ ...change, before: undefined, after: change.after ?? change.before }];
    return change.before === change.after ? [] : [change];
  });
};
