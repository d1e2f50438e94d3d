/**
 * The log's entries in plain words, one for each act, so that a new act does not compile without its own. Pure.
 */
import { registrationWords } from "#client/features/admin/registration-words.ts";
import { AuditAction, type AuditEntry, type AuditFields, type AuditValue } from "#shared/contract/audit.ts";
import { RegistrationMode } from "#shared/contract/instance.ts";

interface ActWords {
  /** In the filter. */
  label: string;
  /** What was done, after the name of who did it: "banned Bob". */
  say: (entry: AuditEntry, names: AuditNames) => string;
}

/** What ids stand for now; undefined for what is gone. */
export interface AuditNames {
  findRole: (id: string) => string | undefined;
  findChannel: (id: string) => string | undefined;
  findUser: (id: string) => string | undefined;
}

/** Acts that are done on the server's own command line as well, in nobody's name. */
const isOperators = (action: AuditEntry["action"]): boolean =>
  action.startsWith("admin.") || action === "servers.transferOwnership";

export const getActorName = ({ actor, action }: AuditEntry): string =>
  actor?.displayName ?? (isOperators(action) ? "The operator" : "Someone who is gone");

const person = ({ targetUser, target }: AuditEntry, names: AuditNames): string =>
  (targetUser && (names.findUser(targetUser.id) ?? targetUser.displayName)) ??
  target.name ??
  "someone who is gone";

/** With what the target was called, where that is known. */
const named =
  (words: string): ActWords["say"] =>
  ({ target }) =>
    target.name === null ? words : `${words} ${target.name}`;

const field = ({ before, after }: AuditEntry, key: string): AuditValue | undefined =>
  after?.[key] ?? before?.[key];

const textOf = (value: AuditValue | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;

/** A channel as people write it; categories and voice channels have no #. */
const channel = (entry: AuditEntry, names: AuditNames): string => {
  const type = textOf(field(entry, "type"));
  const now = entry.target.id === null ? undefined : names.findChannel(entry.target.id);
  const name = entry.target.name ?? textOf(field(entry, "name"));
  if (name === undefined) return now ?? "a channel that is gone";
  if (type !== undefined) return type === "text" ? `#${name}` : name;
  // What it is called now tells what it is.
  return now?.startsWith("#") === true || now === undefined ? `#${name}` : name;
};

/** Where messages were deleted. */
const place = (entry: AuditEntry, names: AuditNames): string => {
  const id = textOf(field(entry, "channelId")) ?? (entry.target.type === "channel" ? entry.target.id : null);
  const now = id === null ? undefined : names.findChannel(id);
  const then =
    textOf(field(entry, "channelName")) ?? (entry.target.type === "channel" ? entry.target.name : null);
  if (now !== undefined) return ` in ${now}`;
  return then === null ? "" : ` in #${then}`;
};

const author = (entry: AuditEntry, names: AuditNames): string => {
  const id = textOf(field(entry, "authorId"));
  const name = id === undefined ? undefined : names.findUser(id);
  return name === undefined ? "a message" : `a message of ${name}`;
};

const messagesOf = (count: AuditValue | undefined): string => {
  if (typeof count !== "number") return "messages";
  return count === 1 ? "1 message" : `${count} messages`;
};

const sayBan: ActWords["say"] = (entry, names) => {
  const deleted = entry.after?.["deletedMessages"];
  const loss = deleted === undefined ? "" : `, and deleted ${messagesOf(deleted)} of theirs`;
  return `banned ${person(entry, names)}${loss}`;
};

const byIsTrue = (entry: AuditEntry, key: string, [on, off]: readonly [string, string]): string =>
  entry.after?.[key] === false ? off : on;

/** The names that the roles had then. */
const rolesIn = (fields: AuditFields | null): string[] => {
  const roles = fields?.["roles"];
  if (!Array.isArray(roles)) return [];
  return roles.flatMap((role) =>
    typeof role === "object" && role !== null && !Array.isArray(role) ? (textOf(role["name"]) ?? []) : [],
  );
};

const sayRoles = (entry: AuditEntry, names: AuditNames): string => {
  const [given, taken] = [rolesIn(entry.after), rolesIn(entry.before)];
  const who = person(entry, names);
  const acts = [
    given.length > 0 ? `gave ${who} ${given.join(", ")}` : undefined,
    taken.length > 0 ? `took ${taken.join(", ")} from ${given.length > 0 ? "them" : who}` : undefined,
  ].filter((act) => act !== undefined);
  return acts.length > 0 ? acts.join(", and ") : `changed the roles of ${who}`;
};

const sayTimeout = (entry: AuditEntry, names: AuditNames): string =>
  entry.after?.["timeoutUntil"] === null || entry.after?.["until"] === null || entry.after === null
    ? `ended the timeout of ${person(entry, names)}`
    : `timed out ${person(entry, names)}`;

const sayVoice = (entry: AuditEntry, names: AuditNames): string => {
  const { after } = entry;
  const who = person(entry, names);
  if (after?.["serverMute"] !== undefined) {
    return `${byIsTrue(entry, "serverMute", ["muted", "unmuted"])} ${who} in voice`;
  }
  if (after?.["serverDeaf"] !== undefined) {
    return `${byIsTrue(entry, "serverDeaf", ["deafened", "undeafened"])} ${who} in voice`;
  }
  const to = textOf(after?.["channelId"]) ?? textOf(after?.["moveTo"]);
  if (to !== undefined) return `moved ${who} to ${names.findChannel(to) ?? "another voice channel"}`;
  return `disconnected ${who} from voice`;
};

const ofPerson =
  (before: string, after = ""): ActWords["say"] =>
  (entry, names) =>
    `${before} ${person(entry, names)}${after}`;

/** Whose account it was is told by its name then: now it has none. */
const formerPerson = ({ target }: AuditEntry): string => target.name ?? "someone who is gone";

const sayRegistration = ({ after }: AuditEntry): string => {
  const mode = RegistrationMode.safeParse(after?.["registration"]);
  const choice = mode.success ? `: ${registrationWords[mode.data].label.toLowerCase()}` : "";
  return `chose who may register${choice}`;
};

const saySetOwner = ({ target, after }: AuditEntry): string => {
  const name = target.name ?? "a server";
  const owner = textOf(after?.["owner"]);
  return owner === undefined
    ? `gave the server ${name} another owner`
    : `gave the server ${name} to ${owner}`;
};

const instanceWords = {
  "instance.claim": { label: "Instance claimed", say: () => "became the first administrator" },
  "admin.setRegistration": { label: "Registration changed", say: sayRegistration },
  "admin.setDisabled": {
    label: "Account switched off or on",
    say: (entry, names) =>
      `switched ${byIsTrue(entry, "isDisabled", ["off", "on"])} the account of ${person(entry, names)}`,
  },
  "admin.deleteAccount": {
    label: "Account deleted",
    say: (entry) => `deleted the account of ${formerPerson(entry)}`,
  },
  "admin.createResetLink": {
    say: ofPerson("made a link to a new password for"),
    label: "Password link made",
  },
  "admin.setAdmin": {
    label: "Administrator named or removed",
    say: (entry, names) => {
      const who = person(entry, names);
      return entry.after?.["isAdmin"] === false
        ? `removed ${who} as an administrator`
        : `made ${who} an administrator`;
    },
  },
  "admin.deleteServer": { label: "Server deleted", say: named("deleted the server") },
  "admin.setOwner": { label: "Server’s owner changed", say: saySetOwner },
} satisfies Partial<Record<AuditAction, ActWords>>;

export const auditWords: Record<AuditAction, ActWords> = {
  "servers.update": { label: "Server changed", say: () => "changed the server" },
  "servers.transferOwnership": {
    say: ofPerson("made", " the owner of the server"),
    label: "Ownership transferred",
  },
  "channels.create": {
    label: "Channel created",
    say: (entry, names) => `created ${channel(entry, names)}`,
  },
  "channels.update": {
    label: "Channel changed",
    say: (entry, names) => `changed ${channel(entry, names)}`,
  },
  "channels.delete": {
    label: "Channel deleted",
    say: (entry, names) => `deleted ${channel(entry, names)}`,
  },
  "channels.reorder": { label: "Channels moved", say: () => "put the channels into another order" },
  "channels.setOverride": {
    label: "Channel permissions set",
    say: (entry, names) => `changed who may do what in ${channel(entry, names)}`,
  },
  "channels.removeOverride": {
    label: "Channel permissions removed",
    say: (entry, names) => `removed permissions of their own from ${channel(entry, names)}`,
  },
  "channels.followCategory": {
    label: "Channel follows its category",
    say: (entry, names) => `let ${channel(entry, names)} follow its category`,
  },
  "roles.create": { label: "Role created", say: named("created the role") },
  "roles.update": { label: "Role changed", say: named("changed the role") },
  "roles.delete": { label: "Role deleted", say: named("deleted the role") },
  "roles.reorder": { label: "Roles moved", say: () => "put the roles into another order" },
  "members.setNickname": { say: ofPerson("changed the nickname of"), label: "Nickname changed" },
  "members.setRoles": { label: "Member’s roles changed", say: sayRoles },
  "members.kick": { say: ofPerson("kicked"), label: "Member kicked" },
  "members.ban": { label: "Member banned", say: sayBan },
  "members.unban": { say: ofPerson("lifted the ban of"), label: "Ban lifted" },
  "members.timeout": { label: "Member timed out", say: sayTimeout },
  "messages.delete": {
    label: "Message deleted",
    say: (entry, names) => `deleted ${author(entry, names)}${place(entry, names)}`,
  },
  "messages.bulkDelete": {
    label: "Messages deleted",
    say: (entry, names) => `deleted ${messagesOf(field(entry, "count"))}${place(entry, names)}`,
  },
  "invites.create": { label: "Invite made", say: named("made the invite") },
  "invites.revoke": {
    label: "Invite revoked",
    say: named("revoked the invite"),
  },
  "voice.moderate": { label: "Voice moderated", say: sayVoice },
  ...instanceWords,
};

/** The acts that a server's own log can hold. */
const isOfServer = (action: AuditAction): boolean =>
  !action.startsWith("admin.") && !action.startsWith("instance.");

export const serverActions: readonly AuditAction[] = AuditAction.options.filter(isOfServer);

/** The whole sentence: "Alice banned Bob". */
export const sayEntry = (entry: AuditEntry, names: AuditNames): string =>
  `${getActorName(entry)} ${auditWords[entry.action].say(entry, names)}`;
