/** The dialogs that belong to no place of the app: one at a time, each loaded when it is first opened. */
import { lazy, Suspense } from "react";

import type { SettingsPlace } from "#client/features/settings/settings-context.tsx";
import type { ServerId } from "#shared/ids.ts";

import { ShortcutsDialog } from "./shortcuts-dialog.tsx";

const SettingsDialog = lazy(() =>
  import("#client/features/settings/settings-dialog.tsx").then((module) => ({
    default: module.SettingsDialog,
  })),
);
const QuickSwitcher = lazy(() =>
  import("#client/features/switcher/quick-switcher.tsx").then((module) => ({
    default: module.QuickSwitcher,
  })),
);

export type ShellDialog =
  | { kind: "none" }
  | { kind: "keys" }
  | { kind: "switcher" }
  | { kind: "settings"; place: SettingsPlace };

type Props = {
  dialog: ShellDialog;
  onChange: (dialog: ShellDialog) => void;
  /** The server that is open. */
  serverId: ServerId | undefined;
  /** When the conversation should come to the front. */
  onGo: () => void;
};

export const ShellDialogs = ({ dialog, onChange, serverId, onGo }: Props) => {
  const close = (): void => onChange({ kind: "none" });
  switch (dialog.kind) {
    case "none":
      return null;
    case "keys":
      return <ShortcutsDialog onClose={close} />;
    case "switcher":
      return (
        <Suspense>
          <QuickSwitcher serverId={serverId} onClose={close} onGo={onGo} />
        </Suspense>
      );
    case "settings":
      return (
        <Suspense>
          <SettingsDialog
            place={dialog.place}
            onPlaceChange={(place) => onChange({ kind: "settings", place })}
            onClose={close}
          />
        </Suspense>
      );
    default:
      return dialog satisfies never;
  }
};
