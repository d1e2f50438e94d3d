/** Floods at the gateway. */
import { setTimeout as wait } from "node:timers/promises";
import { type Flood, floodHttp } from "./flood.ts";
import { EventSocket } from "./event-socket.ts";

/** Twice what an address may have open. */
const sockets = 20;
/** What a socket of ours may still hold: more would be a flood of our own memory. */
const maxOutstandingBytes = 256 * 1024;

interface Visit {
  index: number;
  /** Called again and again with the open socket, once a turn. */
  act: (socket: EventSocket, turn: number) => void;
}

/** Opens a socket, acts until it is closed, and opens the next. */
const visitAgain = async (flood: Flood, { index, act }: Visit): Promise<void> => {
  const { token, address } = flood.account(index);
  while (await flood.next()) {
    const socket = new EventSocket({
      port: flood.order.port,
      address,
      token,
      onClose: (code) => flood.count(String(code)),
    });
    for (let turn = 2; !socket.isClosed && (await flood.next()); turn += 1) {
      if (socket.outstandingBytes < maxOutstandingBytes) act(socket, turn);
    }
    socket.close();
  }
};

const onAll = async (visit: (index: number) => Promise<void>): Promise<void> => {
  await Promise.all(Array.from({ length: sockets }, (_, index) => visit(index)));
};

/** Subscribes again and again over the same sockets, until they are closed for it. */
export const floodSubscriptions = (flood: Flood): Promise<void> =>
  onAll(() => visitAgain(flood, { index: 0, act: (socket, turn) => socket.subscribe(turn) }));

const hugeFrame = "x".repeat(128 * 1024);

export const floodHugeFrames = (flood: Flood): Promise<void> =>
  onAll(() => visitAgain(flood, { index: 0, act: (socket) => socket.send(hugeFrame) }));

/** Comes back as soon as everything that a screen begins with is there. */
const reconnect = async (flood: Flood, index: number): Promise<void> => {
  const { token, address } = flood.account(index);
  while (await flood.next()) {
    try {
      const opening = EventSocket.open({ port: flood.order.port, address, token });
      void opening.then(
        (socket) => socket.close(),
        () => undefined,
      );
      await flood.before(opening);
      flood.count("READY");
    } catch (error) {
      if (!flood.isOver) flood.count(error instanceof Error ? error.message : "failed");
    }
  }
};

/** Sockets that come back at once, and accounts that join a server and leave it. */
export const floodJoins = async (flood: Flood): Promise<void> => {
  const { inviteCode, joinedServerId } = flood.order;
  const join = { path: "/api/trpc/invites.accept", body: JSON.stringify({ code: inviteCode }) };
  const leave = { path: "/api/trpc/servers.leave", body: JSON.stringify({ serverId: joinedServerId }) };
  const isIn = new Map<number, boolean>();
  await Promise.all([
    onAll((index) => reconnect(flood, index)),
    floodHttp(flood, {
      lanes: 8,
      addressOf: (lane) => flood.account(lane).address,
      callOf(lane) {
        const wasIn = isIn.get(lane) ?? false;
        isIn.set(lane, !wasIn);
        return { ...(wasIn ? leave : join), token: flood.account(lane).token };
      },
    }),
  ]);
};

/** Sockets that take everything that happens and read none of it, while the flooder says as much as it may. */
export const neverRead = async (flood: Flood): Promise<void> => {
  const { token, address } = flood.account(0);
  const open = Array.from({ length: sockets / 2 }, async () => {
    const socket = await EventSocket.open({
      port: flood.order.port,
      address,
      token,
      onClose: (code) => flood.count(String(code)),
    });
    socket.pause();
    return socket;
  });
  const opened = await Promise.all(open);
  const body = JSON.stringify({ channelId: flood.order.channelId, content: "x".repeat(4_000) });
  await floodHttp(flood, {
    lanes: 1,
    addressOf: () => address,
    callOf: () => ({ path: "/api/trpc/messages.send", token, body }),
  });
  while (!flood.isOver) await wait(100);
  for (const socket of opened) socket.close();
};
