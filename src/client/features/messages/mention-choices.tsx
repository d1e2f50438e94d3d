import { useQuery } from "@tanstack/react-query";

import { getMemberName } from "#client/features/members/member-index.ts";
import { cx } from "#client/lib/cx.ts";
import { Avatar } from "#client/ui/avatar.tsx";
import { presencesQuery } from "#sdk/query-cache/index.ts";
import type { Member } from "#shared/contract/members.ts";

import styles from "./message-field.module.css";
import type { MentionCompletion } from "./use-mention-completion.ts";

export type MentionChoicesProps = {
  /** Each option's id is this one, a dash and its index. */
  id: string;
  completion: MentionCompletion;
  onChoose: (member: Member) => void;
};

/** Who may be meant; the focus stays in the text. */
export const MentionChoices = ({ id, completion, onChoose }: MentionChoicesProps) => {
  const { data: presences } = useQuery(presencesQuery);
  return (
    <div className={styles.choices}>
      <p className={styles.choicesTitle} aria-hidden>
        Mention somebody
      </p>
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a select cannot stand beside the text it completes */}
      <div id={id} role="listbox" aria-label="People to mention">
        {completion.choices.map((member, index) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are the field's
          <div
            key={member.user.id}
            id={`${id}-${index}`}
            className={cx(styles.choice, index === completion.activeIndex && styles.chosen)}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- as above
            role="option"
            aria-selected={index === completion.activeIndex}
            tabIndex={-1}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onMouseMove={() => completion.setActiveIndex(index)}
            onClick={() => onChoose(member)}
          >
            <Avatar
              id={member.user.id}
              name={getMemberName(member)}
              imageUrl={member.user.avatarUrl}
              size={24}
              presence={presences[member.user.id] ?? "offline"}
            />
            <span className={styles.choiceName}>{getMemberName(member)}</span>
            <span className={styles.username}>{member.user.username}</span>
          </div>
        ))}
      </div>
    </div>
  );
};
