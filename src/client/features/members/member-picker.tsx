import { Check, ChevronsUpDown, X } from "lucide-react";
import { useId, useState } from "react";

import { Failure } from "#client/features/session/failure.tsx";
import { useInitialFocus } from "#client/lib/use-initial-focus.ts";
import { foldText } from "#client/lib/fold-text.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { Popover } from "#client/ui/popover.tsx";
import { SearchField } from "#client/ui/search-field.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import type { UserRef } from "#shared/contract/users.ts";
import type { ServerId, UserId } from "#shared/ids.ts";

import { getMemberName } from "./member-index.ts";
import styles from "./member-picker.module.css";
import { useMemberSearch } from "./use-member-search.ts";
import { useMemberIndex } from "./use-members.ts";

export interface PickedMember {
  id: UserId;
  name: string;
}

type OnChoose = (person: PickedMember | undefined) => void;

type Person = { user: UserRef; name: string };

type ChoicesProps = {
  serverId: ServerId;
  typed: string;
  others: readonly UserRef[];
  chosenId: UserId | undefined;
  onChoose: OnChoose;
};

const isCalled = ({ username, displayName }: UserRef, letters: string): boolean =>
  foldText(username).includes(letters) || foldText(displayName).includes(letters);

/** Members by what is typed, and below them those of the others who are members no longer. */
const usePeople = ({ serverId, typed, others }: Pick<ChoicesProps, "serverId" | "typed" | "others">) => {
  const { members, query, trouble } = useMemberSearch(serverId, typed);
  const index = useMemberIndex(serverId);
  const letters = foldText(query);
  const people = members && [
    ...members.map((member): Person => ({ user: member.user, name: getMemberName(member) })),
    ...others
      .filter(({ id }) => !index?.has(id) && !members.some(({ user }) => user.id === id))
      .filter((user) => isCalled(user, letters))
      .map((user): Person => ({ user, name: user.displayName })),
  ];
  return { people, trouble };
};

const Choices = ({ chosenId, onChoose, ...search }: ChoicesProps) => {
  const { people, trouble } = usePeople(search);
  if (trouble !== null) return <Failure error={trouble} />;
  if (!people) return <SkeletonList label="Loading members" rows={3} />;
  if (people.length === 0) return <p className={styles.nobody}>Nobody is called that.</p>;
  return (
    <ul className={styles.choices}>
      {people.map(({ user, name }) => (
        <li key={user.id}>
          <button
            type="button"
            className={styles.choice}
            aria-pressed={user.id === chosenId}
            onClick={() => onChoose({ id: user.id, name })}
          >
            <Avatar id={user.id} name={name} imageUrl={user.avatarUrl} size={24} />
            <span className={styles.name}>{name}</span>
            {user.id === chosenId && <Check aria-hidden />}
          </button>
        </li>
      ))}
    </ul>
  );
};

const Finder = (props: Omit<ChoicesProps, "typed">) => {
  const [typed, setTyped] = useState("");
  return (
    <div className={styles.finder}>
      <SearchField
        ref={useInitialFocus<HTMLInputElement>()}
        label="Find a member"
        placeholder="Name of a member"
        value={typed}
        onValueChange={setTyped}
      />
      <Choices {...props} typed={typed} />
    </div>
  );
};

export type MemberPickerProps = {
  serverId: ServerId;
  label: string;
  /** What it says while nobody is chosen: "Anyone". */
  placeholder: string;
  /** People who can be chosen though they may be members no longer. */
  others: readonly UserRef[];
  chosen: PickedMember | undefined;
  onChoose: OnChoose;
};

/** One member of the server, or nobody in particular; found by name. */
export const MemberPicker = (props: MemberPickerProps) => {
  const { serverId, label, placeholder, others, chosen, onChoose } = props;
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
          <Finder serverId={serverId} others={others} chosenId={chosen?.id} onChoose={choose} />
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
