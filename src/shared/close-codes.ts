/**
 * Close codes of the gateway's WebSocket. 4000 to 4999 are the application's own (RFC 6455, 7.4.2). `mayReconnect` is what
 * a client does by itself: come back and resume, or stop and tell the user.
 */
export const CloseCode = {
  goingAway: 1001,
  sessionEnded: 4001,
  idle: 4003,
  rateLimited: 4008,
  tooSlow: 4009,
  accessReset: 4010,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

export const closeCodes: Record<CloseCode, { reason: string; mayReconnect: boolean }> = {
  [CloseCode.goingAway]: { reason: "the server is restarting", mayReconnect: true },
  [CloseCode.sessionEnded]: { reason: "the session has ended", mayReconnect: false },
  [CloseCode.idle]: { reason: "no subscription was started in time", mayReconnect: true },
  [CloseCode.rateLimited]: { reason: "too many messages or connections", mayReconnect: true },
  [CloseCode.tooSlow]: { reason: "the connection is too slow to keep up; it may resume", mayReconnect: true },
  [CloseCode.accessReset]: { reason: "rights have to be read again; it may resume", mayReconnect: true },
};

/** Codes that are not ours (a dropped network is 1006) are worth another try. */
export const mayReconnectAfter = (code: number): boolean =>
  Object.entries(closeCodes).find(([known]) => Number(known) === code)?.[1].mayReconnect ?? true;
