/**
 * The way from one worker's router to another's, for a room that outgrew its worker (VO6). mediasoup's own pipeToRouter
 * does the same, but leaves rejections unhandled when a worker dies in the middle, which would end the process.
 */
import { errors, type types } from "mediasoup";

/** Packets between two processes of this machine go past every firewall. */
const listenInfo: types.TransportListenInfo = { protocol: "udp", ip: "127.0.0.1" };

const openEnds = async (
  from: types.Router,
  to: types.Router,
): Promise<[types.PipeTransport, types.PipeTransport]> => {
  const [near, far] = await Promise.allSettled([
    from.createPipeTransport({ listenInfo }),
    to.createPipeTransport({ listenInfo }),
  ]);
  if (near.status === "fulfilled" && far.status === "fulfilled") return [near.value, far.value];
  for (const end of [near, far]) if (end.status === "fulfilled") end.value.close();
  throw near.status === "rejected" ? near.reason : new errors.NotFoundError("no other end");
};

export class Pipe {
  readonly #near: types.PipeTransport;
  readonly #far: types.PipeTransport;
  readonly #carried = new Map<string, Promise<void>>();

  private constructor(near: types.PipeTransport, far: types.PipeTransport) {
    this.#near = near;
    this.#far = far;
  }

  /** Closes with either router. */
  static async open(from: types.Router, to: types.Router): Promise<Pipe> {
    const [near, far] = await openEnds(from, to);
    near.observer.on("close", () => far.close());
    far.observer.on("close", () => near.close());
    await Promise.all([
      near.connect({ ip: far.tuple.localAddress, port: far.tuple.localPort }),
      far.connect({ ip: near.tuple.localAddress, port: near.tuple.localPort }),
    ]);
    return new Pipe(near, far);
  }

  /** Has the other router know this producer by the same id. Once for each; later calls wait for the first. */
  carry(producer: types.Producer): Promise<void> {
    const carrying = this.#carried.get(producer.id);
    if (carrying) return carrying;
    const started = this.#carry(producer);
    this.#carried.set(producer.id, started);
    // A failed try must not be what the next one is given.
    const forget = (): boolean => this.#carried.delete(producer.id);
    producer.observer.on("close", forget);
    started.catch(forget);
    return started;
  }

  async #carry(producer: types.Producer): Promise<void> {
    const taken = await this.#near.consume({ producerId: producer.id });
    try {
      // It is never paused itself: while the one here is, nothing reaches it.
      const given = await this.#far.produce({
        id: producer.id,
        kind: taken.kind,
        rtpParameters: taken.rtpParameters,
      });
      taken.observer.on("close", () => given.close());
      if (taken.closed) given.close();
    } catch (error) {
      taken.close();
      throw error;
    }
    if (taken.closed) throw new errors.NotFoundError("the producer closed meanwhile");
  }
}
