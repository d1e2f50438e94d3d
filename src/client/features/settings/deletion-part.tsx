import { useState } from "react";
import { Link } from "wouter";

import { serverPath } from "#client/features/navigation/paths.ts";
import { type OpenServerDialog, ServerDialogs } from "#client/features/servers/server-dialogs.tsx";
import { useMe } from "#client/features/users/use-me.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { ItemList, ListItem } from "#client/ui/item-list.tsx";
import { trpc } from "#sdk/react.ts";
import type { Server } from "#shared/contract/servers.ts";

import { DeleteAccountDialog } from "./delete-account-dialog.tsx";
import styles from "./settings.module.css";

const OwnedServer = ({ server }: { server: Server }) => {
  const [open, setOpen] = useState<OpenServerDialog>("none");
  return (
    <>
      <ListItem
        picture={<Avatar id={server.id} name={server.name} imageUrl={server.iconUrl} shape="square" />}
        title={<Link href={serverPath(server.id)}>{server.name}</Link>}
        actions={
          <>
            <Button size="small" aria-label={`Hand over ${server.name}`} onClick={() => setOpen("transfer")}>
              Hand over
            </Button>
            <Button size="small" aria-label={`Delete ${server.name}`} onClick={() => setOpen("delete")}>
              Delete
            </Button>
          </>
        }
      />
      <ServerDialogs open={open} server={server} onChange={setOpen} />
    </>
  );
};

/** A server must have an owner: they go first. */
const OwnedServers = ({ servers }: { servers: readonly Server[] }) => (
  <>
    <Callout
      tone="info"
      title={servers.length === 1 ? "You own a server" : `You own ${servers.length} servers`}
    >
      Hand {servers.length === 1 ? "it" : "them"} over to another member, or delete{" "}
      {servers.length === 1 ? "it" : "them"}. Then your account can be deleted.
    </Callout>
    <ItemList label="Servers that you own">
      {servers.map((server) => (
        <OwnedServer key={server.id} server={server} />
      ))}
    </ItemList>
  </>
);

/** The way out for good: what goes, what stays, and what has to be done first. */
export const DeletionPart = () => {
  const me = useMe();
  const { data: servers } = trpc.servers.list.useQuery();
  const [isAsking, setIsAsking] = useState(false);
  const owned = servers?.filter(({ ownerId }) => ownerId === me.id) ?? [];
  return (
    <div className={styles.section}>
      <h3 className={styles.heading}>Delete your account</h3>
      <ul className={styles.fate}>
        <li>
          <strong>What you wrote stays</strong>, as by “Deleted user”. What should not stay, delete before.
        </li>
        <li>
          <strong>Your name, picture, email address and password go</strong>, and with them your memberships
          and roles. This can’t be undone.
        </li>
      </ul>
      {owned.length > 0 && <OwnedServers servers={owned} />}
      <div>
        <Button variant="danger" disabled={!servers || owned.length > 0} onClick={() => setIsAsking(true)}>
          Delete account…
        </Button>
      </div>
      {isAsking && <DeleteAccountDialog onClose={() => setIsAsking(false)} />}
    </div>
  );
};
