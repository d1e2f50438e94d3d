/**
 * A pool that knows when its database does not answer. Without that, each caller would find out alone, by waiting: a machine
 * that has vanished, or a process that stands still, refuses nothing.
 */
import { Pool, type PoolClient, type PoolConfig } from "pg";
import type { ServerId } from "#shared/ids.ts";
import { suspendedMessage } from "./errors.ts";

type ConnectCallback = Parameters<Pool["connect"]>[0];

export class SuspendablePool extends Pool {
  readonly #idle = new Set<PoolClient>();
  readonly #busy = new Set<PoolClient>();
  #isSuspended = false;
  /** Called with each server of which nobody knows whether a transaction has changed it. */
  onUncertain: (serverId: ServerId) => void = () => undefined;

  constructor(config: PoolConfig) {
    super(config);
    this.on("acquire", (client) => {
      this.#idle.delete(client);
      this.#busy.add(client);
    });
    this.on("release", (_error, client) => {
      this.#busy.delete(client);
      this.#idle.add(client);
    });
    this.on("remove", (client) => this.#idle.delete(client));
  }

  /** Also what `query` asks for a connection. */
  override connect(): Promise<PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<PoolClient> | void {
    if (!this.#isSuspended) return callback ? super.connect(callback) : super.connect();
    const error = new Error(suspendedMessage);
    if (!callback) return Promise.reject(error);
    process.nextTick(callback, error, undefined, () => undefined);
  }

  /** Ends every connection, and with it what is asked on it: whether that was done nobody knows. Idempotent. */
  suspend(): void {
    if (this.#isSuspended) return;
    this.#isSuspended = true;
    // It refuses what it has been asked, and leaves the pool when that is released.
    for (const client of this.#busy) void client.end();
    // The pool drops one of its own that reports an error.
    for (const client of [...this.#idle]) client.emit("error", new Error(suspendedMessage));
  }

  resume(): void {
    this.#isSuspended = false;
  }
}
