/** Transports that lead nowhere, one on every worker: a port each, and each may be open or closed on the way there. */
import type { types } from "mediasoup";
import type { VoiceTransport } from "#shared/contract/voice.ts";
import { refusing } from "./refusals.ts";
import type { SfuProbe } from "./sfu.ts";
import type { CreateTransport } from "./transports.ts";
import type { VoiceWorker } from "./voice-worker.ts";

interface Options {
  workers: readonly VoiceWorker[];
  createTransport: CreateTransport;
  onClosed: (probe: MediaProbe) => void;
}

interface Door {
  /** Its own, so that no room is in reach; closing it closes the transport. */
  router: types.Router;
  description: VoiceTransport;
}

const deaf = { onConnected: () => undefined, onLost: () => undefined };

const openDoor = async (worker: VoiceWorker, createTransport: CreateTransport): Promise<Door> => {
  const router = await worker.createRouter();
  try {
    const place = { router, webRtcServer: worker.webRtcServer, direction: "receive" } as const;
    const { description } = await createTransport(place, deaf);
    return { router, description };
  } catch (error) {
    router.close();
    throw error;
  }
};

export class MediaProbe implements SfuProbe {
  readonly transports: readonly VoiceTransport[];
  readonly #doors: readonly Door[];
  readonly #onClosed: (probe: MediaProbe) => void;
  #isClosed = false;

  private constructor(doors: readonly Door[], onClosed: (probe: MediaProbe) => void) {
    this.transports = doors.map(({ description }) => description);
    this.#doors = doors;
    this.#onClosed = onClosed;
  }

  static async open({ workers, createTransport, onClosed }: Options): Promise<MediaProbe> {
    const opening = await Promise.allSettled(
      workers.map((worker) => refusing(() => openDoor(worker, createTransport))),
    );
    const doors = opening.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    // A worker that dies just now is no fault of the way to the others.
    if (doors.length > 0) return new MediaProbe(doors, onClosed);
    throw opening.find((one) => one.status === "rejected")?.reason;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { router } of this.#doors) router.close();
    this.#onClosed(this);
  }
}
