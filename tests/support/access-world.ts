/**
 * One server with somebody of each kind, put into the tables directly: cheap enough to be made anew for each question, so
 * that no answer depends on what another has changed.
 */
import { createPasswordHasher } from "#server/auth/password-hasher.ts";
import { channelOverrides, channels } from "#server/database/schema/channels.ts";
import { invites } from "#server/database/schema/invites.ts";
import { messages } from "#server/database/schema/messages.ts";
import { memberRoles, roles } from "#server/database/schema/roles.ts";
import { bans, serverMembers, servers } from "#server/database/schema/servers.ts";
import { users } from "#server/database/schema/users.ts";
import { systemClock } from "#server/kernel/clock.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import type { UserId } from "#shared/ids.ts";
import { DEFAULT_EVERYONE_PERMISSIONS, permissionBits } from "#shared/permissions.ts";
import { z } from "zod";
import type { Things } from "./procedure-table.ts";
import { callRaw } from "./raw-call.ts";
import type { TestServer } from "./test-server.ts";

/** The columns of the table, in their order. The operator is an administrator of the instance, and in no server. */
export const kinds = [
  "owner",
  "admin",
  "moderator",
  "member",
  "timed-out",
  "muted",
  "outsider",
  "banned",
  "operator",
  "signed-out",
] as const;
export type Kind = (typeof kinds)[number];

const password = "correct horse battery";

const ids = createIdSource(systemClock);
const passwordHash = await createPasswordHasher({ rounds: 4 }).hash(password);
let count = 0;

const hourMs = 3_600_000;

/** What moderators of most communities may do. */
const moderation = permissionBits(
  "MANAGE_MESSAGES",
  "KICK_MEMBERS",
  "BAN_MEMBERS",
  "TIMEOUT_MEMBERS",
  "MUTE_MEMBERS",
  "DEAFEN_MEMBERS",
  "MOVE_MEMBERS",
  "VIEW_AUDIT_LOG",
);
const muted = permissionBits("SEND_MESSAGES", "ADD_REACTIONS", "SPEAK", "STREAM");

export interface AccessWorld {
  things: Things;
  usernameOf: (kind: Exclude<Kind, "signed-out">) => string;
}

/** The server, its people, what they said, an invite; and a member whom the acts are done to. */
export const aWorld = async ({ database: { db } }: TestServer): Promise<AccessWorld> => {
  const number = ++count;
  const people = [...kinds.filter((kind) => kind !== "signed-out"), "target" as const];
  const usernameOf = (name: string): string => `${name}-${number}`;
  const idOf = new Map(people.map((name): [string, UserId] => [name, ids.userId()]));
  const id = (name: string): UserId => {
    const found = idOf.get(name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  };
  const serverId = ids.serverId();
  const [everyoneId, readers, moderators, admins] = [ids.roleId(), ids.roleId(), ids.roleId(), ids.roleId()];
  const [channelId, voiceId] = [ids.channelId(), ids.channelId()];
  const code = `777${number}`;
  const messageId = ids.messageId();
  const members = people.filter((name) => !["outsider", "banned", "operator"].includes(name));

  await db.transaction(async (tx) => {
    await tx.insert(users).values(
      people.map((name) => ({
        id: id(name),
        username: usernameOf(name),
        displayName: name,
        passwordHash,
        isAdmin: name === "operator",
      })),
    );
    await tx.insert(servers).values({ id: serverId, name: "Harbour", ownerId: id("owner") });
    await tx.insert(roles).values([
      {
        id: everyoneId,
        serverId,
        name: "everyone",
        permissions: DEFAULT_EVERYONE_PERMISSIONS,
        position: 0,
        isEveryone: true,
      },
      { id: readers, serverId, name: "Readers", permissions: permissionBits("VIEW_CHANNEL"), position: 1 },
      { id: moderators, serverId, name: "Moderators", permissions: moderation, position: 2 },
      { id: admins, serverId, name: "Admins", permissions: permissionBits("ADMINISTRATOR"), position: 3 },
    ]);
    await tx.insert(channels).values([
      { id: channelId, serverId, type: "text", name: "general", position: 0 },
      { id: voiceId, serverId, type: "voice", name: "lounge", position: 1 },
    ]);
    await tx.insert(serverMembers).values(
      members.map((name) => ({
        serverId,
        userId: id(name),
        timeoutUntil: name === "timed-out" ? new Date(Date.now() + hourMs) : null,
      })),
    );
    await tx.insert(memberRoles).values([
      { serverId, userId: id("admin"), roleId: admins },
      { serverId, userId: id("moderator"), roleId: moderators },
    ]);
    await tx.insert(channelOverrides).values(
      [channelId, voiceId].map((place) => ({
        channelId: place,
        userId: id("muted"),
        allow: 0n,
        deny: muted,
      })),
    );
    await tx.insert(bans).values({ serverId, userId: id("banned") });
    await tx.insert(messages).values({
      id: messageId,
      channelId,
      authorId: id("target"),
      content: "a first message",
    });
    await tx.insert(invites).values({ code, serverId, createdBy: id("owner") });
  });
  return {
    things: { serverId, channelId, messageId, everyoneId, roleId: readers, memberId: id("target"), code },
    usernameOf,
  };
};

const SignedIn = z.object({ accessToken: z.string() });

/** An access token of theirs; none for the signed-out. */
export const tokenOf = async (
  { url }: TestServer,
  world: AccessWorld,
  kind: Kind,
): Promise<string | undefined> => {
  if (kind === "signed-out") return undefined;
  const input = { username: world.usernameOf(kind), password };
  const { data } = await callRaw(url, { type: "mutation", path: "auth.login", input });
  return SignedIn.parse(data).accessToken;
};
