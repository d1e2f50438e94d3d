/**
 * Which pages may call. Ours are PUBLIC_URL's and whatever address the page itself was loaded from: then Origin and Host
 * name the same place, which another site's page cannot bring about. So a first try by bare address works as well.
 */
export type OriginCheck = (request: { origin: string | undefined; host: string | undefined }) => boolean;

export const createOriginCheck = (options: {
  publicUrl: string;
  corsOrigins: readonly string[];
}): OriginCheck => {
  const allowed = new Set([new URL(options.publicUrl).origin, ...options.corsOrigins]);
  return ({ origin, host }) => {
    // Not a browser: it has no cookies of anyone's to misuse.
    if (origin === undefined) return true;
    return allowed.has(origin) || (host !== undefined && URL.parse(origin)?.host === host);
  };
};
