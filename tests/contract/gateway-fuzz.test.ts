/**
 * Whatever a stranger sends over a socket, or in place of a request, costs that connection at most: 4,000 frames of a
 * WebSocket, half of them nearly right, and 1,500 streams of bytes, most of them a good one with a fault. Nothing of it is an
 * INTERNAL or a fault in the log, and somebody else's stream goes on. A failure prints the seed that brings it back.
 */
import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { silentLogger } from "#server/kernel/logger.ts";
import { closeCodes } from "#shared/close-codes.ts";
import { isReason } from "#shared/errors.ts";
import { aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import { RawGateway } from "#tests/support/raw-gateway.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";

const frameCount = 4_000;
const framesPerSocket = 20;
const streamCount = 1_500;
const streamsAtOnce = 25;

/** What a peer may be told by RFC 6455 for frames that are none, beside our own codes. */
const protocolCodes = [1000, 1002, 1003, 1005, 1006, 1007, 1009];

let server: TestServer;
let alice: TestUser;
let made: MadeServer;
let bystander: RawGateway;
let token: string;
const faults: unknown[] = [];

beforeAll(async () => {
  const error = (...args: unknown[]): void => void faults.push(args);
  server = await startTestServer({}, { logger: { ...silentLogger, error, child: () => silentLogger } });
  alice = await aUser(server, { username: "alice" });
  made = await aServer(alice);
  token = await alice.token();
  bystander = await RawGateway.open(server.url, { token });
  bystander.subscribe();
  await bystander.untilItem("READY");
});
afterAll(async () => {
  bystander[Symbol.dispose]();
  await alice[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const expectBystanderToHear = async (): Promise<void> => {
  const { id } = await alice.client.api.messages.send.mutate({
    channelId: made.channelId,
    content: "still here",
  });
  await vi.waitFor(
    () => {
      const heard = bystander.items.filter(
        ({ d }) => z.looseObject({ id: z.string() }).safeParse(d).data?.id === id,
      );
      expect(heard).toHaveLength(1);
    },
    { timeout: 5_000 },
  );
};

const method = fc.constantFrom(
  "subscription",
  "subscription.stop",
  "query",
  "mutation",
  "connectionParams",
  "toString",
);
const path = fc.constantFrom(
  "gateway.events",
  "gateway",
  "messages.send",
  "",
  "__proto__.constructor",
  "a".repeat(5_000),
);
const lastEventId = fc.oneof(
  fc.constantFrom("", "-", `${"0".repeat(32)}-1`, `${"f".repeat(32)}-9007199254740993`, "9".repeat(400)),
  fc.jsonValue(),
);
const nearlyRight = fc.record(
  {
    id: fc.oneof(fc.nat(50), fc.string(), fc.jsonValue()),
    jsonrpc: fc.constantFrom("2.0", "1.0"),
    method: fc.oneof({ weight: 9, arbitrary: method }, { weight: 1, arbitrary: fc.jsonValue() }),
    params: fc.oneof(
      fc.record(
        { path, input: fc.oneof(fc.record({ lastEventId }), fc.jsonValue()), lastEventId },
        { requiredKeys: ["path"] },
      ),
      fc.jsonValue(),
    ),
    data: fc.oneof(
      fc.record({
        token: fc.oneof(
          fc.nat().map(() => token),
          fc.jsonValue(),
        ),
      }),
      fc.jsonValue(),
    ),
  },
  { requiredKeys: ["id", "method"] },
);
const right = { method: "subscription", params: { path: "gateway.events", input: {} } };
const frame: fc.Arbitrary<string | Buffer> = fc.oneof(
  { weight: 1, arbitrary: fc.nat(9).map((id) => JSON.stringify({ id, ...right })) },
  { weight: 5, arbitrary: nearlyRight.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.array(nearlyRight, { maxLength: 5 }).map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.json() },
  {
    weight: 1,
    arbitrary: fc.constantFrom("PING", "PONG", "", "[", "null", "[[[]]]", '{"id":1', "[".repeat(10_000)),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 300 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
);

const Refused = z.object({ error: z.object({ data: z.object({ reason: z.string() }) }) });

/** The reasons that came, and the code of the close if there was one, once all frames have been looked at. */
const sendFrames = async (frames: readonly (string | Buffer)[], isSignedIn: boolean) => {
  const url = `${server.url.replace(/^http/, "ws")}/gateway${isSignedIn ? "?connectionParams=1" : ""}`;
  const socket = new WebSocket(url);
  const reasons: string[] = [];
  let closeCode: number | undefined;
  socket.on("message", (data) => {
    const parsed = Refused.safeParse(
      JSON.parse(Buffer.isBuffer(data) && data[0] === 0x7b ? data.toString() : "null"),
    );
    if (parsed.success) reasons.push(parsed.data.error.data.reason);
  });
  socket.on("error", () => undefined);
  const closed = once(socket, "close").then(([code]) => (closeCode = z.number().parse(code)));
  await once(socket, "open");
  if (isSignedIn) socket.send(JSON.stringify({ method: "connectionParams", data: { token } }));
  for (const one of frames) socket.send(one);
  const answered = once(socket, "pong");
  socket.ping();
  await Promise.race([answered, closed]);
  socket.terminate();
  await closed;
  // A socket that was open to the end was cut from here.
  return { reasons, closeCode: closeCode ?? 0 };
};

it("takes 4,000 frames of any kind for what they are", { timeout: 60_000 }, async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(frame, { minLength: framesPerSocket, maxLength: framesPerSocket }),
      fc.boolean(),
      async (frames, isSignedIn) => {
        const { reasons, closeCode } = await sendFrames(frames, isSignedIn);
        for (const reason of reasons) seen.add(reason);
        expect(reasons.filter((reason) => !isReason(reason) || reason === "INTERNAL")).toEqual([]);
        expect([...Object.keys(closeCodes).map(Number), ...protocolCodes]).toContain(closeCode);
      },
    ),
    { numRuns: frameCount / framesPerSocket },
  );
  expect([...seen]).toEqual(expect.arrayContaining(["INVALID_INPUT", "NOT_FOUND", "UNAUTHENTICATED"]));
  await expectBystanderToHear();
  expect(faults).toEqual([]);
});

const goodRequests = [
  "GET /gateway HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n",
  "POST /api/trpc/auth.login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\nCookie: together_refresh=a\r\n\r\n{}",
  "POST /api/trpc/users.me?batch=1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
  "GET /health HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1, a\r\nRange: bytes=0-\r\n\r\n",
  "GET /api/trpc/users.me,servers.list?batch=1&input=%7B%7D HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a.b.c\r\n\r\n",
];
const maskedText = Buffer.from([0x81, 0x85, 1, 2, 3, 4, 105, 103, 111, 104, 110]);

/** A good beginning with some bytes put in, taken out or changed, and then anything. */
const byteStream = fc
  .record({
    request: fc.constantFrom(...goodRequests),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat(20),
    inserted: fc.oneof(fc.constant(new Uint8Array()), fc.uint8Array({ maxLength: 40 })),
    isFaulty: fc.boolean(),
    frames: fc.oneof(
      fc.constant(new Uint8Array()),
      fc.constant(new Uint8Array(maskedText)),
      fc.uint8Array({ maxLength: 200 }),
    ),
  })
  .map(({ request, at, removed, inserted, isFaulty, frames }) => {
    const good = Buffer.from(request, "latin1");
    const from = Math.floor(at * good.length);
    const head = isFaulty ? [good.subarray(0, from), inserted, good.subarray(from + removed)] : [good];
    return Buffer.concat([...head, ...(request.includes("Upgrade") || isFaulty ? [frames] : [])]);
  });

/** What came back until the server, or the end of what was sent, ended it. */
const sendBytes = async (bytes: Buffer): Promise<string> => {
  const { port, hostname } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => (text += chunk));
  socket.on("error", () => undefined);
  const closed = once(socket, "close");
  socket.end(bytes);
  await closed;
  return text;
};

it("takes 1,500 streams of bytes in place of a request", { timeout: 60_000 }, async () => {
  const statuses = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(byteStream, { minLength: streamsAtOnce, maxLength: streamsAtOnce }),
      async (streams) => {
        for (const text of await Promise.all(streams.map(sendBytes))) {
          const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
          if (status !== undefined) statuses.add(status);
          expect(text).not.toContain("INTERNAL");
          expect(text).not.toMatch(/^HTTP\/1\.1 5(?!03)/);
        }
      },
    ),
    { numRuns: streamCount / streamsAtOnce },
  );
  expect([...statuses]).toEqual(expect.arrayContaining(["101", "200", "400", "401"]));
  await expectBystanderToHear();
  expect(faults).toEqual([]);
});
