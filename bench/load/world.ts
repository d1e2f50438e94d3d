/** A server in which some people talk, and accounts for those who will disturb them; made before the server's process runs. */
import { uuidv7 } from "uuidv7";
import type { Database } from "#server/database/client.ts";
import { messages } from "#server/database/schema/messages.ts";
import { MemoryEventLog } from "#server/events/memory-event-log.ts";
import { systemClock } from "#server/kernel/clock.ts";
import { silentLogger } from "#server/kernel/logger.ts";
import { systemScheduler } from "#server/kernel/scheduler.ts";
import { type ChannelId, MessageId, type UserId } from "#shared/ids.ts";
import { composeQuietServices, registerQuietly } from "#tests/support/quiet-services.ts";

export interface Account {
  token: string;
  address: string;
}

export interface World {
  serverId: string;
  channelId: string;
  /** For another server, in which the members are too. */
  inviteCode: string;
  joinedServerId: string;
  members: Account[];
  /** In the server like everybody else, so many for each flood. */
  flooders: Account[][];
}

interface Size {
  members: number;
  floods: number;
  /** Of one flood. */
  flooders: number;
  messages: number;
}

/** What an address may have open at a time. */
const perAddress = 10;

/** Words as frequent and as rare as they are in a channel: every message has twelve of 5,000. */
const fill = async (
  db: Database,
  { channelId, authorId, count }: { channelId: ChannelId; authorId: UserId; count: number },
): Promise<void> => {
  const wordOf = (n: number): string => `word${Math.floor(5_000 * (((n * 7_919) % 10_007) / 10_007) ** 3)}`;
  const rows = Array.from({ length: count }, (_, n) => ({
    id: MessageId.parse(uuidv7()),
    channelId,
    authorId,
    content: Array.from({ length: 12 }, (_word, place) => wordOf(n * 12 + place)).join(" "),
  }));
  for (let from = 0; from < count; from += 2_000)
    await db.insert(messages).values(rows.slice(from, from + 2_000));
};

export const makeWorld = async (db: Database, size: Size): Promise<World> => {
  const time = { clock: systemClock, scheduler: systemScheduler };
  const events = new MemoryEventLog({ epoch: "0".repeat(32), clock: systemClock, logger: silentLogger });
  const services = composeQuietServices({ db, events, ...time });
  let count = 0;
  const register = async () => {
    const { accessToken, user } = await registerQuietly(services, `someone${(count += 1)}`);
    const principal = await services.auth.authenticate(accessToken);
    if (principal.kind !== "user") throw new Error("nobody is signed in");
    return { token: accessToken, actor: principal.actor, userId: user.id };
  };
  const owner = await register();
  const { access } = services;
  const open = async (name: string) => {
    const { id } = await services.servers.create(owner.actor, { name });
    const { code } = await services.invites.create(owner.actor, { serverId: id });
    return { id, code };
  };
  const harbour = await open("Harbour");
  const pier = await open("Pier");
  const join = async (codes: readonly string[], address: string): Promise<Account> => {
    const { token, actor } = await register();
    for (const code of codes) await services.invites.accept(actor, code);
    return { token, address };
  };
  const make = async (number: number, one: (index: number) => Promise<Account>): Promise<Account[]> => {
    const accounts: Account[] = [];
    while (accounts.length < number) {
      const from = accounts.length;
      const batch = Array.from({ length: Math.min(perAddress, number - from) }, (_, n) => one(from + n));
      accounts.push(...(await Promise.all(batch)));
    }
    return accounts;
  };
  const members = await make(size.members, (index) =>
    join([harbour.code, pier.code], `127.0.1.${1 + Math.floor(index / perAddress)}`),
  );
  const flooders: Account[][] = [];
  for (let flood = 0; flood < size.floods; flood += 1)
    flooders.push(await make(size.flooders, (index) => join([harbour.code], `127.1.${flood}.${1 + index}`)));
  const { state } = await access.requireServer(owner.userId, harbour.id);
  const channel = [...state.channels.values()].find(({ type }) => type === "text");
  if (!channel) throw new Error("there is no channel");
  await fill(db, { channelId: channel.id, authorId: owner.userId, count: size.messages });
  await db.execute("analyze");
  const ids = { serverId: harbour.id, joinedServerId: pier.id, channelId: channel.id };
  return { ...ids, inviteCode: pier.code, members, flooders };
};
