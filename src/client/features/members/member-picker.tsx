import { keepPreviousData } from "@tanstack/react-query";
import { Check, ChevronsUpDown, Search, X } from "lucide-react";
import { useId, useState } from "react";

import { errorText } from "#client/features/session/error-text.ts";
import { useInitialFocus } from "#client/lib/use-initial-focus.ts";
import { useSettled } from "#client/lib/use-settled.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Popover } from "#client/ui/popover.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";
import type { ServerId, UserId } from "#shared/ids.ts";
import { limits } from "#shared/limits.ts";

import { getMemberName } from "./member-index.ts";
import styles from "./member-picker.module.css";

/** As many as one looks through; who wants another types their name. */
const shownCount = 12;

export interface PickedMember {
  id: UserId;
  name: string;
}

type OnChoose = (member: PickedMember | undefined) => void;

const toPicked = (member: Member): PickedMember => ({ id: member.user.id, name: getMemberName(member) });

type ChoicesProps = { serverId: ServerId; query: string; chosenId: UserId | undefined; onChoose: OnChoose };

const Choices = ({ serverId, query, chosenId, onChoose }: ChoicesProps) => {
  const { data, error } = trpc.members.list.useInfiniteQuery(
    { serverId, limit: shownCount, ...(query !== "" && { query }) },
    { getNextPageParam: () => undefined, placeholderData: keepPreviousData },
  );
  if (!data && error) return <p role="alert">{errorText(error)}</p>;
  if (!data) return <SkeletonList label="Loading members" rows={3} />;
  const members = data.pages.flatMap((page) => page.members);
  if (members.length === 0) return <p className={styles.nobody}>No member is called that.</p>;
  return (
    <ul className={styles.choices}>
      {members.map((member) => (
        <li key={member.user.id}>
          <button
            type="button"
            className={styles.choice}
            aria-pressed={member.user.id === chosenId}
            onClick={() => onChoose(toPicked(member))}
          >
            <Avatar
              id={member.user.id}
              name={getMemberName(member)}
              imageUrl={member.user.avatarUrl}
              size={24}
            />
            <span className={styles.name}>{getMemberName(member)}</span>
            {member.user.id === chosenId && <Check aria-hidden />}
          </button>
        </li>
      ))}
    </ul>
  );
};

const Finder = ({ serverId, chosenId, onChoose }: Omit<ChoicesProps, "query">) => {
  const [typed, setTyped] = useState("");
  const query = useSettled(typed.trim().slice(0, limits.displayName.maxLength));
  return (
    <div className={styles.finder}>
      <TextField
        ref={useInitialFocus<HTMLInputElement>()}
        label="Find a member"
        isLabelHidden
        type="search"
        icon={<Search />}
        placeholder="Name of a member"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Choices serverId={serverId} query={query} chosenId={chosenId} onChoose={onChoose} />
    </div>
  );
};

export type MemberPickerProps = {
  serverId: ServerId;
  label: string;
  /** What it says while nobody is chosen: "Anyone". */
  placeholder: string;
  chosen: PickedMember | undefined;
  onChoose: OnChoose;
};

/** One member of the server, or nobody in particular; found by name. */
export const MemberPicker = ({ serverId, label, placeholder, chosen, onChoose }: MemberPickerProps) => {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const choose: OnChoose = (member) => {
    onChoose(member);
    setIsOpen(false);
  };
  return (
    <div className={styles.picker}>
      <span id={id} className={styles.label}>
        {label}
      </span>
      <div className={styles.frame}>
        <Popover
          label={label}
          align="start"
          isOpen={isOpen}
          onOpenChange={setIsOpen}
          trigger={
            <button type="button" className={styles.trigger} aria-describedby={id}>
              <span className={styles.name}>{chosen?.name ?? placeholder}</span>
              {!chosen && <ChevronsUpDown aria-hidden />}
            </button>
          }
        >
          <Finder serverId={serverId} chosenId={chosen?.id} onChoose={choose} />
        </Popover>
        {chosen && (
          <button
            type="button"
            className={styles.clear}
            aria-label={`${label}: ${placeholder}`}
            onClick={() => onChoose(undefined)}
          >
            <X aria-hidden />
          </button>
        )}
      </div>
    </div>
  );
};
