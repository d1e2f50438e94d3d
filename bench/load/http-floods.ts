/** Floods over HTTP. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { requestOf } from "../http-lane.ts";
import { type Flood, floodHttp } from "./flood.ts";

const lanes = 64;

export const floodMessages = (flood: Flood): Promise<void> => {
  const { token, address } = flood.account(0);
  const { channelId } = flood.order;
  const body = JSON.stringify({ channelId, content: "Buy my boat." });
  return floodHttp(flood, {
    lanes,
    addressOf: () => address,
    callOf: () => ({ path: "/api/trpc/messages.send", token, body }),
  });
};

/** Tokens that look right up to their signature, which differs each time. */
export const floodSignedOut = (flood: Flood): Promise<void> => {
  const { token, address } = flood.account(0);
  const unsigned = token.slice(0, token.lastIndexOf(".") + 1);
  let count = 0;
  const falseToken = (): string =>
    unsigned + Buffer.from(String((count += 1)).padStart(32, "0")).toString("base64url");
  return floodHttp(flood, {
    lanes,
    addressOf: () => address,
    callOf: (lane) => ({
      method: "GET",
      path: "/api/trpc/users.me",
      token: lane % 2 === 0 ? falseToken() : undefined,
    }),
  });
};

/** What is no call: the page, health, and what is not there. */
export const floodFiles = (flood: Flood): Promise<void> => {
  const { address } = flood.account(0);
  const paths = ["/", "/health", "/nowhere.png"];
  return floodHttp(flood, {
    lanes,
    addressOf: () => address,
    callOf: (lane) => ({ method: "GET", path: paths[lane % paths.length] ?? "/" }),
  });
};

/** From as many addresses as it takes to hash passwords all the time. */
export const floodLogins = (flood: Flood): Promise<void> => {
  let count = 0;
  return floodHttp(flood, {
    lanes,
    addressOf: (lane) => flood.account(lane).address,
    callOf: () => {
      const username = `nobody-${(count += 1)}`;
      return { path: "/api/trpc/auth.login", body: JSON.stringify({ username, password: "a guess it is" }) };
    },
  });
};

const callsPerBatch = 50;

/** Batches as large as they may be, of what the database works on longest. */
export const floodExpensive = (flood: Flood): Promise<void> => {
  const { token, address } = flood.account(0);
  const { channelId } = flood.order;
  const search = { channelId, query: "harbour nowhere", limit: 50 };
  const history = { channelId, limit: 100 };
  const batch = Array.from({ length: callsPerBatch }, (_, index) =>
    index % 2 === 0 ? { path: "messages.search", input: search } : { path: "messages.list", input: history },
  );
  const input = Object.fromEntries(batch.map((call, index) => [index, call.input]));
  const path = `/api/trpc/${batch.map((call) => call.path).join(",")}?batch=1&input=${encodeURIComponent(JSON.stringify(input))}`;
  return floodHttp(flood, {
    lanes: 16,
    addressOf: () => address,
    callOf: () => ({ method: "GET", path, token }),
  });
};

const openQuietly = async (flood: Flood, address: string): Promise<Socket> => {
  const socket = connect({ port: flood.order.port, host: "127.0.0.1", localAddress: address });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  // Nothing is read, or only that there is no more.
  socket.pause();
  return socket;
};

const hugeBody = "x".repeat(1_024 * 1_024);

/** Bodies of four times what is taken. */
export const floodHugeBodies = (flood: Flood): Promise<void> => {
  const { token, address } = flood.account(0);
  return floodHttp(flood, {
    lanes: 16,
    addressOf: () => address,
    callOf: () => ({ path: "/api/trpc/messages.send", token, body: hugeBody }),
  });
};

const trickles = 200;
const trickleMs = 100;

/** Bodies that come a byte at a time. */
export const trickleBodies = async (flood: Flood): Promise<void> => {
  const { token, address } = flood.account(0);
  const sockets = await Promise.all(Array.from({ length: trickles }, () => openQuietly(flood, address)));
  const head = requestOf({ path: "/api/trpc/messages.send", token, body: "x".repeat(10_000) });
  for (const socket of sockets) socket.write(head.slice(0, head.indexOf("\r\n\r\n") + 4));
  while (!flood.isOver) {
    for (const socket of sockets) if (!socket.destroyed) socket.write(" ");
    await wait(trickleMs);
  }
  for (const socket of sockets) {
    flood.count(socket.destroyed ? "hung up" : "left open");
    socket.destroy();
  }
};

/** Long answers, asked for one behind the other, and never read; over a new connection where one was cut. */
export const askWithoutReading = async (flood: Flood): Promise<void> => {
  const { token, address } = flood.account(0);
  const input = encodeURIComponent(JSON.stringify({ channelId: flood.order.channelId, limit: 100 }));
  const call = requestOf({ method: "GET", path: `/api/trpc/messages.list?input=${input}`, token });
  const sockets = await Promise.all(Array.from({ length: lanes }, () => openQuietly(flood, address)));
  while (await flood.next()) {
    for (const [index, socket] of sockets.entries()) {
      if (socket.destroyed) {
        flood.count("hung up");
        sockets[index] = await openQuietly(flood, address);
        continue;
      }
      if (socket.writableLength > 0) continue;
      socket.write(call.repeat(10));
      flood.count("asked");
    }
    await wait(trickleMs);
  }
  for (const socket of sockets) socket.destroy();
};
