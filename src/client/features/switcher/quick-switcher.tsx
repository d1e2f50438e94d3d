/** Finds a channel, a person or a server by some letters of its name. Loaded when it is first opened. */
import { Command } from "cmdk";
import { SearchX } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";

import { MemberProfileDialog } from "#client/features/members/member-profile-dialog.tsx";
import { adminPath, channelPath, serverPath } from "#client/features/navigation/paths.ts";
import { useRights } from "#client/features/servers/use-rights.ts";
import { useViewing } from "#client/features/servers/view-as/view-as-context.tsx";
import { Failure } from "#client/features/session/failure.tsx";
import { findTrouble } from "#client/features/session/trouble.ts";
import { Dialog } from "#client/ui/dialog.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { Server } from "#shared/contract/servers.ts";
import type { ServerId } from "#shared/ids.ts";

import { type Destination, getKey, listSections } from "./destinations.ts";
import styles from "./quick-switcher.module.css";
import { SwitcherItem } from "./switcher-item.tsx";
import { useAdminPlace, usePeople, usePlaces } from "./use-destinations.ts";

type ListProps = {
  destinations: readonly Destination[];
  serverId: ServerId | undefined;
  onChoose: (destination: Destination) => void;
};

const Finder = ({ destinations, serverId, onChoose }: ListProps) => {
  const [query, setQuery] = useState("");
  const [activeKey, setActiveKey] = useState<string>();
  const sections = listSections(destinations, { query, serverId });
  const shown = sections.flatMap((section) => section.destinations);
  const first = shown[0];
  // What is chosen may go out of the list while one types; the best then stands for it.
  const isActiveShown = shown.some((destination) => getKey(destination) === activeKey);
  const value = isActiveShown ? activeKey : first && getKey(first);
  const search = (text: string): void => {
    setQuery(text);
    setActiveKey(undefined);
  };
  return (
    <Command
      className={styles.finder}
      label="Find a channel, a person or a server"
      shouldFilter={false}
      loop
      value={value ?? ""}
      onValueChange={setActiveKey}
    >
      <Command.Input
        className={styles.input}
        placeholder="Name of a channel, person or server"
        value={query}
        onValueChange={search}
      />
      <Command.List className={styles.list} label="Places and people">
        {sections.map(({ title, destinations: inSection }) => (
          <Command.Group key={title} className={styles.group} {...(title !== null && { heading: title })}>
            {inSection.map((destination) => (
              <SwitcherItem key={getKey(destination)} destination={destination} onChoose={onChoose} />
            ))}
          </Command.Group>
        ))}
      </Command.List>
      {shown.length === 0 && (
        <div className={styles.nothing} aria-live="polite">
          <EmptyState icon={<SearchX />} title="Nothing found">
            No channel, person or server that you can see is called that.
          </EmptyState>
        </div>
      )}
    </Command>
  );
};

type FinderProps = {
  servers: readonly Server[];
  serverId: ServerId | undefined;
  onChoose: (destination: Destination) => void;
};

const PlaceFinder = ({ servers, ...rest }: FinderProps) => (
  <Finder destinations={[...usePlaces(servers), ...useAdminPlace()]} {...rest} />
);

/** With the people of the server that is open. */
const PeopleFinder = ({ servers, serverId, onChoose }: FinderProps & { serverId: ServerId }) => {
  const { viewAs } = useViewing();
  const { canIn } = useRights(serverId);
  const places = usePlaces(
    servers,
    (channel) => channel.serverId !== viewAs?.serverId || canIn(channel, "VIEW_CHANNEL"),
  );
  const people = usePeople(serverId);
  const admin = useAdminPlace();
  return <Finder destinations={[...places, ...people, ...admin]} serverId={serverId} onChoose={onChoose} />;
};

/** What is near stands before what is as good elsewhere. */
const putFirst = (servers: readonly Server[], serverId: ServerId | undefined): Server[] =>
  servers.toSorted((a, b) => Number(b.id === serverId) - Number(a.id === serverId));

const Content = ({ serverId, onChoose }: Omit<FinderProps, "servers">) => {
  const list = trpc.servers.list.useQuery();
  const { data: servers, refetch, isFetching } = list;
  const trouble = findTrouble(list);
  if (servers) {
    const props = { servers: putFirst(servers, serverId), onChoose };
    const isHere = servers.some(({ id }) => id === serverId);
    return serverId !== undefined && isHere ? (
      <PeopleFinder {...props} serverId={serverId} />
    ) : (
      <PlaceFinder {...props} serverId={undefined} />
    );
  }
  if (trouble === null) return <SkeletonList label="Loading your servers" rows={5} />;
  return (
    <Failure
      title="Your servers can’t be shown"
      error={trouble}
      onRetry={() => void refetch()}
      isRetrying={isFetching}
    />
  );
};

type Props = {
  /** The server that is open: its people are found too. */
  serverId: ServerId | undefined;
  onClose: () => void;
  /** When the conversation should come to the front. */
  onGo: () => void;
};

export const QuickSwitcher = ({ serverId, onClose, onGo }: Props) => {
  const [, navigate] = useLocation();
  const [person, setPerson] = useState<Member>();
  const goTo = (path: string): void => {
    navigate(path);
    onGo();
    onClose();
  };
  const choose = (destination: Destination): void => {
    if (destination.kind === "person") setPerson(destination.member);
    else if (destination.kind === "admin") goTo(adminPath());
    else if (destination.kind === "server") goTo(serverPath(destination.server.id));
    else goTo(channelPath(destination.server.id, destination.channel.id));
  };
  if (person) return <MemberProfileDialog member={person} onClose={onClose} />;
  return (
    <Dialog isOpen onOpenChange={onClose} title="Find or jump to">
      <Content serverId={serverId} onChoose={choose} />
    </Dialog>
  );
};
