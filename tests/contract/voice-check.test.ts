/** VO16 on the terminal: the command against a real server with real workers, and doors that are shut on purpose. */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aUser, password } from "#tests/support/builders.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";
import { voiceConfig } from "#tests/support/voice-config.ts";

const root = join(import.meta.dirname, "../..");

/** An address of this machine as well, at which no server listens. */
const announcedAddress = "127.0.0.2";

interface Ended {
  exitCode: number | null;
  output: string;
}

const check = async (url: string, variables: NodeJS.ProcessEnv = {}): Promise<Ended> => {
  const child = spawn(process.execPath, ["src/cli/voice-check/main.ts", url], {
    cwd: root,
    env: { PATH: process.env["PATH"], ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const said = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  await exited;
  return { exitCode: child.exitCode, output: said.join("") };
};

const asAlice = { TOGETHER_USERNAME: "alice", TOGETHER_PASSWORD: password };

interface VoiceServer extends AsyncDisposable {
  server: TestServer;
  port: number;
}

/** Alice has an account there. */
const aVoiceServer = async (changes: Parameters<typeof voiceConfig>[0] = {}): Promise<VoiceServer> => {
  const voice = await voiceConfig(changes);
  const server = await startTestServer({ voice });
  await using alice = await aUser(server, { username: "alice" });
  expect(alice.username).toBe("alice");
  return { server, port: voice.port, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
};

/** In front of the port, like a router that forwards TCP and has forgotten UDP, which it swallows. */
const aTcpForwarder = async (port: number): Promise<AsyncDisposable> => {
  const sockets = new Set<Socket>();
  const tcp = createServer((incoming) => {
    const outgoing = connect(port, "127.0.0.1");
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  const udp = createSocket("udp4");
  tcp.listen(port, announcedAddress);
  udp.bind(port, announcedAddress);
  await Promise.all([once(tcp, "listening"), once(udp, "listening")]);
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      udp.close();
      tcp.close();
      await once(tcp, "close");
    },
  };
};

describe("VO16 the check of a server whose ports are open", () => {
  let made: VoiceServer;

  beforeAll(async () => {
    made = await aVoiceServer({ workers: 2 });
  });
  afterAll(() => made[Symbol.asyncDispose]());

  it("reaches every worker by UDP and TCP, and ends with 0", async () => {
    const { server, port } = made;
    const { exitCode, output } = await check(server.url, asAlice);
    expect(output).toContain(
      `✓ UDP and TCP ${port} and ${port + 1} reach this server: voice works from here.`,
    );
    for (const protocol of ["UDP", "TCP"]) {
      for (const worker of [1, 2]) {
        expect(output).toMatch(
          new RegExp(`worker ${worker} +${protocol} 127.0.0.1:${port + worker - 1} .* reached in \\d+ ms`),
        );
      }
    }
    expect(exitCode).toBe(0);
  });

  it("leaves no session behind", async () => {
    await using alice = await aUser(made.server, { username: "carol" });
    const credentials = { TOGETHER_USERNAME: "carol", TOGETHER_PASSWORD: password };
    expect((await check(made.server.url, credentials)).exitCode).toBe(0);
    expect(await alice.client.api.auth.sessions.query()).toHaveLength(1);
  });

  it("ends with 2 when it cannot sign in, without showing the password", async () => {
    const credentials = { ...asAlice, TOGETHER_PASSWORD: "a wrong password" };
    const { exitCode, output } = await check(made.server.url, credentials);
    expect(output).toContain("The user name or the password is wrong.");
    expect(output).not.toContain("a wrong password");
    expect(exitCode).toBe(2);
  });

  it("ends with 2 when nobody is there to say who asks", async () => {
    const { exitCode, output } = await check(made.server.url);
    expect(output).toContain("TOGETHER_USERNAME");
    expect(exitCode).toBe(2);
  });
});

describe("VO16 names the fault", () => {
  it("of UDP that is not forwarded", async () => {
    await using made = await aVoiceServer({ announcedAddress });
    const { server, port } = made;
    await using _forwarder = await aTcpForwarder(port);
    const { exitCode, output } = await check(server.url, asAlice);
    expect(output).toContain(`✗ UDP ${port} does not reach this server; TCP does.`);
    expect(output).toContain(`Open UDP ${port} in the firewall`);
    expect(output).toMatch(new RegExp(`UDP ${announcedAddress}:${port} +announced address +no answer`));
    expect(exitCode).toBe(1);
  });

  it("of an announced address where no voice is", async () => {
    await using made = await aVoiceServer({ announcedAddress });
    const { exitCode, output } = await check(made.server.url, asAlice);
    expect(output).toContain(
      `✗ The announced address ${announcedAddress} refuses voice, while 127.0.0.1 answers`,
    );
    expect(output).toContain("Check that VOICE_ANNOUNCED_ADDRESS is the public address of the server.");
    expect(exitCode).toBe(1);
  });

  it("of a TURN server that is not there", async () => {
    await using made = await aVoiceServer({
      turn: { urls: ["turn:127.0.0.2:3478?transport=tcp"], secret: "a secret" },
    });
    const { exitCode, output } = await check(made.server.url, asAlice);
    expect(output).toContain("! The TURN server turn:127.0.0.2:3478?transport=tcp does not answer.");
    expect(exitCode).toBe(0);
  });

  it("of a server without voice, by its own words and without signing in", async () => {
    await using server = await startTestServer();
    const { exitCode, output } = await check(server.url);
    expect(output).toContain("✗ This server has no voice: it is switched off (VOICE_WORKERS is 0).");
    expect(exitCode).toBe(1);
  });

  it("of a worker that cannot be started", async () => {
    await using made = await aVoiceServer({ workerProblem: "the voice worker could not be built" });
    const { exitCode, output } = await check(made.server.url);
    expect(output).toContain("✗ This server has no voice: the voice worker could not be built.");
    expect(exitCode).toBe(1);
  });
});

describe("ends with 2", () => {
  it("when nothing listens there", async () => {
    const { exitCode, output } = await check("http://127.0.0.1:1");
    expect(output).toContain("http://127.0.0.1:1 cannot be reached");
    expect(exitCode).toBe(2);
  });

  it("when it is no address", async () => {
    const { exitCode, output } = await check("chat.example.org");
    expect(output).toContain("chat.example.org is no address; one is https://chat.example.org.");
    expect(exitCode).toBe(2);
  });

  it("when something else answers", async () => {
    const other = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    });
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { exitCode, output } = await check(`http://127.0.0.1:${port}`);
    other.close();
    expect(output).toContain("answers, but not as a Together server does.");
    expect(exitCode).toBe(2);
  });
});
