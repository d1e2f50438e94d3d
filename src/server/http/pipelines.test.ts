import { once } from "node:events";
import { connect } from "node:net";
import fastify from "fastify";
import { expect, it, vi } from "vitest";
import { refusePipelines } from "./pipelines.ts";

const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** A server with answers that do not come, and a connection to it. */
const open = async () => {
  const app = fastify({ forceCloseConnections: true });
  let begun = 0;
  refusePipelines(app);
  app.get("/never", () => {
    begun += 1;
    return Promise.withResolvers<string>().promise;
  });
  app.get("/now", async () => "here it is");
  const { port } = new URL(await app.listen({ port: 0, host: "127.0.0.1" }));
  const socket = connect(Number(port), "127.0.0.1").setEncoding("latin1");
  let text = "";
  socket.on("data", (chunk: string) => (text += chunk));
  await once(socket, "connect");
  return {
    socket,
    async connect(localAddress = "127.0.0.1") {
      const another = connect({ port: Number(port), host: "127.0.0.1", localAddress });
      another.on("error", () => undefined).resume();
      await once(another, "connect");
      return another;
    },
    begun: () => begun,
    answers: () => text.split("here it is").length - 1,
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await app.close();
    },
  };
};

it("does one request of a connection at a time, and cuts one with five that are not answered", async () => {
  await using world = await open();
  world.socket.write(ask("/never").repeat(4));
  await vi.waitFor(() => expect(world.begun()).toBe(1));
  expect(world.socket.destroyed).toBe(false);
  const closed = once(world.socket, "close");
  world.socket.write(ask("/never").repeat(100));
  await closed;
  expect(world.begun()).toBe(1);
});

it("takes no more connections of an address that goes on after twenty cuts, for some time", async () => {
  await using world = await open();
  for (let cut = 0; cut < 20; cut += 1) {
    const socket = await world.connect();
    const closed = once(socket, "close");
    socket.write(ask("/never").repeat(5));
    await closed;
  }
  const begun = world.begun();
  const late = await world.connect();
  const closed = once(late, "close");
  late.write(ask("/never"));
  await closed;
  expect(world.begun()).toBe(begun);
  const other = await world.connect("127.0.0.2");
  other.write(ask("/never"));
  await vi.waitFor(() => expect(world.begun()).toBe(begun + 1));
  other.destroy();
  late.destroy();
});

it("answers any number, one after the other or a few at once", async () => {
  await using world = await open();
  for (let turn = 1; turn <= 10; turn += 1) {
    world.socket.write(ask("/now").repeat(4));
    await vi.waitFor(() => expect(world.answers()).toBe(turn * 4));
  }
});
