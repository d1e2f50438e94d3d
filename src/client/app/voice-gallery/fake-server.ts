/** A server that is played: it answers what the app reads, and says READY on its socket. */
import type { TogetherClientOptions } from "#sdk/index.ts";
import type { GatewayEvent, Ready } from "#shared/events.ts";
import type { VoiceState } from "#shared/contract/voice.ts";
import { UserId } from "#shared/ids.ts";

import type { Scene } from "./scenes.ts";
import { channels, closedPermissions, everyone, me, members, ownMember, server, getUserId } from "./world.ts";

type Transports = Required<Pick<TogetherClientOptions, "fetch" | "WebSocket">>;
export interface FakeServer extends Transports {
  tell: (event: GatewayEvent) => void;
  voiceStates: () => readonly VoiceState[];
}

type Socket = InstanceType<Transports["WebSocket"]>;
type Listener = Parameters<Socket["addEventListener"]>[1];

const createReady = ({ states, isOwner }: Scene): Ready => {
  // A channel that is closed to everyone is open to its server's owner: a guest shows it as it is.
  const guest = isOwner ? {} : { permissions: closedPermissions };
  const closed = isOwner
    ? []
    : [{ target: { type: "role", id: everyone.id } as const, allow: "0", deny: "32" }];
  return {
    user: me,
    servers: [
      {
        server: isOwner ? server : { ...server, ownerId: getUserId(1) },
        channels: Object.values(channels).map((channel) =>
          channel === channels.office ? { ...channel, ...guest, overrides: closed } : channel,
        ),
        roles: [everyone],
        member: ownMember,
        memberCount: members.length,
        voiceStates: [...states],
        presences: members.map(({ user }) => ({ userId: user.id, status: "online" as const })),
      },
    ],
    reads: [],
  };
};

const createAnswers = (ready: Ready): Record<string, (input: unknown) => unknown> => {
  const [first] = ready.servers;
  return {
    "auth.refresh": () => ({
      user: me,
      accessToken: "played",
      accessTokenExpiresAt: new Date(Date.now() + 900_000).toISOString(),
    }),
    "members.list": () => ({ members, nextCursor: null }),
    "channels.list": () => first?.channels,
    "voice.states": () => first?.voiceStates,
    "messages.list": () => ({ messages: [], hasMoreBefore: false, hasMoreAfter: false }),
    "users.get": (input) => {
      const userId = UserId.safeParse(
        typeof input === "object" && input !== null ? Reflect.get(input, "userId") : undefined,
      );
      return members.find(({ user }) => user.id === userId.data)?.user;
    },
  };
};

const createFetch = (answers: ReturnType<typeof createAnswers>): Transports["fetch"] => {
  return (address, { body }) => {
    const url = new URL(address);
    const paths = url.pathname.replace("/api/trpc/", "").split(",");
    const text = body ?? url.searchParams.get("input") ?? "{}";
    const inputs: unknown = JSON.parse(text);
    const isBatch = url.searchParams.has("batch");
    const results = paths.map((path, index) => {
      const input: unknown =
        isBatch && typeof inputs === "object" && inputs !== null
          ? Reflect.get(inputs, String(index))
          : inputs;
      return { result: { data: answers[path]?.(input) ?? null } };
    });
    const answer = isBatch ? results : results[0];
    return Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve(answer) });
  };
};

export const createFakeServer = (scene: Scene): FakeServer => {
  const ready = createReady(scene);
  const sockets = new Set<FakeSocket>();
  let count = 0;

  class FakeSocket implements Socket {
    readonly #listeners = new Map<string, Listener[]>();

    constructor() {
      setTimeout(() => this.#emit("open", {}), 0);
    }

    addEventListener(type: "open" | "message" | "close" | "error", listener: Listener): void {
      this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
    }

    send(data: string): void {
      if (data === "PING") this.#emit("message", { data: "PONG" });
      if (!data.includes("subscription")) return;
      sockets.add(this);
      this.tell({ t: "READY", d: ready });
    }

    close(): void {
      sockets.delete(this);
    }

    tell(event: GatewayEvent): void {
      count += 1;
      const id = `played-${count}`;
      const message = { id: 1, result: { type: "data", id, data: { id, data: event } } };
      this.#emit("message", { data: JSON.stringify(message) });
    }

    #emit(type: string, event: object): void {
      for (const listener of this.#listeners.get(type) ?? []) listener({ type, ...event });
    }
  }

  return {
    fetch: createFetch(createAnswers(ready)),
    WebSocket: FakeSocket,
    voiceStates: () => scene.states,
    tell: (event) => {
      for (const socket of sockets) socket.tell(event);
    },
  };
};
