import { Callout, type CalloutProps } from "#client/ui/callout.tsx";
import { SaidOnce } from "#client/ui/said-once.tsx";

import { durationText, errorText } from "./error-text.ts";
import { findLimitEnd, type LimitEnd } from "./trouble.ts";
import { useCountdown } from "./use-countdown.ts";

export type FailureProps = Pick<CalloutProps, "onRetry" | "isRetrying"> & {
  /** What a query has as its trouble, or what an act threw. */
  error: unknown;
  /** What did not work: "The members can’t be shown". Default: why not stands alone. */
  title?: string;
  /** What was done too often, where a limit is for that alone: "You have searched a lot in a short time". */
  limitTitle?: string;
};

const getWaitWords = (seconds: number, { isAskedAgain }: LimitEnd): string => {
  if (seconds > 0)
    return `${isAskedAgain ? "It goes on by itself in" : "Try again in"} ${durationText(seconds * 1_000)}.`;
  return isAskedAgain ? "Trying again…" : "You can try again now.";
};

type LimitedProps = Omit<FailureProps, "error" | "title"> & { end: LimitEnd };

const Limited = ({ end, limitTitle, ...retry }: LimitedProps) => {
  const title = (end.isForAllCalls ? undefined : limitTitle) ?? "That was a lot in a short time";
  const seconds = useCountdown(end.atMs);
  const words = getWaitWords(seconds, end);
  return (
    <Callout tone="warning" title={title} {...(seconds === 0 && !end.isAskedAgain && retry)}>
      {words}
      <SaidOnce key={end.atMs} words={`${title}. ${words}`} />
    </Callout>
  );
};

/**
 * Why something is not shown or was not done. A limit of the server is counted down, and ends by itself for a query; of
 * anything else it says what helps.
 */
export const Failure = ({ error, title, limitTitle, ...retry }: FailureProps) => {
  const end = findLimitEnd(error);
  if (end) return <Limited end={end} {...(limitTitle !== undefined && { limitTitle })} {...retry} />;
  const words = errorText(error);
  return (
    <Callout tone="danger" title={title ?? words} {...retry}>
      {title === undefined ? undefined : words}
    </Callout>
  );
};
