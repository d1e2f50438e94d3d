import { Dialog } from "#client/ui/dialog.tsx";
import type { Member } from "#shared/contract/members.ts";

import { getMemberName } from "./member-index.ts";
import { ProfileCard } from "./member-profile.tsx";

/** Who somebody is, where no name stands beside which it could be shown. */
export const MemberProfileDialog = ({ member, onClose }: { member: Member; onClose: () => void }) => (
  <Dialog isOpen onOpenChange={onClose} title={`Profile of ${getMemberName(member)}`} size="small">
    <ProfileCard serverId={member.serverId} user={member.user} isWide onDone={onClose} />
  </Dialog>
);
