import {
  HeadphoneOff,
  Keyboard,
  LogOut,
  MessageSquareText,
  MicOff,
  Settings,
  ShieldCheck,
  UserRound,
} from "lucide-react";
import type { ComponentProps } from "react";
import { useLocation } from "wouter";

import { adminPath } from "#client/features/navigation/paths.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { useOpenSettings } from "#client/features/settings/settings-context.tsx";
import { useCallActions } from "#client/features/voice/use-call-actions.ts";
import { useCallChannelId, useOwnVoice } from "#client/features/voice/voice-context.tsx";
import { voiceShortcuts } from "#client/features/voice/voice-shortcuts.ts";
import { Avatar, presenceLabels, PresenceDot } from "#client/ui/avatar.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { Kbd } from "#client/ui/kbd.tsx";
import { DropdownMenu, type MenuEntry } from "#client/ui/menu.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { trpc } from "#sdk/react.ts";
import { ChosenStatus, type Me } from "#shared/contract/users.ts";

import { useMe } from "./use-me.ts";
import { useSignOut } from "./use-sign-out.ts";
import styles from "./user-panel.module.css";

const choices = ChosenStatus.options;

/** The chosen status at once; the event says the same a moment later. */
const useChooseStatus = () => {
  const utils = trpc.useUtils();
  const choose = (status: ChosenStatus): void =>
    utils.users.me.setData(undefined, (me) => me && { ...me, chosenStatus: status, status });
  return trpc.users.setStatus.useMutation({
    onMutate: ({ status }) => {
      const before = utils.users.me.getData()?.chosenStatus;
      choose(status);
      return { before };
    },
    onError: (error, _, context) => {
      if (context?.before) choose(context.before);
      toast.error(errorText(error));
    },
  });
};

/** The panel of the call has them too; here they are by the name that they belong to. */
const useCallItems = (): readonly MenuEntry[] => {
  const isInCall = useCallChannelId() !== undefined;
  const { isMuted, isDeaf } = useOwnVoice();
  const { toggleMute, toggleDeaf } = useCallActions();
  if (!isInCall) return [];
  return [
    {
      kind: "item",
      label: isMuted ? "Unmute" : "Mute",
      icon: <MicOff />,
      shortcut: <Kbd shortcut={voiceShortcuts.mute} />,
      onSelect: toggleMute,
    },
    {
      kind: "item",
      label: isDeaf ? "Undeafen" : "Deafen",
      icon: <HeadphoneOff />,
      shortcut: <Kbd shortcut={voiceShortcuts.deafen} />,
      onSelect: toggleDeaf,
    },
    { kind: "separator" },
  ];
};

/** For those who govern the instance. */
const useAdminItems = (me: Me, onOpen: () => void): readonly MenuEntry[] => {
  const [, navigate] = useLocation();
  if (!me.isAdmin) return [];
  const open = (): void => {
    navigate(adminPath());
    onOpen();
  };
  return [
    { kind: "item", label: "Administration", icon: <ShieldCheck />, onSelect: open },
    { kind: "separator" },
  ];
};

type Reach = {
  onShowKeys: () => void;
  /** When what is in the middle should come to the front. */
  onOpen: () => void;
};

const useItems = (me: Me, { onShowKeys, onOpen }: Reach): readonly MenuEntry[] => {
  const openSettings = useOpenSettings();
  const adminItems = useAdminItems(me, onOpen);
  const signOut = useSignOut();
  const { mutate } = useChooseStatus();
  const callItems = useCallItems();
  return [
    ...callItems,
    { kind: "label", text: "Show me as" },
    ...choices.map((status): MenuEntry => ({
      kind: "checkbox",
      label: presenceLabels[status],
      icon: (
        <span className={styles.dot}>
          <PresenceDot presence={status} />
        </span>
      ),
      isChecked: me.chosenStatus === status,
      onCheckedChange: () => mutate({ status }),
    })),
    { kind: "separator" },
    {
      kind: "item",
      label: me.customStatus === null ? "Set a status" : "Change the status",
      icon: <MessageSquareText />,
      onSelect: () => openSettings("profile"),
    },
    {
      kind: "item",
      label: "Account and devices",
      icon: <UserRound />,
      onSelect: () => openSettings("account"),
    },
    {
      kind: "item",
      label: "Keys",
      icon: <Keyboard />,
      shortcut: <Kbd shortcut="mod+/" />,
      onSelect: onShowKeys,
    },
    { kind: "separator" },
    ...adminItems,
    { kind: "item", label: "Sign out", icon: <LogOut />, onSelect: () => void signOut() },
  ];
};

/** What it is given besides comes from the menu that it opens. */
const MeButton = ({ me, ...rest }: { me: Me } & ComponentProps<"button">) => {
  const line = me.customStatus ?? presenceLabels[me.chosenStatus];
  return (
    <button type="button" {...rest} className={styles.me}>
      <Avatar id={me.id} name={me.displayName} imageUrl={me.avatarUrl} presence={me.chosenStatus} />
      <span className={styles.words}>
        <span className={styles.name}>{me.displayName}</span>
        <span className={styles.line}>{line}</span>
      </span>
      <VisuallyHidden> (your status and account)</VisuallyHidden>
    </button>
  );
};

/** Oneself, at the bottom left: how one is shown, and the settings. */
export const UserPanel = (reach: Reach) => {
  const me = useMe();
  const openSettings = useOpenSettings();
  const items = useItems(me, reach);
  return (
    <section className={styles.panel} aria-label="You">
      <DropdownMenu items={items} side="top" align="start">
        <MeButton me={me} />
      </DropdownMenu>
      <IconButton label="Settings" icon={<Settings />} onClick={() => openSettings("all")} />
    </section>
  );
};
