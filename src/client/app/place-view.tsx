/** What the middle shows for each place of the app. */
import { Compass, DoorOpen, Hash, MessagesSquare } from "lucide-react";
import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import { Redirect, useLocation } from "wouter";

import { listTextChannels } from "#client/features/channels/channel-tree.ts";
import { useMentionCount } from "#client/features/channels/use-unread.ts";
import { useLeftWriting } from "#client/features/messages/use-left-writing.ts";
import { findLastChannel, findLastServer, rememberPlace } from "#client/features/navigation/last-place.ts";
import { type AdminSection, channelPath, type Place, serverPath } from "#client/features/navigation/paths.ts";
import { useTitle } from "#client/features/navigation/use-title.ts";
import { type ServerDialog, ServerDialogs } from "#client/features/servers/server-rail.tsx";
import { useSeenChannels } from "#client/features/servers/use-rights.ts";
import { Failure } from "#client/features/session/failure.tsx";
import { findTrouble } from "#client/features/session/trouble.ts";
import { useMe } from "#client/features/users/use-me.ts";
import { Button } from "#client/ui/button.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ChannelId, ServerId } from "#shared/ids.ts";

import { ErrorBoundary } from "./error-boundary.tsx";
import styles from "./shell.module.css";
import { useChannelKeys } from "./use-channel-keys.ts";
import { useLostChannel } from "./use-lost-places.ts";
import { useServer } from "./use-server.ts";

const Conversation = lazy(() =>
  import("#client/features/messages/conversation.tsx").then((module) => ({ default: module.Conversation })),
);

const AdminPage = lazy(() =>
  import("#client/features/admin/admin-page.tsx").then((module) => ({ default: module.AdminPage })),
);

const VoiceView = lazy(() =>
  import("#client/features/voice/view/voice-view.tsx").then((module) => ({ default: module.VoiceView })),
);

/** How the conversation reaches the panes beside it. */
export type Neighbours = {
  isMembersOpen: boolean;
  onToggleMembers: () => void;
  onOpenChannels: () => void;
};

const Failed = ({ title, error, onRetry }: { title: string; error: unknown; onRetry: () => void }) => (
  <div className={styles.note}>
    <Failure title={title} error={error} onRetry={onRetry} />
  </div>
);

const Loading = () => <SkeletonList label="Loading" rows={7} hasText />;

const Gone = ({ title, children }: { title: string; children: ReactNode }) => {
  const [, navigate] = useLocation();
  useTitle(title, useMentionCount());
  return (
    <EmptyState
      icon={<Compass />}
      title={title}
      action={<Button onClick={() => navigate("/")}>Go to your servers</Button>}
    >
      {children}
    </EmptyState>
  );
};

const Welcome = () => {
  const [open, setOpen] = useState<ServerDialog>("none");
  useTitle([]);
  return (
    <>
      <EmptyState
        icon={<DoorOpen />}
        title="Welcome to Together"
        action={
          <>
            <Button variant="primary" onClick={() => setOpen("create")}>
              Create a server
            </Button>
            <Button onClick={() => setOpen("join")}>Join with a link</Button>
          </>
        }
      >
        A server is a place for your people. Make one, or go where a friend has invited you.
      </EmptyState>
      <ServerDialogs open={open} onClose={() => setOpen("none")} />
    </>
  );
};

const Home = () => {
  const list = trpc.servers.list.useQuery();
  const { data: servers, refetch } = list;
  const trouble = findTrouble(list);
  if (trouble !== null) {
    return <Failed title="Your servers can’t be shown" error={trouble} onRetry={() => void refetch()} />;
  }
  if (!servers) return <Loading />;
  const last = findLastServer(servers);
  return last ? <Redirect to={serverPath(last.id)} replace /> : <Welcome />;
};

/** Without a channel in the address: the one last seen. */
const ServerHome = ({ server, channels }: { server: Server; channels: readonly Channel[] }) => {
  const mentionCount = useMentionCount();
  useTitle([server.name], mentionCount);
  const last = findLastChannel(server.id, listTextChannels(channels));
  if (last) return <Redirect to={channelPath(server.id, last.id)} replace />;
  return (
    <EmptyState icon={<MessagesSquare />} title="No channel to read here">
      {server.name} has no text channel that you can see. Whoever runs it can make one.
    </EmptyState>
  );
};

const ChannelGone = ({ server, channelId }: { server: Server; channelId: ChannelId }) => {
  const [, navigate] = useLocation();
  const left = useLeftWriting();
  const [hasLeft, setHasLeft] = useState(() => left.has(channelId));
  const discard = (): void => {
    left.discard(channelId);
    setHasLeft(false);
  };
  useTitle(server.name, useMentionCount());
  return (
    <EmptyState
      icon={<Hash />}
      title="This channel isn’t here"
      action={
        <>
          <Button onClick={() => navigate(serverPath(server.id))}>Go to another channel</Button>
          {hasLeft && <Button onClick={discard}>Discard what you wrote</Button>}
        </>
      }
    >
      It was deleted, or you can’t see it.
      {hasLeft && " What you wrote in it and did not send is kept, and comes back with it."}
    </EmptyState>
  );
};

type OpenProps = { server: Server; channel: Channel; neighbours: Neighbours };

const OpenChannel = ({ server, channel, neighbours }: OpenProps) => {
  const mentionCount = useMentionCount();
  useTitle([`#${channel.name}`, server.name], mentionCount);
  useChannelKeys(server.id, channel.id);
  useEffect(() => rememberPlace(server.id, channel.id), [server.id, channel.id]);
  return (
    <ErrorBoundary resetKey={channel.id}>
      <Suspense fallback={<Loading />}>
        <Conversation serverId={server.id} channelId={channel.id} {...neighbours} />
      </Suspense>
    </ErrorBoundary>
  );
};

const OpenVoiceChannel = ({ server, channel, neighbours }: OpenProps) => {
  const mentionCount = useMentionCount();
  useTitle([channel.name, server.name], mentionCount);
  useChannelKeys(server.id, channel.id);
  return (
    <ErrorBoundary resetKey={channel.id}>
      <Suspense fallback={<Loading />}>
        <VoiceView key={channel.id} serverId={server.id} channel={channel} {...neighbours} />
      </Suspense>
    </ErrorBoundary>
  );
};

const InServer = ({
  server,
  channelId,
  neighbours,
}: {
  server: Server;
  channelId: ChannelId | undefined;
  neighbours: Neighbours;
}) => {
  const list = trpc.channels.list.useQuery({ serverId: server.id });
  const { data, refetch } = list;
  const trouble = findTrouble(list);
  const channels = useSeenChannels(server.id, data);
  const isLost = useLostChannel(server.id, data, channelId);
  if (trouble !== null) {
    return <Failed title="This server can’t be shown" error={trouble} onRetry={() => void refetch()} />;
  }
  if (!channels || isLost) return <Loading />;
  if (channelId === undefined) return <ServerHome server={server} channels={channels} />;
  const channel = channels.find(({ id }) => id === channelId);
  if (channel?.type === "text")
    return <OpenChannel server={server} channel={channel} neighbours={neighbours} />;
  if (channel?.type === "voice")
    return <OpenVoiceChannel server={server} channel={channel} neighbours={neighbours} />;
  return <ChannelGone server={server} channelId={channelId} />;
};

const ServerPlace = ({
  serverId,
  ...rest
}: {
  serverId: ServerId;
  channelId?: ChannelId;
  neighbours: Neighbours;
}) => {
  const state = useServer(serverId);
  switch (state.kind) {
    case "loading":
      return <Loading />;
    case "here":
      return <InServer server={state.server} channelId={rest.channelId} neighbours={rest.neighbours} />;
    case "gone":
      return (
        <Gone title="This server isn’t here">
          It was deleted, or you are not a member of it. An invite may bring you back.
        </Gone>
      );
    case "failed":
      return <Failed title="This server can’t be shown" error={state.error} onRetry={state.retry} />;
    default:
      return state satisfies never;
  }
};

const Nowhere = () => <Gone title="Nothing is here">This address leads nowhere in Together.</Gone>;

/** For everybody else it is no address at all. */
const AdminPlace = ({ section, onBack }: { section: AdminSection; onBack: () => void }) => {
  const { isAdmin } = useMe();
  if (!isAdmin) return <Nowhere />;
  return (
    <ErrorBoundary resetKey={section}>
      <Suspense fallback={<Loading />}>
        <AdminPage section={section} onBack={onBack} />
      </Suspense>
    </ErrorBoundary>
  );
};

export const PlaceView = ({ place, neighbours }: { place: Place; neighbours: Neighbours }) => {
  switch (place.kind) {
    case "home":
      return <Home />;
    case "server":
    case "channel":
      return <ServerPlace {...place} neighbours={neighbours} />;
    case "admin":
      return <AdminPlace section={place.section} onBack={neighbours.onOpenChannels} />;
    case "unknown":
      return <Nowhere />;
    default:
      return place satisfies never;
  }
};
