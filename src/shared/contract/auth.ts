import { z } from "zod";
import { SessionId } from "../ids.ts";
import { limits } from "../limits.ts";
import { text, type Time } from "./common.ts";
import { InviteCode } from "./invites.ts";
import type { Me } from "./users.ts";

/** Where the refresh token goes: into the answer's body, or into an HttpOnly cookie that scripts cannot read. */
export const SessionTransport = z.enum(["body", "cookie"]);
export type SessionTransport = z.infer<typeof SessionTransport>;

/** Stored in lower case: two names that differ in case alone would be one person's trap for another. */
export const Username = z
  .string()
  .max(limits.username.maxLength * 4)
  .transform((value) => value.trim().toLowerCase())
  .pipe(
    z
      .string()
      .min(limits.username.minLength)
      .max(limits.username.maxLength)
      .regex(/^[a-z0-9_.-]+$/, "may contain a-z, 0-9, _ . and - alone"),
  );

export const Email = z
  .string()
  .max(limits.email.maxLength)
  .transform((value) => value.trim().toLowerCase())
  .pipe(z.email());

export const NewPassword = z.string().min(limits.password.minLength).max(limits.password.maxLength);
/** A password to compare with: its rules may have changed since it was set, so only its size is bounded. */
const GivenPassword = z.string().max(limits.password.maxLength);

const RefreshToken = z.string().min(1).max(200);

/** The secret part of a one-time link. */
export const LinkToken = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);

export const Register = z.object({
  username: Username,
  password: NewPassword,
  email: Email.optional(),
  displayName: text({ minLength: 1, maxLength: limits.displayName.maxLength }).optional(),
  inviteCode: InviteCode.optional(),
  /** From the link that a new instance prints: the account becomes its first administrator. */
  claimToken: LinkToken.optional(),
  session: SessionTransport.default("body"),
});
export type Register = z.infer<typeof Register>;

export const Login = z.object({
  /** A username or an email address. */
  username: z
    .string()
    .max(limits.email.maxLength)
    .refine((value) => !value.includes("\u0000"))
    .transform((value) => value.trim().toLowerCase()),
  password: GivenPassword,
  session: SessionTransport.default("body"),
});
export type Login = z.infer<typeof Login>;

/** Without a token in the body the cookie's is taken. */
export const Refresh = z.object({ refreshToken: RefreshToken.optional() }).default({});
export type Refresh = z.infer<typeof Refresh>;

export const RevokeSession = z.object({ sessionId: SessionId });

export const ChangePassword = z.object({ currentPassword: GivenPassword, newPassword: NewPassword });
export type ChangePassword = z.infer<typeof ChangePassword>;

export const ResetPassword = z.object({ token: LinkToken, newPassword: NewPassword });
export type ResetPassword = z.infer<typeof ResetPassword>;

export const DeleteAccount = z.object({ currentPassword: GivenPassword });
export type DeleteAccount = z.infer<typeof DeleteAccount>;

export interface SignedIn {
  user: Me;
  accessToken: string;
  accessTokenExpiresAt: Time;
  /** Present when the caller asked for the body. */
  refreshToken?: string;
}

export interface Session {
  id: SessionId;
  /** As the client named itself, for the list of devices. */
  userAgent: string | null;
  createdAt: Time;
  lastUsedAt: Time;
  isCurrent: boolean;
}
