import { useState } from "react";

import { Failure } from "#client/features/session/failure.tsx";
import { formatUntil } from "#client/lib/time.ts";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { SegmentedControl } from "#client/ui/segmented-control.tsx";
import { Select } from "#client/ui/select.tsx";
import { TextField } from "#client/ui/text-field.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { trpc } from "#sdk/react.ts";
import type { Member } from "#shared/contract/members.ts";

import { getMemberName } from "./member-index.ts";
import { isReasonTooLong, ReasonField } from "./reason-field.tsx";
import styles from "./timeout-dialog.module.css";
import { readSpan, type SpanUnit, spanUnits, timeoutSpans, useTimeoutEnd } from "./timeouts.ts";
import { useEndTimeout } from "./use-end-timeout.ts";

type Choice = (typeof timeoutSpans)[number]["value"] | "own";

type Span = { choice: Choice; amount: string; unit: SpanUnit };

const choices: readonly { value: Choice; label: string }[] = [
  ...timeoutSpans,
  { value: "own", label: "Other…" },
];

const readSeconds = ({ choice, amount, unit }: Span): number | undefined =>
  choice === "own" ? readSpan(amount, unit) : timeoutSpans.find(({ value }) => value === choice)?.seconds;

type SpanProps = { span: Span; error: string | undefined; onChange: (part: Partial<Span>) => void };

const OwnSpan = ({ span, error, onChange }: SpanProps) => (
  <div className={styles.own}>
    <TextField
      label="How many"
      inputMode="numeric"
      autoComplete="off"
      value={span.amount}
      error={error}
      onChange={(event) => onChange({ amount: event.target.value })}
    />
    <Select
      label="Of what"
      options={spanUnits}
      value={span.unit}
      onValueChange={(unit) => onChange({ unit })}
    />
  </div>
);

type SpanFieldProps = { span: Span; isTried: boolean; onChange: (span: Span) => void };

const SpanField = ({ span, isTried, onChange }: SpanFieldProps) => {
  const isWrong = isTried && readSeconds(span) === undefined;
  return (
    <>
      <div>
        <p className={styles.label} aria-hidden>
          For how long, from now
        </p>
        <SegmentedControl
          label="For how long, from now"
          columns={4}
          options={choices}
          value={span.choice}
          onValueChange={(choice) => onChange({ ...span, choice })}
        />
      </div>
      {span.choice === "own" && (
        <OwnSpan
          span={span}
          error={isWrong ? "From 1 minute to 28 days." : undefined}
          onChange={(part) => onChange({ ...span, ...part })}
        />
      )}
    </>
  );
};

const useStart = (name: string, onDone: () => void) =>
  trpc.members.timeout.useMutation({
    onSuccess: (_, { until }) => {
      toast.success(`${name} is timed out${until === null ? "" : ` until ${formatUntil(until)}`}.`);
      onDone();
    },
  });

/** Keeps somebody from writing and speaking for a while. */
export const TimeoutDialog = ({ member, onClose }: { member: Member; onClose: () => void }) => {
  const { serverId, user } = member;
  const name = getMemberName(member);
  const [span, setSpan] = useState<Span>({ choice: "10m", amount: "", unit: "minutes" });
  const [reason, setReason] = useState("");
  const [isTried, setIsTried] = useState(false);
  const runningEndMs = useTimeoutEnd(member);
  const ending = useEndTimeout();
  const start = useStart(name, onClose);
  const submit = (): void => {
    setIsTried(true);
    const seconds = readSeconds(span);
    if (seconds === undefined || isReasonTooLong(reason) || start.isPending) return;
    const until = new Date(Date.now() + seconds * 1_000).toISOString();
    start.mutate({ serverId, userId: user.id, until, reason });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={`Time out ${name}`}
      description={`Until then ${name} can read here, but neither write nor react nor speak. Their roles stay.`}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          {runningEndMs !== undefined && (
            <Button isPending={ending.isPending} onClick={() => ending.end(member, onClose)}>
              End timeout
            </Button>
          )}
          <Button variant="primary" type="submit" isPending={start.isPending}>
            {runningEndMs === undefined ? "Time out" : "Change timeout"}
          </Button>
        </>
      }
    >
      {start.error && <Failure error={start.error} />}
      {runningEndMs !== undefined && (
        <Callout tone="warning" title={`${name} is timed out until ${formatUntil(runningEndMs)}.`} />
      )}
      <SpanField span={span} isTried={isTried} onChange={setSpan} />
      <ReasonField value={reason} onChange={setReason} />
    </Dialog>
  );
};
