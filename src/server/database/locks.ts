/**
 * Row locks that put what happens at once into an order. Whoever needs several takes the instance's first,
 * then the user's, then the server's, and each before any other row; so two of them never wait for each other.
 */
import { and, eq, isNull } from "drizzle-orm";
import type { ServerId, UserId } from "#shared/ids.ts";
import { type Executor, noteConcerned } from "./client.ts";
import { instanceSettings } from "./schema/instance.ts";
import { servers } from "./schema/servers.ts";
import { users } from "./schema/users.ts";

/** Until the transaction ends no one else becomes an administrator or ceases to be, or changes the instance's settings. */
export const lockInstance = async (tx: Executor): Promise<void> => {
  await tx.insert(instanceSettings).values({}).onConflictDoNothing();
  await tx.select().from(instanceSettings).for("update");
};

/**
 * Until the transaction ends no one else can change which servers the user is in, or is kept out of. Sending messages
 * goes on: foreign keys ask for less. False when there is no such user, or their
 * account was deleted.
 */
export const lockUser = async (tx: Executor, userId: UserId): Promise<boolean> => {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.deletedAt)))
    .for("no key update");
  return rows.length > 0;
};

/**
 * "key share": the server is not deleted meanwhile. "share": nor does its owner change. "no key update": nor do others
 * change its channels and limits are counted by one at a time. Undefined when there is no such server.
 */
export const lockServer = async (
  tx: Executor,
  serverId: ServerId,
  strength: "key share" | "share" | "no key update",
): Promise<{ ownerId: UserId } | undefined> => {
  noteConcerned(tx, serverId);
  const [row] = await tx
    .select({ ownerId: servers.ownerId })
    .from(servers)
    .where(eq(servers.id, serverId))
    .for(strength);
  return row;
};
