import type { CallFailure } from "#sdk/index.ts";
import { Callout } from "#client/ui/callout.tsx";

import { durationText, failureText } from "./error-text.ts";

type Props = {
  failure: CallFailure | undefined;
  waitSeconds: number;
  /** What the form says better than the catalogue does. */
  words?: Partial<Record<CallFailure["reason"], string>>;
};

/** Why a form was refused, where no field alone is to blame. */
export const AuthFailure = ({ failure, waitSeconds, words = {} }: Props) => {
  if (!failure) return null;
  if (failure.reason === "RATE_LIMITED") {
    return (
      <Callout tone="warning" title="Too many tries">
        {waitSeconds > 0
          ? `You can try again in ${durationText(waitSeconds * 1_000)}.`
          : "You can try again now."}
      </Callout>
    );
  }
  return <Callout tone="danger" title={words[failure.reason] ?? failureText(failure)} />;
};
