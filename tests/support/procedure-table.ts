/** Every procedure with its fields and an input that is right: what tests of all procedures begin with. */
import { appRouter } from "#server/app-router.ts";

export type Kind = "id" | "uuid" | "flag" | "text" | "word" | "integer" | "list" | "object" | "bits";
/** `?` marks a field that may be left out. */
export type Fields = Record<string, Kind | `${Kind}?`>;

/** What the right inputs name: a server with another member than its owner, a message, an invite, a role. */
export interface Things {
  serverId: string;
  channelId: string;
  messageId: string;
  everyoneId: string;
  /** A role that no one has. */
  roleId: string;
  memberId: string;
  code: string;
}

type Input = Record<string, unknown>;

export interface Row {
  fields: Fields;
  /** An input that is right. */
  right: (things: Things) => Input;
  /** Needs no sign-in. */
  signedOut?: boolean;
}

/** Of the right form, and nobody's. */
export const foreignId = "01890a5d-ac96-774b-bcce-b302099a8057";

const foreignSfuId = "9b2ff1a0-3c55-4f0e-8d7c-2b6d6f0f8a11";
const fingerprint = { algorithm: "sha-256", value: "00:11" };
const opus = { mimeType: "audio/opus", payloadType: 111, clockRate: 48_000, channels: 2 };

const newAccount = (): Input => ({ username: "carol", password: "correct horse battery" });
const target = ({ everyoneId }: Things) => ({ type: "role", id: everyoneId });
const inServer = ({ serverId }: Things): Input => ({ serverId });
const inChannel = ({ channelId }: Things): Input => ({ channelId });
const onMessage = ({ messageId }: Things): Input => ({ messageId });
const onMember = ({ serverId, memberId }: Things): Input => ({ serverId, userId: memberId });
const onRole = ({ roleId }: Things): Input => ({ roleId });
const onAccount = ({ memberId }: Things): Input => ({ userId: memberId });
const byCode = ({ code }: Things): Input => ({ code });
const none = (): Input => ({});

export const procedureTable: Record<string, Row> = {
  "auth.register": {
    fields: {
      username: "text",
      password: "text",
      email: "text?",
      displayName: "text?",
      inviteCode: "text?",
      claimToken: "text?",
      session: "word?",
    },
    right: newAccount,
    signedOut: true,
  },
  "auth.login": {
    fields: { username: "text", password: "text", session: "word?" },
    right: newAccount,
    signedOut: true,
  },
  "auth.refresh": {
    fields: { refreshToken: "text?" },
    right: () => ({ refreshToken: "unknown" }),
    signedOut: true,
  },
  "auth.logout": { fields: {}, right: none },
  "auth.logoutAll": { fields: {}, right: none },
  "auth.sessions": { fields: {}, right: none },
  "auth.revokeSession": { fields: { sessionId: "id" }, right: () => ({ sessionId: foreignId }) },
  "auth.changePassword": {
    fields: { currentPassword: "text", newPassword: "text" },
    right: () => ({ currentPassword: "wrong password", newPassword: "another password" }),
  },
  "auth.resetPassword": {
    fields: { token: "text", newPassword: "text" },
    right: () => ({ token: "a-token-that-nobody-made", newPassword: "another password" }),
    signedOut: true,
  },
  "auth.deleteAccount": {
    fields: { currentPassword: "text" },
    right: () => ({ currentPassword: "wrong password" }),
  },
  "users.me": { fields: {}, right: none },
  "users.get": { fields: { userId: "id" }, right: ({ memberId }) => ({ userId: memberId }) },
  "users.update": { fields: { displayName: "text?", customStatus: "text?" }, right: none },
  "users.setStatus": { fields: { status: "word" }, right: () => ({ status: "away" }) },
  "servers.list": { fields: {}, right: none },
  "servers.get": { fields: { serverId: "id" }, right: inServer },
  "servers.create": { fields: { name: "text" }, right: () => ({ name: "Another" }) },
  "servers.update": { fields: { serverId: "id", name: "text?" }, right: inServer },
  "servers.delete": { fields: { serverId: "id" }, right: inServer },
  "servers.leave": { fields: { serverId: "id" }, right: inServer },
  "servers.transferOwnership": { fields: { serverId: "id", userId: "id" }, right: onMember },
  "members.list": {
    fields: { serverId: "id", query: "text?", cursor: "id?", limit: "integer?" },
    right: inServer,
  },
  "members.setNickname": {
    fields: { serverId: "id", userId: "id", nickname: "text" },
    right: (things) => ({ ...onMember(things), nickname: "Bobby" }),
  },
  "members.kick": { fields: { serverId: "id", userId: "id", reason: "text?" }, right: onMember },
  "members.ban": {
    fields: { serverId: "id", userId: "id", reason: "text?", deleteMessageSeconds: "integer?" },
    right: onMember,
  },
  "members.unban": { fields: { serverId: "id", userId: "id" }, right: onMember },
  "members.bans": { fields: { serverId: "id" }, right: inServer },
  "members.setRoles": {
    fields: { serverId: "id", userId: "id", roleIds: "list" },
    right: (things) => ({ ...onMember(things), roleIds: [things.roleId] }),
  },
  "members.timeout": {
    fields: { serverId: "id", userId: "id", until: "text", reason: "text?" },
    right: (things) => ({ ...onMember(things), until: new Date(Date.now() + 60_000).toISOString() }),
  },
  "roles.create": {
    fields: { serverId: "id", name: "text", permissions: "bits", color: "text?" },
    right: ({ serverId }) => ({ serverId, name: "Another", permissions: "1" }),
  },
  "roles.update": {
    fields: { roleId: "id", name: "text?", permissions: "bits?", color: "text?" },
    right: onRole,
  },
  "roles.delete": { fields: { roleId: "id" }, right: onRole },
  "roles.reorder": {
    fields: { serverId: "id", roleIds: "list" },
    right: ({ serverId, roleId }) => ({ serverId, roleIds: [roleId] }),
  },
  "roles.list": { fields: { serverId: "id" }, right: inServer },
  "channels.list": { fields: { serverId: "id" }, right: inServer },
  "channels.create": {
    fields: {
      serverId: "id",
      name: "text",
      type: "word",
      parentId: "id?",
      topic: "text?",
      overrides: "list?",
    },
    right: ({ serverId }) => ({ serverId, name: "another", type: "text" }),
  },
  "channels.update": {
    fields: {
      channelId: "id",
      name: "text?",
      topic: "text?",
      parentId: "id?",
      slowModeSeconds: "integer?",
    },
    right: inChannel,
  },
  "channels.delete": { fields: { channelId: "id" }, right: inChannel },
  "channels.reorder": {
    fields: { serverId: "id", order: "list" },
    right: ({ serverId, channelId }) => ({ serverId, order: [{ id: channelId, parentId: null }] }),
  },
  "channels.setOverride": {
    fields: { channelId: "id", target: "object", allow: "bits", deny: "bits" },
    right: (things) => ({ channelId: things.channelId, target: target(things), allow: "0", deny: "0" }),
  },
  "channels.removeOverride": {
    fields: { channelId: "id", target: "object" },
    right: (things) => ({ channelId: things.channelId, target: target(things) }),
  },
  "channels.followCategory": { fields: { channelId: "id" }, right: inChannel },
  "messages.list": {
    fields: { channelId: "id", before: "id?", after: "id?", around: "id?", limit: "integer?" },
    right: inChannel,
  },
  "messages.send": {
    fields: { channelId: "id", content: "text", replyTo: "id?", nonce: "id?" },
    right: ({ channelId }) => ({ channelId, content: "hello" }),
  },
  "messages.edit": {
    fields: { messageId: "id", content: "text" },
    right: ({ messageId }) => ({ messageId, content: "edited" }),
  },
  "messages.delete": { fields: { messageId: "id" }, right: onMessage },
  "messages.bulkDelete": {
    fields: { channelId: "id", messageIds: "list" },
    right: ({ channelId, messageId }) => ({ channelId, messageIds: [messageId] }),
  },
  "messages.search": {
    fields: {
      channelId: "id",
      query: "text",
      authorId: "id?",
      before: "id?",
      after: "id?",
      limit: "integer?",
      cursor: "id?",
    },
    right: ({ channelId }) => ({ channelId, query: "first" }),
  },
  "reads.ack": {
    fields: { channelId: "id", messageId: "id" },
    right: ({ channelId, messageId }) => ({ channelId, messageId }),
  },
  "reads.list": { fields: {}, right: none },
  "invites.create": {
    fields: { serverId: "id", maxUses: "integer?", expiresInSeconds: "integer?", roleIds: "list?" },
    right: inServer,
  },
  "invites.preview": { fields: { code: "text" }, right: byCode, signedOut: true },
  "invites.accept": { fields: { code: "text" }, right: byCode },
  "invites.list": { fields: { serverId: "id" }, right: inServer },
  "invites.revoke": { fields: { code: "text" }, right: byCode },
  "voice.capabilities": { fields: {}, right: none },
  "voice.states": { fields: { serverId: "id" }, right: inServer },
  "voice.join": {
    fields: {
      channelId: "id",
      rtpCapabilities: "object",
      selfMute: "flag?",
      selfDeaf: "flag?",
    },
    right: ({ channelId }) => ({ channelId, rtpCapabilities: {} }),
  },
  "voice.sync": { fields: { voiceSessionId: "id" }, right: () => ({ voiceSessionId: foreignId }) },
  "voice.connectTransport": {
    fields: { transportId: "uuid", dtlsParameters: "object" },
    right: () => ({ transportId: foreignSfuId, dtlsParameters: { fingerprints: [fingerprint] } }),
  },
  "voice.restartIce": { fields: { transportId: "uuid" }, right: () => ({ transportId: foreignSfuId }) },
  "voice.produce": {
    fields: { transportId: "uuid", source: "word", rtpParameters: "object" },
    right: () => ({ transportId: foreignSfuId, source: "microphone", rtpParameters: { codecs: [opus] } }),
  },
  "voice.closeProducer": { fields: { producerId: "uuid" }, right: () => ({ producerId: foreignSfuId }) },
  "voice.resumeConsumers": {
    fields: { consumerIds: "list" },
    right: () => ({ consumerIds: [foreignSfuId] }),
  },
  "voice.pauseConsumers": { fields: { consumerIds: "list" }, right: () => ({ consumerIds: [foreignSfuId] }) },
  "voice.setConsumerLayers": {
    fields: { consumerId: "uuid", spatialLayer: "integer" },
    right: () => ({ consumerId: foreignSfuId, spatialLayer: 0 }),
  },
  "voice.setState": { fields: { selfMute: "flag?", selfDeaf: "flag?" }, right: () => ({ selfMute: true }) },
  "voice.leave": { fields: { voiceSessionId: "id?" }, right: none },
  "voice.probe": { fields: {}, right: none },
  "voice.moderate": {
    fields: {
      channelId: "id",
      userId: "id",
      serverMute: "flag?",
      serverDeaf: "flag?",
      moveTo: "id?",
      disconnect: "flag?",
    },
    right: ({ channelId, memberId }) => ({ channelId, userId: memberId, disconnect: true }),
  },
  "audit.list": {
    fields: {
      serverId: "id",
      actorId: "id?",
      action: "word?",
      targetUserId: "id?",
      cursor: "id?",
      limit: "integer?",
    },
    right: inServer,
  },
  "instance.info": { fields: {}, right: none, signedOut: true },
  "instance.claim": { fields: { token: "text" }, right: () => ({ token: "a-token-that-nobody-made" }) },
  "admin.overview": { fields: {}, right: none },
  "admin.accounts": { fields: { query: "text?", cursor: "id?", limit: "integer?" }, right: none },
  "admin.servers": { fields: { query: "text?", cursor: "id?", limit: "integer?" }, right: none },
  "admin.audit": { fields: { cursor: "id?", limit: "integer?" }, right: none },
  "admin.setRegistration": { fields: { registration: "word" }, right: () => ({ registration: "open" }) },
  "admin.setDisabled": {
    fields: { userId: "id", isDisabled: "flag", reason: "text?" },
    right: (things) => ({ ...onAccount(things), isDisabled: true }),
  },
  "admin.setAdmin": {
    fields: { userId: "id", isAdmin: "flag" },
    right: (things) => ({ ...onAccount(things), isAdmin: true }),
  },
  "admin.deleteAccount": { fields: { userId: "id" }, right: onAccount },
  "admin.createResetLink": { fields: { userId: "id" }, right: onAccount },
  "admin.deleteServer": { fields: { id: "id" }, right: ({ serverId }) => ({ id: serverId }) },
  "admin.setOwner": {
    fields: { id: "id", userId: "id" },
    right: ({ serverId, memberId }) => ({ id: serverId, userId: memberId }),
  },
  "typing.start": { fields: { channelId: "id" }, right: inChannel },
};

const typeOf = (path: string): "query" | "mutation" | undefined => {
  const procedure: unknown = Reflect.get(appRouter._def.procedures, path);
  const definition: unknown = typeof procedure === "function" ? Reflect.get(procedure, "_def") : undefined;
  const type: unknown =
    typeof definition === "object" && definition ? Reflect.get(definition, "type") : undefined;
  return type === "query" || type === "mutation" ? type : undefined;
};

/** Queries and mutations; the one subscription is the gateway's. */
export const procedures = Object.keys(appRouter._def.procedures).flatMap((path) => {
  const type = typeOf(path);
  return type ? [{ path, type }] : [];
});
