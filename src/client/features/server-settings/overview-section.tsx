import { Crown, LogOut, Trash2 } from "lucide-react";
import { lazy, Suspense, useState, type ReactNode } from "react";

import { findServerNameFault } from "#client/features/servers/create-server-dialog.tsx";
import { DeleteDialog, LeaveDialog } from "#client/features/servers/parting-dialogs.tsx";
import { useRights } from "#client/features/servers/use-rights.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Button } from "#client/ui/button.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { trpc } from "#sdk/react.ts";
import type { Server } from "#shared/contract/servers.ts";
import { limits } from "#shared/limits.ts";

import styles from "./overview-section.module.css";
import { SaveBar } from "./save-bar.tsx";
import type { SectionProps } from "./sections.tsx";
import { useUnsaved } from "./unsaved.tsx";

const TransferDialog = lazy(() =>
  import("#client/features/servers/transfer-dialog.tsx").then((module) => ({
    default: module.TransferDialog,
  })),
);

const NameForm = ({ server }: { server: Server }) => {
  const [draft, setDraft] = useState<string>();
  const update = trpc.servers.update.useMutation({ onSuccess: () => setDraft(undefined) });
  const name = draft ?? server.name;
  const fault = findServerNameFault(name);
  const isUnsaved = name.trim() !== server.name;
  useUnsaved(isUnsaved);
  const save = (): void => {
    if (isUnsaved && fault === undefined && !update.isPending) update.mutate({ serverId: server.id, name });
  };
  const reset = (): void => {
    setDraft(undefined);
    update.reset();
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <div className={styles.name}>
        <Avatar id={server.id} name={name.trim() || "?"} imageUrl={server.iconUrl} size={80} shape="square" />
        <div className={styles.field}>
          <TextField
            label="Server name"
            value={name}
            limit={limits.serverName.maxLength}
            autoComplete="off"
            error={fault}
            onChange={(event) => setDraft(event.target.value)}
          />
        </div>
      </div>
      <SaveBar
        isUnsaved={isUnsaved}
        isPending={update.isPending}
        error={update.error}
        onSave={save}
        onReset={reset}
      />
    </form>
  );
};

const Way = ({ title, children, action }: { title: string; children: string; action: ReactNode }) => (
  <li className={styles.way}>
    <div className={styles.words}>
      <p className={styles.title}>{title}</p>
      <p className={styles.muted}>{children}</p>
    </div>
    {action}
  </li>
);

type Open = "none" | "transfer" | "delete" | "leave";

const Ways = ({ server, onOpen }: { server: Server; onOpen: (open: Open) => void }) => {
  const { isOwner } = useRights(server.id);
  if (!isOwner) {
    return (
      <Way
        title="Leave this server"
        action={
          <Button icon={<LogOut />} onClick={() => onOpen("leave")}>
            Leave…
          </Button>
        }
      >
        You come back only with an invite.
      </Way>
    );
  }
  return (
    <>
      <Way
        title="Transfer ownership"
        action={
          <Button icon={<Crown />} onClick={() => onOpen("transfer")}>
            Transfer…
          </Button>
        }
      >
        Somebody else then decides about everything here. An owner who wants to leave does this first.
      </Way>
      <Way
        title="Delete this server"
        action={
          <Button variant="danger" icon={<Trash2 />} onClick={() => onOpen("delete")}>
            Delete…
          </Button>
        }
      >
        All of its channels and messages are gone for everyone, for good.
      </Way>
    </>
  );
};

/** A server's name, and the ways out of it. */
export const OverviewSection = ({ server }: SectionProps) => {
  const [open, setOpen] = useState<Open>("none");
  const props = { server, onClose: () => setOpen("none") };
  return (
    <div className={styles.section}>
      <NameForm server={server} />
      <ul className={styles.ways} aria-label="Ownership">
        <Ways server={server} onOpen={setOpen} />
      </ul>
      {open === "transfer" && (
        <Suspense>
          <TransferDialog {...props} />
        </Suspense>
      )}
      {open === "delete" && <DeleteDialog {...props} />}
      {open === "leave" && <LeaveDialog {...props} />}
    </div>
  );
};
