/** Pure: whether an invite still lets someone in. */
export const isInviteUsable = (
  invite: { maxUses: number | null; uses: number; expiresAt: Date | null },
  nowMs: number,
): boolean =>
  (invite.maxUses === null || invite.uses < invite.maxUses) &&
  (invite.expiresAt === null || invite.expiresAt.getTime() > nowMs);
