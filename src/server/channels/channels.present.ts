import type { Channel, SharedChannel } from "#shared/contract/channels.ts";
import type { MessageId } from "#shared/ids.ts";
import { formatPermissions, type Permissions } from "#shared/permissions.ts";

/** The channel for one caller. */
export const presentChannel = (
  channel: SharedChannel,
  permissions: Permissions,
  lastMessageId: MessageId | undefined,
): Channel => ({
  ...channel,
  permissions: formatPermissions(permissions),
  lastMessageId: lastMessageId ?? null,
});
