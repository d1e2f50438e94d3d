/**
 * A network between a browser and the server that can fail as networks do: without a word. While it is cut nothing gets
 * through in either direction, and nobody is told; when it is mended the old connections are gone.
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface CuttableNetwork extends AsyncDisposable {
  /** The server, as seen from behind the network. */
  readonly url: string;
  cut(): void;
  mend(): void;
}

interface Line {
  near: Socket;
  far: Socket;
}

export const createCuttableNetwork = async (serverPort: number): Promise<CuttableNetwork> => {
  const lines = new Set<Line>();
  let isCut = false;

  const join = (line: Line): void => {
    line.near.pipe(line.far);
    line.far.pipe(line.near);
  };
  const drop = (line: Line): void => {
    lines.delete(line);
    line.near.destroy();
    line.far.destroy();
  };
  const server = createServer((near) => {
    const line = { near, far: connect(serverPort, "127.0.0.1") };
    lines.add(line);
    for (const socket of [line.near, line.far]) {
      socket.on("error", () => drop(line));
      socket.on("close", () => drop(line));
    }
    if (!isCut) join(line);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port was given");

  return {
    url: `http://127.0.0.1:${address.port}`,
    cut() {
      isCut = true;
      for (const { near, far } of lines) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
    mend() {
      isCut = false;
      for (const line of lines) drop(line);
    },
    async [Symbol.asyncDispose]() {
      for (const line of lines) drop(line);
      server.close();
      await once(server, "close");
    },
  };
};
