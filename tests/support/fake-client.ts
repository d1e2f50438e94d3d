/** The real library on fake transports. */
import type { SignedIn } from "#shared/contract/auth.ts";
import { timing } from "#shared/limits.ts";
import { createTogetherClient, type TogetherClient, type TogetherClientOptions } from "#sdk/index.ts";
import type { Environment, WakeSign } from "#sdk/environment.ts";
import { FakeGateway } from "./fake-gateway.ts";
import { type FakeCall, FakeHttp } from "./fake-http.ts";
import { aMe } from "./wire-objects.ts";

export class FakeEnvironment implements Environment {
  readonly #listeners = new Set<(sign: WakeSign) => void>();
  /** Names that were locked, in order. */
  readonly locked: string[] = [];

  onWake(listener: (sign: WakeSign) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  exclusively<T>(name: string, run: () => Promise<T>): Promise<T> {
    this.locked.push(name);
    return run();
  }

  wake(sign: WakeSign): void {
    for (const listener of this.#listeners) listener(sign);
  }
}

/** An answer of `auth` with tokens that are told apart by their number. */
export const aSignedIn = (n: number, changes: Partial<SignedIn> = {}): SignedIn => ({
  user: aMe(2),
  accessToken: `access-${n}`,
  accessTokenExpiresAt: new Date(Date.now() + timing.accessTokenSeconds * 1_000).toISOString(),
  ...changes,
});

export interface FakeClient extends Disposable {
  client: TogetherClient;
  http: FakeHttp;
  gateway: FakeGateway;
  environment: FakeEnvironment;
}

type Answers = Record<string, (call: FakeCall) => unknown>;

/** A client whose login and refresh succeed, and whose other calls are answered as given. */
export const createFakeClient = (
  answers: Answers = {},
  options: Partial<TogetherClientOptions> = {},
): FakeClient => {
  let tokens = 0;
  const signIn = () => aSignedIn((tokens += 1));
  const http = new FakeHttp({
    "auth.login": signIn,
    "auth.refresh": signIn,
    "auth.logout": () => null,
    ...answers,
  });
  const gateway = new FakeGateway();
  const environment = new FakeEnvironment();
  const client = createTogetherClient({
    url: "http://together.test",
    session: "cookie",
    fetch: http.fetch,
    WebSocket: gateway.WebSocket,
    environment,
    ...options,
  });
  return { client, http, gateway, environment, [Symbol.dispose]: () => client.close() };
};

export const credentials = { username: "user2", password: "correct horse battery" };
