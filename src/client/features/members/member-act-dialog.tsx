/** What is asked before something is done to a member; loaded when it is. */
import type { Member } from "#shared/contract/members.ts";

import { NicknameDialog } from "./nickname-dialog.tsx";
import { BanDialog, KickDialog } from "./removal-dialog.tsx";
import { TimeoutDialog } from "./timeout-dialog.tsx";

export type MemberAct = "nickname" | "timeout" | "kick" | "ban";

type Props = { act: MemberAct; member: Member; isOwn: boolean; onClose: () => void };

export const MemberActDialog = ({ act, isOwn, ...props }: Props) => {
  switch (act) {
    case "nickname":
      return <NicknameDialog {...props} isOwn={isOwn} />;
    case "timeout":
      return <TimeoutDialog {...props} />;
    case "kick":
      return <KickDialog {...props} />;
    case "ban":
      return <BanDialog {...props} />;
    default:
      return act satisfies never;
  }
};
