import type { RegistrationMode } from "#shared/contract/instance.ts";

/** What each mode means, for whoever chooses it. */
export const registrationWords: Readonly<Record<RegistrationMode, { label: string; hint: string }>> = {
  open: {
    label: "Everybody",
    hint: "Whoever knows the address can make an account.",
  },
  invite: {
    label: "Whoever has an invite",
    hint: "An account is made together with joining a server, by a link that one of its members has made.",
  },
  closed: {
    label: "Nobody",
    hint: "No new accounts are made. Invites work for those who have one already.",
  },
};
