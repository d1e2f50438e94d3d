/** A way to the database on which every answer takes longer: the delay is one of each round trip. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface SlowNetwork extends AsyncDisposable {
  readonly port: number;
  delayMs: number;
}

export const createSlowNetwork = async (serverPort: number): Promise<SlowNetwork> => {
  let delayMs = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(serverPort, "127.0.0.1");
    // What was sent earlier arrives earlier, also when the delay has become shorter.
    let dueMs = 0;
    near.pipe(far);
    far.on("data", (chunk: Buffer) => {
      dueMs = Math.max(dueMs, performance.now() + delayMs);
      setTimeout(() => near.write(chunk), Math.max(0, dueMs - performance.now()));
    });
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port was given");
  return {
    port: address.port,
    get delayMs() {
      return delayMs;
    },
    set delayMs(ms) {
      delayMs = ms;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
};
