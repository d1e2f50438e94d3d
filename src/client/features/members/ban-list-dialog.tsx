import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import type { Server } from "#shared/contract/servers.ts";

import { BansSection } from "./bans-section.tsx";

/** Who is kept out of the server. */
export const BanListDialog = ({ server, onClose }: { server: Server; onClose: () => void }) => (
  <Dialog
    isOpen
    onOpenChange={onClose}
    title={`Bans in ${server.name}`}
    footer={<Button onClick={onClose}>Close</Button>}
  >
    <BansSection serverId={server.id} />
  </Dialog>
);
