import { Copy, Link, ListChecks, Pencil, Reply, Trash2 } from "lucide-react";
import { useEffect, useMemo, useRef, type ReactNode } from "react";

import type { MemberMenu } from "#client/features/members/use-member-menu.tsx";
import { channelPath } from "#client/features/navigation/paths.ts";
import type { ChannelRights } from "#client/features/servers/use-rights.ts";
import { copyText } from "#client/lib/clipboard.ts";
import type { MenuEntry } from "#client/ui/menu.tsx";
import { toast } from "#client/ui/toaster.tsx";
import type { Message } from "#shared/contract/messages.ts";
import type { ServerId } from "#shared/ids.ts";

import { toWriting } from "./mention-text.ts";
import type { People } from "./people-context.tsx";
import type { MessageEdits } from "./use-message-edits.ts";
import type { MessageRemoval } from "./use-message-removal.tsx";
import type { MessageSelection } from "./use-selection.tsx";

/** What may be done with messages; only what the server would allow is offered. */
export interface MessageActions {
  canReply: boolean;
  canEdit: (message: Message) => boolean;
  canDelete: (message: Message) => boolean;
  reply: (message: Message) => void;
  edit: (message: Message) => void;
  /** Asks first, unless Shift is held. */
  remove: (message: Message) => void;
  getItems: (message: Message) => readonly MenuEntry[];
  /** About who wrote it. */
  getAuthorItems: (message: Message) => readonly MenuEntry[];
}

/** Menus tell nothing of the keys that were held when something was chosen. */
const useShiftHeld = (): { readonly current: boolean } => {
  const isHeld = useRef(false);
  useEffect(() => {
    const note = (event: KeyboardEvent | PointerEvent): void => {
      isHeld.current = event.shiftKey;
    };
    const controller = new AbortController();
    const options = { capture: true, signal: controller.signal };
    for (const type of ["keydown", "keyup", "pointerdown", "pointerup"] as const) {
      window.addEventListener(type, note, options);
    }
    return () => controller.abort();
  }, []);
  return isHeld;
};

const copy = async (text: string, what: string): Promise<void> => {
  if (await copyText(text)) toast.success(`${what} copied`);
  else toast.error("This browser doesn’t let pages copy.");
};

const item = (label: string, icon: ReactNode, onSelect: () => void) => ({
  kind: "item" as const,
  label,
  icon,
  onSelect,
});

interface Parts {
  serverId: ServerId;
  rights: ChannelRights;
  people: People;
  edits: MessageEdits;
  removal: MessageRemoval;
  selection: Pick<MessageSelection, "begin">;
  /** What may be done with a member. */
  getMemberItems: MemberMenu["getItems"];
  onReply: (message: Message) => void;
}

export const useMessageActions = (parts: Parts): MessageActions => {
  const { serverId, rights, people, getMemberItems, onReply } = parts;
  const { begin: select } = parts.selection;
  const { begin } = parts.edits;
  const { ask, removeNow } = parts.removal;
  const isShiftHeld = useShiftHeld();
  return useMemo(() => {
    // Who is timed out changes nothing, of what is their own neither.
    const isOwn = ({ author }: Message): boolean =>
      author.id === people.own.id && rights.timeoutUntil === null;
    const canReply = rights.can("SEND_MESSAGES");
    const canEdit = (message: Message): boolean => isOwn(message) && canReply;
    const canManage = rights.can("MANAGE_MESSAGES");
    const canDelete = (message: Message): boolean => isOwn(message) || canManage;
    const remove = (message: Message) => (isShiftHeld.current ? removeNow(message) : ask(message));
    const getText = ({ content }: Message) => toWriting(content, people.findName).text;
    const getLink = ({ channelId, id }: Message) =>
      window.location.origin + channelPath(serverId, channelId, id);
    const getItems = (message: Message): readonly MenuEntry[] => [
      ...(canReply ? [item("Reply", <Reply />, () => onReply(message))] : []),
      ...(canEdit(message) ? [item("Edit", <Pencil />, () => begin(message))] : []),
      item("Copy text", <Copy />, () => void copy(getText(message), "Text")),
      item("Copy link", <Link />, () => void copy(getLink(message), "Link")),
      ...(canDelete(message)
        ? [
            { kind: "separator" as const },
            ...(canManage ? [item("Select messages…", <ListChecks />, () => select(message))] : []),
            { ...item("Delete", <Trash2 />, () => remove(message)), isDanger: true },
          ]
        : []),
    ];
    const getAuthorItems = ({ author }: Message): readonly MenuEntry[] => {
      const member = people.members.get(author.id);
      return member ? getMemberItems(member) : [];
    };
    return { canReply, canEdit, canDelete, reply: onReply, edit: begin, remove, getItems, getAuthorItems };
  }, [serverId, rights, people, getMemberItems, onReply, begin, select, ask, removeNow, isShiftHeld]);
};
