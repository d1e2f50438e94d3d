import type { GatewayEvent } from "#shared/events.ts";

/** More events than come while one question is under way; beyond, the question is asked again. */
const maxRecorded = 5_000;

/** What came while an answer was on its way, to be applied to that answer: it may be older than the events are. */
export class Recording {
  readonly #events: GatewayEvent[] = [];
  #isComplete = true;

  push(event: GatewayEvent): void {
    if (this.#events.length < maxRecorded) this.#events.push(event);
    else this.#isComplete = false;
  }

  get events(): readonly GatewayEvent[] {
    return this.#events;
  }

  /** False when more came than is kept. */
  get isComplete(): boolean {
    return this.#isComplete;
  }
}

export class EventRecorder {
  readonly #running = new Set<Recording>();

  push(event: GatewayEvent): void {
    for (const recording of this.#running) recording.push(event);
  }

  start(): Recording {
    const recording = new Recording();
    this.#running.add(recording);
    return recording;
  }

  stop(recording: Recording): void {
    this.#running.delete(recording);
  }
}
