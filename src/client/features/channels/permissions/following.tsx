import { FolderTree } from "lucide-react";
import { useState, type ReactNode } from "react";

import { errorText } from "#client/features/session/error-text.ts";
import { Button } from "#client/ui/button.tsx";
import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { ServerId } from "#shared/ids.ts";

import styles from "./permissions.module.css";

const Line = ({ children, action }: { children: ReactNode; action?: ReactNode }) => (
  <div className={styles.following}>
    <FolderTree aria-hidden />
    <p className={styles.words}>{children}</p>
    {action}
  </div>
);

const FollowAgain = ({ channel, category }: { channel: Channel; category: Channel }) => {
  const [isAsking, setIsAsking] = useState(false);
  const follow = trpc.channels.followCategory.useMutation();
  return (
    <>
      <Button size="small" onClick={() => setIsAsking(true)}>
        Follow category again
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setIsAsking}
        title={`Follow ${category.name}?`}
        loss="The channel’s own permissions are gone; those of the category count instead."
        confirmLabel="Follow category"
        tone="primary"
        getErrorText={errorText}
        onConfirm={() => follow.mutateAsync({ channelId: channel.id }).then(() => undefined)}
      />
    </>
  );
};

type Props = {
  serverId: ServerId;
  channel: Channel;
  /** Whether it is about to get its own. */
  isOwn: boolean;
  onOwn: () => void;
};

/** Whether a channel's permissions are its category's or its own, and the way from the one to the other. */
export const Following = ({ serverId, channel, isOwn, onOwn }: Props) => {
  const { data: channels = [] } = trpc.channels.list.useQuery({ serverId }, { enabled: false });
  const category = channels.find(({ id }) => id === channel.parentId);
  if (!category) return null;
  if (!channel.followsCategory) {
    return (
      <Line action={<FollowAgain channel={channel} category={category} />}>
        Has permissions of its own, apart from <strong>{category.name}</strong>.
      </Line>
    );
  }
  if (isOwn) {
    return (
      <Line>
        It gets its own permissions with the first change that you save, beginning with those of{" "}
        <strong>{category.name}</strong>.
      </Line>
    );
  }
  return (
    <Line
      action={
        <Button size="small" onClick={onOwn}>
          Give it its own
        </Button>
      }
    >
      Follows <strong>{category.name}</strong>, and changes with it.
    </Line>
  );
};
