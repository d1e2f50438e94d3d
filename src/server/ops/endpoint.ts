/** What a request asked for, as one of the few values that a metric or a log line may have. */

const unknownEndpoint = "unknown";

const callsPath = "/api/trpc/";

const endOfPath = (url: string): number => {
  const query = url.indexOf("?");
  return query === -1 ? url.length : query;
};

/**
 * Of calls, the names of their procedures, each once; of other requests, their route's pattern. What is neither is
 * `unknown`, whatever it was.
 */
/** Programs may write the comma between two names as %2C. */
const decode = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

export const createEndpointReader = (procedures: Iterable<string>) => {
  /** The list of each is made once, since most requests have one call. */
  const known = new Map([...procedures].map((name) => [name, [name] as const]));
  const unknown = [unknownEndpoint] as const;
  return (url: string, pattern: string | undefined): readonly string[] => {
    if (!url.startsWith(callsPath)) return pattern === undefined ? unknown : [pattern];
    const path = url.slice(callsPath.length, endOfPath(url));
    const single = known.get(path);
    if (single) return single;
    const names = decode(path)
      .split(",")
      .map((name) => known.get(name)?.[0] ?? unknownEndpoint);
    return [...new Set(names)];
  };
};
