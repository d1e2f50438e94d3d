/** What one page has once: the client, the query cache that its events keep, the outbox, voice, and the way to hurry a reconnect. */
import { QueryClient } from "@tanstack/react-query";

import type { Live } from "#client/features/session/live-context.tsx";
import { LazyVoice } from "#client/features/voice/lazy-voice.ts";
import type { VoiceEngine } from "#client/voice/engine.ts";
import { createEnvironment, type Environment, type WakeSign } from "#sdk/environment.ts";
import {
  createOutbox,
  createTogetherClient,
  createTypingSender,
  type OutboxStorage,
  type TogetherClient,
  type TogetherClientOptions,
} from "#sdk/index.ts";
import { connectQueryCache, readRetries } from "#sdk/query-cache/index.ts";

export interface PageApp {
  client: TogetherClient;
  queryClient: QueryClient;
  live: Live;
  voice: LazyVoice;
  /** Tries again now what waits for the server. */
  tryNow: () => void;
}

export interface PageAppOptions extends Pick<TogetherClientOptions, "url" | "fetch" | "WebSocket"> {
  /** Called when voice is first wanted. */
  makeEngine: (client: TogetherClient) => Promise<VoiceEngine>;
}

/** The event stream keeps what is cached, so nothing grows stale by itself, and a focus is no reason to ask again. */
const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: "always",
        ...readRetries,
      },
      // "always": what is done offline fails in words, instead of waiting unseen.
      mutations: { retry: false, networkMode: "always" },
    },
  });

/** The platform's signs of life, and one that is given by hand. */
const createWakeable = (): { environment: Environment; wake: (sign: WakeSign) => void } => {
  const environment = createEnvironment();
  const listeners = new Set<(sign: WakeSign) => void>();
  const onWake: Environment["onWake"] = (listener) => {
    listeners.add(listener);
    const stopListening = environment.onWake(listener);
    return () => {
      listeners.delete(listener);
      stopListening();
    };
  };
  const wake = (sign: WakeSign): void => {
    for (const listener of [...listeners]) listener(sign);
  };
  return { environment: { ...environment, onWake }, wake };
};

/** Undefined where the browser refuses storage: unsent messages then last as long as the page. */
const findStorage = (): OutboxStorage | undefined => {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
};

/** A call is its account's: it ends with the session, and the next one begins anew. */
const createVoice = (client: TogetherClient, makeEngine: PageAppOptions["makeEngine"]): LazyVoice => {
  const voice = new LazyVoice(() => makeEngine(client));
  const getUserId = (): string | undefined => {
    const state = client.session.state.get();
    return state.kind === "signed-in" ? state.user.id : undefined;
  };
  let lastId = getUserId();
  client.session.state.subscribe(() => {
    const userId = getUserId();
    if (lastId !== undefined && userId !== lastId) voice.close();
    lastId = userId;
  });
  return voice;
};

/** Begins to restore the session at once, and listens to events whenever somebody is signed in. */
export const createPageApp = ({ makeEngine, ...options }: PageAppOptions): PageApp => {
  const { environment, wake } = createWakeable();
  const client = createTogetherClient({ ...options, session: "cookie", environment });
  const queryClient = createQueryClient();
  const cache = connectQueryCache({ client, queryClient });
  const storage = findStorage();
  const outbox = createOutbox({
    client,
    onSent: (message) => cache.applySent(message),
    ...(storage && { storage }),
  });
  const live: Live = { cache, outbox, typing: createTypingSender({ client }) };
  const voice = createVoice(client, makeEngine);
  void client.session.restore();
  client.events.start();
  return { client, queryClient, live, voice, tryNow: () => wake("online") };
};
