import { Ellipsis, Pencil, Reply, Trash2 } from "lucide-react";

import { IconButton } from "#client/ui/icon-button.tsx";
import type { Message } from "#shared/contract/messages.ts";

import styles from "./message.module.css";
import { openRowMenu } from "./row-menu.ts";
import type { MessageActions } from "./use-message-actions.tsx";

const More = ({ className }: { className?: string | undefined }) => (
  <IconButton
    label="More actions"
    icon={<Ellipsis />}
    size="small"
    aria-haspopup="menu"
    onClick={({ currentTarget }) => openRowMenu(currentTarget)}
    {...(className !== undefined && { className })}
  />
);

/** Stands at a message under the pointer or with the focus. */
export const MessageToolbar = ({ message, actions }: { message: Message; actions: MessageActions }) => (
  <div className={styles.toolbar} role="toolbar" aria-label="Message actions">
    {actions.canReply && (
      <IconButton label="Reply" icon={<Reply />} size="small" onClick={() => actions.reply(message)} />
    )}
    {actions.canEdit(message) && (
      <IconButton label="Edit" icon={<Pencil />} size="small" onClick={() => actions.edit(message)} />
    )}
    {actions.canDelete(message) && (
      <IconButton label="Delete" icon={<Trash2 />} size="small" onClick={() => actions.remove(message)} />
    )}
    <More />
  </div>
);

/** Where nothing hovers, each message has this one. */
export const MoreButton = () => <More className={styles.more} />;
