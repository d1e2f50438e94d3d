import { Hash, LayoutList, MessageCircle, Settings, Users } from "lucide-react";
import { useCallback, useState, useSyncExternalStore, type ReactNode } from "react";
import { useLocation } from "wouter";

import { AdminNav, sectionWords } from "#client/features/admin/admin-nav.tsx";
import { useFavicon } from "#client/features/attention/use-favicon.ts";
import { useMentionNotifications } from "#client/features/attention/use-mention-notifications.ts";
import { ChannelsColumn } from "#client/features/channels/channels-column.tsx";
import { useMentionCount } from "#client/features/channels/use-unread.ts";
import { MembersColumn } from "#client/features/members/members-column.tsx";
import { type Place, readPlace } from "#client/features/navigation/paths.ts";
import { ServerRail } from "#client/features/servers/server-rail.tsx";
import { ViewAsBanner } from "#client/features/servers/view-as/view-as-banner.tsx";
import { ViewAsProvider } from "#client/features/servers/view-as/view-as-context.tsx";
import { Logo } from "#client/features/session/logo.tsx";
import { type SettingsPlace, SettingsProvider } from "#client/features/settings/settings-context.tsx";
import { SwitcherProvider } from "#client/features/switcher/switcher-context.tsx";
import { useVoiceKeys } from "#client/features/voice/use-voice-keys.ts";
import { useCallChannelId } from "#client/features/voice/voice-context.tsx";
import { VoiceAnnouncer } from "#client/features/voice/voice-announcer.tsx";
import { VoicePanel } from "#client/features/voice/voice-panel.tsx";
import { useMe } from "#client/features/users/use-me.ts";
import { UserPanel } from "#client/features/users/user-panel.tsx";
import { useShortcuts } from "#client/lib/shortcuts.ts";
import { createStored } from "#client/lib/storage.ts";
import { phoneQuery, useMediaQuery } from "#client/lib/use-media-query.ts";
import { Badge } from "#client/ui/badge.tsx";
import { type Pane, Panes } from "#client/ui/panes.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { trpc } from "#sdk/react.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";

import { ConnectionBanner } from "./connection-banner.tsx";
import { type Neighbours, PlaceView } from "./place-view.tsx";
import { type ShellDialog, ShellDialogs } from "./shell-dialogs.tsx";
import styles from "./shell.module.css";
import { useLostServers } from "./use-lost-places.ts";

type PaneId = "channels" | "chat" | "members";

const widthsPx = { channels: 316, members: 248 } as const;

/** Room for the composer and the keyboard, but hardly for a bar below them. */
const shortQuery = "(max-height: 440px)";
/** Beside a member list the conversation would be narrow; it opens only when asked for. */
const wideQuery = "(min-width: 1100px)";

/** Undefined until chosen: then the width decides. */
const storedMembers = createStored<boolean | null>({
  key: "members-open",
  parse: (value) => (typeof value === "boolean" ? value : undefined),
  fallback: null,
});

const useMembersOpen = (): [boolean, (isOpen: boolean) => void] => {
  const chosen = useSyncExternalStore(storedMembers.subscribe, storedMembers.get);
  const isWide = useMediaQuery(wideQuery);
  return [chosen ?? isWide, storedMembers.set];
};

const getServerId = (place: Place): ServerId | undefined =>
  place.kind === "server" || place.kind === "channel" ? place.serverId : undefined;

const getChannelId = (place: Place): ChannelId | undefined =>
  place.kind === "channel" ? place.channelId : undefined;

/** Beside the rail while no server is open. */
const NoServer = () => (
  <div className={styles.noServer}>
    <p className={styles.brand}>
      <Logo size={28} />
      Together
    </p>
    <p className={styles.hint}>Your servers stand in the row at the left. The + adds one.</p>
  </div>
);

type BesideRailProps = { place: Place; server: Server | undefined; onOpen: () => void };

const BesideRail = ({ place, server, onOpen }: BesideRailProps) => {
  const { isAdmin } = useMe();
  if (place.kind === "admin" && isAdmin) return <AdminNav active={place.section} onOpen={onOpen} />;
  if (!server) return <NoServer />;
  return <ChannelsColumn key={server.id} server={server} activeId={getChannelId(place)} onOpen={onOpen} />;
};

/** The rail, the channels of the open server, and oneself. */
const Places = ({
  place,
  panel,
  onOpen,
  onShowKeys,
}: {
  place: Place;
  /** The call's, where it stands here. */
  panel: ReactNode;
  onOpen: () => void;
  onShowKeys: () => void;
}) => {
  const serverId = getServerId(place);
  const { data: servers } = trpc.servers.list.useQuery();
  const server = servers?.find(({ id }) => id === serverId);
  return (
    <div className={styles.places}>
      <div className={styles.lists}>
        <ServerRail activeId={serverId} />
        <BesideRail place={place} server={server} onOpen={onOpen} />
      </div>
      {panel}
      <UserPanel onShowKeys={onShowKeys} onOpen={onOpen} />
    </div>
  );
};

/** Which pane a phone shows, and whether the members stand beside the conversation elsewhere. */
const useLayout = () => {
  const [activeId, setActiveId] = useState<PaneId>("chat");
  const [isMembersOpen, setMembersOpen] = useMembersOpen();
  const isPhone = useMediaQuery(phoneQuery);
  const isShown = isPhone ? activeId === "members" : isMembersOpen;
  const neighbours: Neighbours = {
    isMembersOpen: isShown,
    onToggleMembers: () =>
      isPhone ? setActiveId(isShown ? "chat" : "members") : setMembersOpen(!isMembersOpen),
    onOpenChannels: () => setActiveId("channels"),
  };
  return { activeId, setActiveId, isMembersOpen, neighbours };
};

/** Beside the bar of a phone the panel is in reach whatever is in view; elsewhere it stands below the channels. */
const useVoicePanel = (place: Place, layout: ReturnType<typeof useLayout>) => {
  const isPhone = useMediaQuery(phoneQuery);
  const isShort = useMediaQuery(shortQuery);
  const callId = useCallChannelId();
  const panel = <VoicePanel onOpen={() => layout.setActiveId("chat")} />;
  if (!isPhone || isShort) return { besideChannels: panel, aboveBar: null };
  // There the call has a bar of its own.
  const isCallInView = callId !== undefined && callId === getChannelId(place) && layout.activeId === "chat";
  return { besideChannels: null, aboveBar: isCallInView ? null : panel };
};

/** On a phone the bar names what stands there; the administrators' pages have sections in the place of channels. */
const getPaneWords = (place: Place) =>
  place.kind === "admin"
    ? { channels: { label: "Sections", icon: <LayoutList /> }, chat: sectionWords[place.section] }
    : {
        channels: { label: "Channels", icon: <Hash /> },
        chat: { label: "Chat", icon: <MessageCircle /> },
      };

type PaneProps = { place: Place; layout: ReturnType<typeof useLayout>; panel: ReactNode };

const usePanes = ({ place, layout, panel }: PaneProps, onShowKeys: () => void): Pane[] => {
  const mentionCount = useMentionCount();
  const { data: servers } = trpc.servers.list.useQuery();
  // Of a server that is gone, nothing stays beside the words that say so.
  const wantedId = getServerId(place);
  const serverId = servers ? servers.find(({ id }) => id === wantedId)?.id : wantedId;
  const { neighbours, setActiveId, isMembersOpen } = layout;
  const words = getPaneWords(place);
  const panes: (Pane & { id: PaneId })[] = [
    {
      id: "channels",
      ...words.channels,
      widthPx: widthsPx.channels,
      content: (
        <Places place={place} panel={panel} onOpen={() => setActiveId("chat")} onShowKeys={onShowKeys} />
      ),
      ...(mentionCount > 0 && { badge: <Badge count={mentionCount} label="mentions" /> }),
    },
    {
      id: "chat",
      ...words.chat,
      element: "main",
      content: (
        <div className={styles.middle}>
          <PlaceView place={place} neighbours={neighbours} />
        </div>
      ),
    },
  ];
  if (serverId === undefined) return panes;
  const members: Pane & { id: PaneId } = {
    id: "members",
    label: "Members",
    element: "aside",
    icon: <Users />,
    widthPx: widthsPx.members,
    isFolded: !isMembersOpen,
    content: <MembersColumn key={serverId} serverId={serverId} onClose={neighbours.onToggleMembers} />,
  };
  return [...panes, members];
};

const PlacedShell = ({ place }: { place: Place }) => {
  useFavicon(useMentionCount() > 0);
  useMentionNotifications(getChannelId(place));
  useVoiceKeys();
  useLostServers(getServerId(place));
  const [dialog, setDialog] = useState<ShellDialog>({ kind: "none" });
  const layout = useLayout();
  const { besideChannels, aboveBar } = useVoicePanel(place, layout);
  const panes = usePanes({ place, layout, panel: besideChannels }, () => setDialog({ kind: "keys" }));
  const isShort = useMediaQuery(shortQuery);
  const toggle = (kind: "keys" | "switcher") => (): void =>
    setDialog({ kind: dialog.kind === kind ? "none" : kind });
  useShortcuts({ "mod+/": toggle("keys"), "mod+k": toggle("switcher") });
  const activeId = panes.some(({ id }) => id === layout.activeId) ? layout.activeId : "channels";
  const openSettings = useCallback((at: SettingsPlace) => setDialog({ kind: "settings", place: at }), []);
  const openSwitcher = useCallback(() => setDialog({ kind: "switcher" }), []);
  return (
    <SettingsProvider value={openSettings}>
      <SwitcherProvider value={openSwitcher}>
        <div className={styles.shell}>
          <VisuallyHidden>
            <h1>Together</h1>
          </VisuallyHidden>
          <ConnectionBanner />
          <ViewAsBanner />
          <VoiceAnnouncer />
          <Panes
            panes={panes}
            activeId={activeId}
            onActiveIdChange={(id) => {
              if (id === "channels" || id === "chat" || id === "members") layout.setActiveId(id);
            }}
            actions={[{ label: "Settings", icon: <Settings />, onSelect: () => openSettings("all") }]}
            hasBottomBar={!isShort}
            aboveBar={aboveBar}
          />
        </div>
        <ShellDialogs
          dialog={dialog}
          onChange={setDialog}
          serverId={getServerId(place)}
          onGo={() => layout.setActiveId("chat")}
        />
      </SwitcherProvider>
    </SettingsProvider>
  );
};

/** The app around the conversation, for somebody who is signed in. */
export const Shell = () => {
  const [path] = useLocation();
  const place = readPlace(path);
  return (
    <ViewAsProvider serverId={getServerId(place)}>
      <PlacedShell place={place} />
    </ViewAsProvider>
  );
};
