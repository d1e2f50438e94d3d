/** Servers that somebody leaves or deletes here, of which they need not be told that they are gone. */
import type { ServerId } from "#shared/ids.ts";

const expected = new Set<ServerId>();

/** Does what makes the server go; nobody is told of it as of something that happened to them. */
export const depart = async (serverId: ServerId, act: () => Promise<unknown>): Promise<void> => {
  expected.add(serverId);
  try {
    await act();
  } catch (error) {
    expected.delete(serverId);
    throw error;
  }
};

/** Whether it was left or deleted here. It is forgotten with the answer: one may come back, and be removed. */
export const takeExpected = (serverId: ServerId): boolean => expected.delete(serverId);
