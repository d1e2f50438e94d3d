/** Whether the other end of a transport is there, from what ICE and DTLS say of it (VO11). */
import type { types } from "mediasoup";
import type { Scheduler } from "../../kernel/scheduler.ts";

export interface ConnectionListener {
  onConnected(): void;
  onLost(): void;
}

/** A client that changes networks restarts ICE within seconds. With the time that consent lasts it makes half a minute. */
const lostAfterMs = 10_000;

/** Without ICE a transport is not lost until that lasts; a DTLS connection that failed or said goodbye is over. */
export const watchConnection = (listener: ConnectionListener, scheduler: Scheduler) => {
  let cancel: () => void = () => undefined;
  return {
    onIceState: (state: types.IceState): void => {
      cancel();
      if (state === "disconnected") cancel = scheduler.after(lostAfterMs, () => listener.onLost());
    },
    onDtlsState: (state: types.DtlsState): void => {
      if (state === "connected") listener.onConnected();
      if (state === "failed" || state === "closed") listener.onLost();
    },
    stop: (): void => cancel(),
  };
};
