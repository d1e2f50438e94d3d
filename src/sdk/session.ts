/**
 * The caller's session: it owns the tokens. The access token lives in memory alone; the refresh token lives in a cookie
 * that scripts cannot read, or is handed to the caller to keep. Refreshing is single: however many calls find their token
 * expired, one refresh answers them all, and in a browser one page at a time refreshes, since a refresh token is good for
 * one use. What it must never do: sign out because the network failed. Only the server's refusal ends a session.
 */
import type { Login, Register, SessionTransport, SignedIn } from "#shared/contract/auth.ts";
import type { Me, User } from "#shared/contract/users.ts";
import { timing } from "#shared/limits.ts";
import type { z } from "zod";
import type { Environment } from "./environment.ts";
import { type CallFailure, isSessionRefusal, reasonOf } from "./failure.ts";
import { type ReadableState, StateCell } from "./readable-state.ts";
import type { RetryPolicy } from "./retry-policy.ts";

export type SessionState =
  /** Not known yet; `failedAttempts` above 0 means that the server cannot be reached, and that it is tried again. */
  | { kind: "restoring"; failedAttempts: number }
  /** "ended": the server refused the session, by its age or by someone's will; "none": there was none. */
  | { kind: "signed-out"; cause: "none" | "logout" | "ended" }
  | { kind: "signed-in"; user: Me };

export type RegisterInput = Omit<z.input<typeof Register>, "session">;
export type LoginInput = Omit<z.input<typeof Login>, "session">;

type RefreshOutcome =
  | { kind: "refreshed" }
  | { kind: "signed-out" }
  | { kind: "unreachable"; error: unknown };

/** The procedures of `auth` that a session is made of; none of them goes through the session's own token handling. */
export interface AuthCalls {
  register: (input: RegisterInput & { session: SessionTransport }) => Promise<SignedIn>;
  login: (input: LoginInput & { session: SessionTransport }) => Promise<SignedIn>;
  refresh: (input: { refreshToken?: string }) => Promise<SignedIn>;
  logout: (accessToken: string | null) => Promise<unknown>;
  logoutAll: (accessToken: string | null) => Promise<unknown>;
}

export interface SessionOptions {
  calls: AuthCalls;
  transport: SessionTransport;
  refreshToken?: string | undefined;
  onRefreshToken?: ((refreshToken: string | null) => void) | undefined;
  policy: RetryPolicy;
  environment: Environment;
  /** Pages that share a cookie share this name. */
  lockName: string;
}

interface AccessToken {
  value: string;
  /** By this machine's clock. */
  usableUntilMs: number;
}

/** A token that would expire on its way is not worth sending. */
const expiryMarginMs = 5_000;
/** Refreshed this long before its end, so that no call waits for it. */
const refreshAheadMs = 60_000;

/** No server gives out tokens for less: each call would wait for a refresh of its own. */
const leastLifetimeMs = 2 * refreshAheadMs;

/**
 * How long the token lives, from now. The server's time of expiry is believed where it is plausible; a machine whose
 * clock is wrong goes by the agreed lifetime.
 */
const lifetimeMsOf = ({ accessTokenExpiresAt }: SignedIn): number => {
  const agreedMs = timing.accessTokenSeconds * 1_000;
  const claimedMs = Date.parse(accessTokenExpiresAt) - Date.now();
  return claimedMs > leastLifetimeMs && claimedMs < agreedMs ? claimedMs : agreedMs;
};

/** A refresh token that is refused for one of these is worth nothing any more. */
const endsSession = (failure: CallFailure): boolean =>
  isSessionRefusal(failure) || failure.reason === "INVALID_INPUT" || failure.reason === "NOT_FOUND";

export class Session {
  readonly #options: SessionOptions;
  readonly #state: StateCell<SessionState>;
  #accessToken: AccessToken | null = null;
  #refreshToken: string | undefined;
  #refreshing: Promise<RefreshOutcome> | undefined;
  #restoring: Promise<SessionState> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakeUp: (() => void) | undefined;
  /** Grows when another session begins or this one ends: an answer to an older question is then of no use. */
  #generation = 0;
  #isClosed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#refreshToken = options.refreshToken;
    const mayRestore = options.transport === "cookie" || options.refreshToken !== undefined;
    this.#state = new StateCell<SessionState>(
      mayRestore ? { kind: "restoring", failedAttempts: 0 } : { kind: "signed-out", cause: "none" },
    );
  }

  get state(): ReadableState<SessionState> {
    return this.#state;
  }

  /**
   * Signs in with the cookie or the given refresh token. Resolves when it is known whether that worked: while the server
   * cannot be reached it goes on trying, which the state tells.
   */
  restore(): Promise<SessionState> {
    if (this.#state.get().kind !== "restoring") return Promise.resolve(this.#state.get());
    this.#restoring ??= this.#restoreUntilKnown().finally(() => {
      this.#restoring = undefined;
    });
    return this.#restoring;
  }

  /** Makes an account and signs in. @throws INVALID_INPUT, ALREADY_EXISTS, MISSING_PERMISSION, INVITE_EXPIRED, RATE_LIMITED */
  async register(input: RegisterInput): Promise<Me> {
    return this.#begin(await this.#options.calls.register({ ...input, session: this.#options.transport }));
  }

  /** Signs in with a password. @throws UNAUTHENTICATED, INVALID_INPUT, RATE_LIMITED */
  async login(input: LoginInput): Promise<Me> {
    return this.#begin(await this.#options.calls.login({ ...input, session: this.#options.transport }));
  }

  /** Ends this session. It stays when the server cannot be reached: a cookie that lives on would sign in again. */
  logout(): Promise<void> {
    return this.#endBy(this.#options.calls.logout);
  }

  /** Ends every session of the account, this one included. */
  logoutAll(): Promise<void> {
    return this.#endBy(this.#options.calls.logoutAll);
  }

  /**
   * An access token that is good for the next call, or null when nobody is signed in. Waits for a restore or a refresh.
   * @throws what the refresh threw when the server cannot be reached
   */
  async findAccessToken(): Promise<string | null> {
    if (this.#state.get().kind === "restoring") await this.restore();
    if (this.#state.get().kind !== "signed-in") return null;
    const token = this.#accessToken;
    return token && Date.now() < token.usableUntilMs ? token.value : this.renew(token?.value ?? null);
  }

  /**
   * A token in place of one that the server refused; null when the session has ended.
   * @throws what the refresh threw when the server cannot be reached
   */
  async renew(refused: string | null): Promise<string | null> {
    const current = this.#accessToken;
    if (current && current.value !== refused && Date.now() < current.usableUntilMs) return current.value;
    const outcome = await this.#refresh();
    if (outcome.kind === "unreachable") throw outcome.error;
    return this.#accessToken?.value ?? null;
  }

  /** Takes over what the caller's account has become; another's is left out. */
  setUser(user: Me): void {
    const state = this.#state.get();
    if (state.kind === "signed-in" && state.user.id === user.id) this.#state.set({ kind: "signed-in", user });
  }

  /** The same for what others see of the account. */
  updateUser(user: User): void {
    const state = this.#state.get();
    if (state.kind === "signed-in" && state.user.id === user.id) this.setUser({ ...state.user, ...user });
  }

  /** Stops every timer; the session itself lives on at the server. */
  close(): void {
    this.#isClosed = true;
    this.#generation += 1;
    clearTimeout(this.#timer);
    this.#wakeUp?.();
  }

  async #restoreUntilKnown(): Promise<SessionState> {
    const startedAtMs = Date.now();
    for (let attempt = 0; this.#state.get().kind === "restoring" && !this.#isClosed; attempt += 1) {
      const outcome = await this.#refresh();
      if (outcome.kind !== "unreachable" || this.#state.get().kind !== "restoring") break;
      this.#state.set({ kind: "restoring", failedAttempts: attempt + 1 });
      const delayMs = this.#options.policy.nextDelayMs({ attempt, elapsedMs: Date.now() - startedAtMs });
      if (delayMs === null) break;
      await this.#waitOrWake(delayMs);
    }
    return this.#state.get();
  }

  #waitOrWake(delayMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, delayMs);
    const stopListening = this.#options.environment.onWake((sign) => sign === "online" && resolve());
    this.#wakeUp = resolve;
    return promise.finally(() => {
      clearTimeout(timer);
      stopListening();
      this.#wakeUp = undefined;
    });
  }

  #refresh(): Promise<RefreshOutcome> {
    this.#refreshing ??= this.#refreshOnce().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refreshOnce(): Promise<RefreshOutcome> {
    const generation = this.#generation;
    const { transport, environment, lockName } = this.#options;
    try {
      if (transport === "body" && this.#refreshToken === undefined) return this.#end("ended");
      const signedIn =
        transport === "cookie"
          ? await environment.exclusively(lockName, () => this.#callRefresh())
          : await this.#callRefresh();
      if (generation === this.#generation) this.#begin(signedIn);
      // The token that it was exchanged for is used up: whoever keeps them must not be left with that one.
      else if (this.#isClosed && signedIn.refreshToken !== undefined)
        this.#keepRefreshToken(signedIn.refreshToken);
      return { kind: "refreshed" };
    } catch (error) {
      if (generation !== this.#generation) return { kind: "refreshed" };
      if (endsSession(reasonOf(error))) return this.#end("ended");
      return { kind: "unreachable", error };
    }
  }

  #callRefresh(): Promise<SignedIn> {
    return this.#options.calls.refresh(
      this.#refreshToken === undefined ? {} : { refreshToken: this.#refreshToken },
    );
  }

  #begin(signedIn: SignedIn): Me {
    this.#generation += 1;
    const lifetimeMs = lifetimeMsOf(signedIn);
    this.#accessToken = {
      value: signedIn.accessToken,
      usableUntilMs: Date.now() + lifetimeMs - expiryMarginMs,
    };
    if (signedIn.refreshToken !== undefined) this.#keepRefreshToken(signedIn.refreshToken);
    // Earlier by chance, so that pages opened together do not refresh together.
    const aheadMs = Math.min(refreshAheadMs, lifetimeMs / 4) * (1 + Math.random());
    this.#scheduleRefresh(Math.max(1_000, lifetimeMs - aheadMs), 0);
    this.#state.set({ kind: "signed-in", user: signedIn.user });
    return signedIn.user;
  }

  #scheduleRefresh(delayMs: number, attempt: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#refreshAhead(attempt), delayMs);
  }

  async #refreshAhead(attempt: number): Promise<void> {
    const outcome = await this.#refresh();
    if (outcome.kind !== "unreachable") return;
    const delayMs = this.#options.policy.nextDelayMs({ attempt, elapsedMs: 0 });
    if (delayMs !== null) this.#scheduleRefresh(delayMs, attempt + 1);
  }

  async #endBy(call: (accessToken: string | null) => Promise<unknown>): Promise<void> {
    try {
      await call(await this.findAccessToken());
    } catch (error) {
      if (!isSessionRefusal(reasonOf(error))) throw error;
    }
    this.#end("logout");
  }

  #end(cause: "logout" | "ended"): { kind: "signed-out" } {
    const wasSignedIn = this.#state.get().kind === "signed-in";
    this.#generation += 1;
    this.#accessToken = null;
    clearTimeout(this.#timer);
    if (this.#refreshToken !== undefined) this.#keepRefreshToken(null);
    this.#state.set({ kind: "signed-out", cause: wasSignedIn ? cause : "none" });
    return { kind: "signed-out" };
  }

  #keepRefreshToken(refreshToken: string | null): void {
    this.#refreshToken = refreshToken ?? undefined;
    this.#options.onRefreshToken?.(refreshToken);
  }
}
