/**
 * The secrets of one-time links. A link carries its secret in the fragment, which no server and no log sees; from there it
 * is taken at once, and lives on in this page's memory alone: not in the address bar, the history or any storage.
 */
import { claimPath, resetPath } from "#client/features/navigation/paths.ts";
import { StateCell } from "#sdk/readable-state.ts";
import { LinkToken } from "#shared/contract/auth.ts";

import { useReadable } from "./together-context.tsx";

const tokens = {
  claim: new StateCell<string | undefined>(undefined),
  reset: new StateCell<string | undefined>(undefined),
};
type LinkKind = keyof typeof tokens;

const kinds: Readonly<Record<string, LinkKind>> = { [claimPath]: "claim", [resetPath]: "reset" };

const takeToken = (): void => {
  const { pathname, search, hash } = window.location;
  const kind = kinds[pathname];
  if (kind === undefined || hash === "") return;
  tokens[kind].set(LinkToken.safeParse(hash.slice(1)).data);
  window.history.replaceState(window.history.state, "", pathname + search);
};

/** Takes the secret out of the address now, and whenever another link is opened in this page. */
export const watchLinkTokens = (): void => {
  takeToken();
  window.addEventListener("hashchange", takeToken);
};

/** Undefined when the page was opened without one that is whole. */
export const useLinkToken = (kind: LinkKind): string | undefined => useReadable(tokens[kind]);
