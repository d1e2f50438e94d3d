import { Suspense, useState } from "react";

import { useRights } from "#client/features/servers/use-rights.ts";
import { SectionsDialog } from "#client/ui/sections-dialog.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import type { Server } from "#shared/contract/servers.ts";

import { listServerSections } from "./sections.tsx";
import { UnsavedProvider, useLeave } from "./unsaved.tsx";

type Props = { server: Server; onClose: () => void };

const Sections = ({ server, onClose }: Props) => {
  const [activeId, setActiveId] = useState<string>();
  const leave = useLeave();
  const close = (): void => leave(onClose);
  const sections = listServerSections(useRights(server.id)).map(({ id, label, icon, Section }) => ({
    id,
    label,
    icon,
    content: (
      <Suspense fallback={<SkeletonList label={`Loading ${label}`} rows={5} />}>
        <Section server={server} serverId={server.id} onClose={onClose} />
      </Suspense>
    ),
  }));
  // A right that was lost takes its section along.
  const isOffered = sections.some(({ id }) => id === activeId);
  return (
    <SectionsDialog
      title={`Settings of ${server.name}`}
      sections={sections}
      activeId={isOffered ? activeId : undefined}
      onActiveIdChange={(id) => leave(() => setActiveId(id))}
      onClose={close}
    />
  );
};

/** What governs a server, for whoever may. Loaded when it is first opened. */
export const ServerSettingsDialog = (props: Props) => (
  <UnsavedProvider>
    <Sections {...props} />
  </UnsavedProvider>
);
