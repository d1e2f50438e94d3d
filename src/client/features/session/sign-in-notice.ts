/** What the sign-in page says to somebody who was brought there by what they did. */
import { type ReadableState, StateCell } from "#sdk/readable-state.ts";

type SignInNotice = "password-set" | "account-deleted";

const notice = new StateCell<SignInNotice | undefined>(undefined);

export const signInNotice: ReadableState<SignInNotice | undefined> = notice;
export const leaveSignInNotice = (left: SignInNotice): void => notice.set(left);
export const clearSignInNotice = (): void => notice.set(undefined);
