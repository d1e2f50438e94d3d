/**
 * Every bound that a user can meet. The web app shows it before the server refuses. Lengths are in Unicode code points, as
 * zod and PostgreSQL count them; a field that counts UTF-16 code units is stricter, never laxer.
 */

export const limits = {
  message: {
    /** Enough for a long post, small enough that a page of 100 stays under half a megabyte. */
    maxLength: 4_000,
    maxAttachments: 10,
    maxMentions: 50,
    defaultPageSize: 50,
    maxPageSize: 100,
    maxSearchResults: 50,
    maxSearchQueryLength: 200,
  },
  username: { minLength: 2, maxLength: 32 },
  displayName: { maxLength: 32 },
  nickname: { maxLength: 32 },
  customStatus: { maxLength: 128 },
  email: { maxLength: 254 },
  password: { minLength: 8, maxLength: 256 },
  serverName: { minLength: 1, maxLength: 64 },
  channelName: { minLength: 1, maxLength: 64 },
  channelTopic: { maxLength: 512 },
  roleName: { minLength: 1, maxLength: 64 },
  reason: { maxLength: 512 },
  /** As long as anybody should be kept from talking without a ban. */
  timeoutMaxSeconds: 28 * 24 * 60 * 60,
  slowModeMaxSeconds: 6 * 60 * 60,
  /** What a ban may take along of what the banned one said. */
  banDeleteMaxSeconds: 7 * 24 * 60 * 60,
  bulkDeleteMax: 100,
  audit: { defaultPageSize: 50, maxPageSize: 100 },
  admin: { defaultPageSize: 50, maxPageSize: 100 },
  /** How long a link to a new password is good. */
  resetLinkSeconds: 24 * 60 * 60,
  /** Per person and per server, so that no one can fill another's memory. */
  serversPerUser: 100,
  channelsPerServer: 200,
  rolesPerServer: 100,
  overridesPerChannel: 100,
  invitesPerServer: 200,
  sessionsPerUser: 50,
  inviteMaxUses: 1_000,
  inviteMaxAgeSeconds: 365 * 24 * 60 * 60,
  members: { defaultPageSize: 100, maxPageSize: 500 },
  attachment: { maxBytes: 50 * 1024 * 1024 },
  voice: {
    maxParticipants: 100,
    /** In a channel with more unmuted members only the loudest are forwarded (VO5). */
    maxForwardedSpeakers: 8,
    /** Joins, media and switches of one person: each costs everybody else in the channel something. */
    changesPerMinute: 120,
  },
} as const;

export const timing = {
  accessTokenSeconds: 15 * 60,
  refreshTokenSeconds: 7 * 24 * 60 * 60,
  /**
   * Two tabs may present the same refresh token at once, and an answer may be lost: within this time, and while no newer
   * token of the session has been used, that is not theft. Longer than the library waits for an answer.
   */
  refreshReuseGraceMs: 30_000,
  heartbeatMs: 30_000,
  /** How late a ping or an end may be. */
  heartbeatCheckMs: 1_000,
  deadAfterMs: 60_000,
  subscribeWithinMs: 10_000,
  typingRepeatMs: 3_000,
  typingShownMs: 8_000,
  /** A reload is over well within this time, so that nobody flickers offline. */
  offlineAfterMs: 10_000,
  /** Whoever joins voice and neither connects nor resumes within this time is removed (VO13). */
  voiceConnectWithinMs: 15_000,
  /** A call outlives its gateway socket for this long (VO11). */
  voiceWithoutSocketMs: 30_000,
} as const;
