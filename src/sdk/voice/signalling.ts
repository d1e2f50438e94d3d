/** What the calls of one session and the signals to it have in common. */
import type { VoiceJoined } from "#shared/contract/voice.ts";
import type { EventOf, GatewayEvent } from "#shared/events.ts";
import type { VoiceSessionId } from "#shared/ids.ts";
import type { TogetherClient } from "../client.ts";
import { mayRetry, reasonOf } from "../failure.ts";
import type { RetryPolicy } from "../retry-policy.ts";
import type { MediaDevice, OpenDevice } from "./media.ts";

export type VoiceApi = TogetherClient["api"]["voice"];

type SignalType =
  | "VOICE_CONSUMERS"
  | "VOICE_CONSUMERS_CLOSED"
  | "VOICE_PRODUCER_CLOSED"
  | "VOICE_RIGHTS"
  | "VOICE_REJOIN"
  | "VOICE_END";
/** To one voice session of the account, which may be another device's. */
export type SessionSignal = EventOf<SignalType>;

const signalTypes: Record<SignalType, true> = {
  VOICE_CONSUMERS: true,
  VOICE_CONSUMERS_CLOSED: true,
  VOICE_PRODUCER_CLOSED: true,
  VOICE_RIGHTS: true,
  VOICE_REJOIN: true,
  VOICE_END: true,
};

export const isSessionSignal = (event: GatewayEvent): event is SessionSignal =>
  Object.hasOwn(signalTypes, event.t);

/**
 * The device, made for what the server's routers can: asked for once (VO3), and again after it was forgotten, since another
 * run of the server may have other routers.
 */
export class DeviceCache {
  readonly #api: Pick<VoiceApi, "capabilities">;
  readonly #openDevice: OpenDevice;
  #opening: Promise<MediaDevice> | undefined;

  constructor(api: Pick<VoiceApi, "capabilities">, openDevice: OpenDevice) {
    this.#api = api;
    this.#openDevice = openDevice;
  }

  /** @throws the call's failure, UnsupportedBrowser */
  get(): Promise<MediaDevice> {
    const opening = (this.#opening ??= this.#open());
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    return opening;
  }

  forget(): void {
    this.#opening = undefined;
  }

  async #open(): Promise<MediaDevice> {
    const { rtpCapabilities } = await this.#api.capabilities.query();
    return this.#openDevice(rtpCapabilities);
  }
}

type JoinInput = Parameters<VoiceApi["join"]["mutate"]>[0];

/**
 * Joins, one at a time: of two on their way at once nobody could tell which came last, and the server keeps the last.
 */
export class Joiner {
  readonly #api: Pick<VoiceApi, "join">;
  #last: Promise<unknown> = Promise.resolve();

  constructor(api: Pick<VoiceApi, "join">) {
    this.#api = api;
  }

  /** Undefined when it was not wanted any more when its turn came. @throws the call's failure */
  join(input: JoinInput, isWanted: () => boolean): Promise<VoiceJoined | undefined> {
    const joining = this.#last.then(() => (isWanted() ? this.#api.join.mutate(input) : undefined));
    this.#last = joining.catch(() => undefined);
    return joining;
  }
}

const leaveTries = 3;

/** Leaves, with a few tries; a leave that never arrives is the server's to notice. */
export const leaveSession = async (
  { api, policy }: { api: Pick<VoiceApi, "leave">; policy: RetryPolicy },
  voiceSessionId: VoiceSessionId,
): Promise<void> => {
  for (let attempt = 0; attempt < leaveTries; attempt += 1) {
    try {
      await api.leave.mutate({ voiceSessionId });
      return;
    } catch (error) {
      const delayMs = mayRetry(reasonOf(error)) ? policy.nextDelayMs({ attempt, elapsedMs: 0 }) : null;
      if (delayMs === null) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, delayMs);
      await promise;
    }
  }
};
