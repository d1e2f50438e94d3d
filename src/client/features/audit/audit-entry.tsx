import { ChevronRight } from "lucide-react";

import { formatMoment, formatTimestamp } from "#client/lib/time.ts";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import type { AuditEntry } from "#shared/contract/audit.ts";

import { type AuditChange, listChanges } from "./audit-changes.ts";
import { auditIcons } from "./audit-icons.tsx";
import { type AuditNames, auditWords, getActorName } from "./audit-words.ts";
import styles from "./audit.module.css";

const Change = ({ change: { label, before, after } }: { change: AuditChange }) => (
  <div className={styles.change}>
    <dt>{label}</dt>
    <dd>
      {before !== undefined && (
        <del>
          <VisuallyHidden>before: </VisuallyHidden>
          {before}
        </del>
      )}
      {before !== undefined && after !== undefined && <span aria-hidden> → </span>}
      {after !== undefined && (
        <ins>
          <VisuallyHidden>after: </VisuallyHidden>
          {after}
        </ins>
      )}
    </dd>
  </div>
);

const Changes = ({ changes, sentence }: { changes: readonly AuditChange[]; sentence: string }) => (
  <details className={styles.details}>
    <summary>
      <ChevronRight aria-hidden />
      {changes.length === 1 ? "1 change" : `${changes.length} changes`}
      <VisuallyHidden>: {sentence}</VisuallyHidden>
    </summary>
    <dl className={styles.changes}>
      {changes.map((change) => (
        <Change key={change.label} change={change} />
      ))}
    </dl>
  </details>
);

/** One act in words, with what it changed. */
export const AuditItem = ({ entry, names }: { entry: AuditEntry; names: AuditNames }) => {
  const [Icon, tone] = auditIcons[entry.action];
  const deed = auditWords[entry.action].say(entry, names);
  const actorName = (entry.actor && names.findUser(entry.actor.id)) ?? getActorName(entry);
  const changes = listChanges(entry, names);
  return (
    <li className={styles.entry}>
      <span className={styles.icon} data-tone={tone}>
        <Icon aria-hidden />
      </span>
      <div className={styles.words}>
        <p>
          <strong>{actorName}</strong> {deed}
          {entry.reason !== null && <span className={styles.reason}> · {entry.reason}</span>}
        </p>
        <time className={styles.time} dateTime={entry.createdAt} title={formatTimestamp(entry.createdAt)}>
          {formatMoment(entry.createdAt)}
        </time>
        {changes.length > 0 && <Changes changes={changes} sentence={`${actorName} ${deed}`} />}
      </div>
    </li>
  );
};
