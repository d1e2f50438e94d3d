import { useState } from "react";

import { type CallFailure, reasonOf, retryAfterMsOf } from "#sdk/index.ts";

import { useCountdown } from "./use-countdown.ts";

type State =
  | { kind: "editing" }
  | { kind: "sending" }
  | { kind: "refused"; failure: CallFailure; waitUntilMs?: number };

export interface AuthForm {
  isSending: boolean;
  failure: CallFailure | undefined;
  /** Above 0: the server asked to wait this long. */
  waitSeconds: number;
  send: (call: () => Promise<unknown>) => void;
  /** Call it when something is typed: what was refused is no longer what stands there. */
  touch: () => void;
}

/** One form that signs in or up: what it is doing, and why it was refused. */
export const useAuthForm = (): AuthForm => {
  const [state, setState] = useState<State>({ kind: "editing" });
  const waitSeconds = useCountdown(state.kind === "refused" ? state.waitUntilMs : undefined);
  const run = async (call: () => Promise<unknown>): Promise<void> => {
    setState({ kind: "sending" });
    try {
      await call();
    } catch (error) {
      const failure = reasonOf(error);
      const waitMs = retryAfterMsOf(failure);
      setState({
        kind: "refused",
        failure,
        ...(waitMs !== undefined && { waitUntilMs: Date.now() + waitMs }),
      });
    }
  };
  return {
    isSending: state.kind === "sending",
    failure: state.kind === "refused" ? state.failure : undefined,
    waitSeconds,
    send: (call) => {
      if (state.kind !== "sending" && waitSeconds === 0) void run(call);
    },
    touch: () => {
      if (state.kind === "refused" && waitSeconds === 0) setState({ kind: "editing" });
    },
  };
};
