import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import type { Server } from "#shared/contract/servers.ts";

import { InvitesSection } from "./invites-section.tsx";

/** Every link that leads into the server. */
export const InviteListDialog = ({ server, onClose }: { server: Server; onClose: () => void }) => (
  <Dialog
    isOpen
    onOpenChange={onClose}
    title={`Invites to ${server.name}`}
    description="The links that people can join with."
    footer={<Button onClick={onClose}>Close</Button>}
  >
    <InvitesSection serverId={server.id} />
  </Dialog>
);
