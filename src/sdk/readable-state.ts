/** A value that changes, to be read now and listened to; made so that React's useSyncExternalStore takes it as it is. */
export interface ReadableState<T> {
  get: () => T;
  /** The listener is called after each change, not at once. Returns the way to stop listening. */
  subscribe: (listener: (value: T) => void) => () => void;
}

export class StateCell<T> implements ReadableState<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  readonly subscribe = (listener: (value: T) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  set(value: T): void {
    if (Object.is(this.#value, value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener(value);
  }
}
