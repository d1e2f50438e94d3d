import { useCallback } from "react";

import { isEveryone } from "#client/features/roles/role-order.ts";
import { useAllRoles } from "#client/features/roles/use-roles.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { ServerId } from "#shared/ids.ts";

import { isPrivate, toDraft } from "./permissions/override-draft.ts";

/** Whether somebody without a role does not see this channel. */
export const useIsPrivate = (serverId: ServerId): ((channel: Channel) => boolean) => {
  const everyone = useAllRoles(serverId).find(isEveryone);
  return useCallback(
    ({ overrides }) => everyone !== undefined && isPrivate(toDraft(overrides), everyone),
    [everyone],
  );
};
