/** What an account's fields must be, told before the server refuses: one sentence each, or undefined. */
import { Username } from "#shared/contract/auth.ts";
import type { InputIssue } from "#shared/errors.ts";
import { limits } from "#shared/limits.ts";

const { username: nameBounds, password: passwordBounds, displayName: displayBounds } = limits;

export const usernameHint = "Lower-case letters, digits, and _ . -";
export const passwordHint = `At least ${passwordBounds.minLength} characters`;

export const findUsernameFault = (value: string): string | undefined => {
  const name = value.trim();
  if (name === "") return "Choose a username.";
  if (name.length < nameBounds.minLength) return `Use at least ${nameBounds.minLength} characters.`;
  if (name.length > nameBounds.maxLength) return `Use at most ${nameBounds.maxLength} characters.`;
  return Username.safeParse(name).success ? undefined : "Use only letters a to z, digits, and _ . -";
};

export const findPasswordFault = (value: string): string | undefined => {
  if (value === "") return "Choose a password.";
  if (value.length < passwordBounds.minLength) return `Use at least ${passwordBounds.minLength} characters.`;
  return value.length > passwordBounds.maxLength
    ? `Use at most ${passwordBounds.maxLength} characters.`
    : undefined;
};

export const findDisplayNameFault = (value: string): string | undefined =>
  value.trim().length > displayBounds.maxLength
    ? `Use at most ${displayBounds.maxLength} characters.`
    : undefined;

/** The fields that the server found wrong. */
export const getIssueFields = (issues: readonly InputIssue[]): string[] =>
  issues.map(({ path }) => path.split(".")[0] ?? path);
