/** People and servers for a test's beginning, made through the library as any client would. */
import { uuidv7 } from "uuidv7";
import { eq } from "drizzle-orm";
import { messages } from "#server/database/schema/messages.ts";
import { users } from "#server/database/schema/users.ts";
import { createTogetherClient, type TogetherClient, type TogetherClientOptions } from "#sdk/index.ts";
import { type ChannelId, MessageId, type RoleId, type ServerId, type UserId } from "#shared/ids.ts";
import type { TestServer } from "./test-server.ts";

export interface TestUser extends AsyncDisposable {
  id: UserId;
  username: string;
  client: TogetherClient;
  /** An access token, for calls around the library. */
  token(): Promise<string>;
}

export interface MadeServer {
  owner: TestUser;
  serverId: ServerId;
  /** The text channel that every new server has. */
  channelId: ChannelId;
  voiceChannelId: ChannelId;
  everyoneId: RoleId;
}

export const password = "correct horse battery";

let count = 0;

/** A registered account, signed in; with the link of a new instance its administrator. */
export const aUser = async (
  server: Pick<TestServer, "url">,
  {
    username,
    claimToken,
    ...options
  }: { username?: string; claimToken?: string | undefined } & Partial<TogetherClientOptions> = {},
): Promise<TestUser> => {
  const client = createTogetherClient({ url: server.url, ...options });
  const name = username ?? `user${(count += 1)}`;
  const me = await client.session.register({
    username: name,
    password,
    ...(claimToken !== undefined && { claimToken }),
  });
  return {
    id: me.id,
    username: name,
    client,
    async token() {
      const token = await client.session.findAccessToken();
      if (token === null) throw new Error(`${name} is signed out`);
      return token;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(client.close()),
  };
};

/** An account that governs the instance: set in the database, since the first one's link is good once. */
export const anAdmin = async (
  server: Pick<TestServer, "url" | "database">,
  options: { username?: string } & Partial<TogetherClientOptions> = {},
): Promise<TestUser> => {
  const user = await aUser(server, options);
  await server.database.db.update(users).set({ isAdmin: true }).where(eq(users.id, user.id));
  return user;
};

/** A new server of theirs, with what every new server has. */
export const aServer = async (owner: TestUser, { name = "Harbour" } = {}): Promise<MadeServer> => {
  const { api } = owner.client;
  const { id: serverId } = await api.servers.create.mutate({ name });
  const [channels, roles] = await Promise.all([
    api.channels.list.query({ serverId }),
    api.roles.list.query({ serverId }),
  ]);
  const text = channels.find(({ type }) => type === "text");
  const voice = channels.find(({ type }) => type === "voice");
  const everyone = roles.find(({ position }) => position === 0);
  if (!text || !voice || !everyone) throw new Error("a new server lacks a channel or a role");
  return { owner, serverId, channelId: text.id, voiceChannelId: voice.id, everyoneId: everyone.id };
};

/** A new account that has joined by an invite. */
export const aMember = async (
  server: Pick<TestServer, "url">,
  { owner, serverId }: MadeServer,
  options: { username?: string } & Partial<TogetherClientOptions> = {},
): Promise<TestUser> => {
  const member = await aUser(server, options);
  const { code } = await owner.client.api.invites.create.mutate({ serverId });
  await member.client.api.invites.accept.mutate({ code });
  return member;
};

/** Old messages of the owner's, "message 1" the oldest: put into the database, since sending so many takes long. */
export const aHistory = async (
  { database }: Pick<TestServer, "database">,
  { owner, channelId }: Pick<MadeServer, "owner" | "channelId">,
  { count: length }: { count: number },
): Promise<MessageId[]> => {
  const ids = Array.from({ length }, () => MessageId.parse(uuidv7()));
  await database.db
    .insert(messages)
    .values(ids.map((id, index) => ({ id, channelId, authorId: owner.id, content: `message ${index + 1}` })));
  return ids;
};
