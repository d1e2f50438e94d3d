/** Makes ids, as a parameter: UUIDv7, growing within the process even in the same millisecond. */
import { V7Generator } from "uuidv7";
import {
  AttachmentId,
  AuditEntryId,
  ChannelId,
  MessageId,
  RoleId,
  ServerId,
  SessionId,
  UserId,
  VoiceSessionId,
} from "#shared/ids.ts";
import type { Clock } from "./clock.ts";

export interface IdSource {
  userId(): UserId;
  sessionId(): SessionId;
  serverId(): ServerId;
  roleId(): RoleId;
  channelId(): ChannelId;
  messageId(): MessageId;
  attachmentId(): AttachmentId;
  auditEntryId(): AuditEntryId;
  voiceSessionId(): VoiceSessionId;
}

/**
 * When the clock is set back by less than this the generator keeps counting from where it was, so order holds: what is said
 * now must not stand above what was said before. A clock that was wrong by more was not one to keep to.
 */
const clockRollbackAllowanceMs = 2 * 24 * 60 * 60 * 1_000;

export const createIdSource = (clock: Clock): IdSource => {
  const generator = new V7Generator();
  generator.setRollbackAllowance(clockRollbackAllowanceMs);
  const next = (): string => generator.generateOrResetWithTs(clock.nowMs()).toString();
  return {
    userId: () => UserId.parse(next()),
    sessionId: () => SessionId.parse(next()),
    serverId: () => ServerId.parse(next()),
    roleId: () => RoleId.parse(next()),
    channelId: () => ChannelId.parse(next()),
    messageId: () => MessageId.parse(next()),
    attachmentId: () => AttachmentId.parse(next()),
    auditEntryId: () => AuditEntryId.parse(next()),
    voiceSessionId: () => VoiceSessionId.parse(next()),
  };
};

/** Below every id that is made in that moment and later: what there is since then is a range of ids. */
export const floorIdOf = (ms: number): string => {
  const time = Math.max(0, Math.floor(ms)).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
};
