/**
 * What a browser offers and Node does not: found by asking, so that the same library runs in both and needs the types of
 * neither.
 */
export type WakeSign = "online" | "visible" | "offline";

export interface Environment {
  /** Tells when the network may have come or gone, or the page is looked at again. Returns the way to stop listening. */
  onWake: (listener: (sign: WakeSign) => void) => () => void;
  /** Runs it while no other page of the same browser profile runs one of that name. */
  exclusively: <T>(name: string, run: () => Promise<T>) => Promise<T>;
}

interface EventSource {
  addEventListener: (type: string, listener: () => void) => void;
  removeEventListener: (type: string, listener: () => void) => void;
}

interface Locks {
  request: <T>(name: string, run: () => Promise<T>) => Promise<T>;
}

const getProperty = (owner: unknown, name: string): unknown =>
  typeof owner === "object" && owner !== null ? Reflect.get(owner, name) : undefined;

const isEventSource = (value: unknown): value is EventSource =>
  typeof getProperty(value, "addEventListener") === "function" &&
  typeof getProperty(value, "removeEventListener") === "function";

const isLocks = (value: unknown): value is Locks => typeof getProperty(value, "request") === "function";

/** The page or process that the library runs in. */
export const createEnvironment = (root: unknown = globalThis): Environment => ({
  onWake: (listener) => {
    const page = getProperty(root, "document");
    const listening: [source: EventSource, type: string, handler: () => void][] = [];
    if (isEventSource(root)) {
      listening.push(
        [root, "online", () => listener("online")],
        [root, "offline", () => listener("offline")],
      );
    }
    if (isEventSource(page)) {
      const onVisibility = () => {
        if (getProperty(page, "visibilityState") === "visible") listener("visible");
      };
      listening.push([page, "visibilitychange", onVisibility]);
    }
    for (const [source, type, handler] of listening) source.addEventListener(type, handler);
    return () => {
      for (const [source, type, handler] of listening) source.removeEventListener(type, handler);
    };
  },
  exclusively: (name, run) => {
    const locks = getProperty(getProperty(root, "navigator"), "locks");
    return isLocks(locks) ? locks.request(name, run) : run();
  },
});
