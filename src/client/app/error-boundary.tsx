import { Component, type ReactNode } from "react";

import { Button } from "#client/ui/button.tsx";
import { EmptyState } from "#client/ui/empty-state.tsx";
import { RotateCw, Unplug } from "lucide-react";

type Props = {
  children: ReactNode;
  /** Where it stands: another value shows the content again. */
  resetKey?: string;
};
type State = { kind: "well" } | { kind: "broken"; resetKey: string | undefined };

/** A chunk of an older version that the server no longer has: only a reload brings the new ones. */
const reload = (): void => window.location.reload();

/** Says in words that a part of the app broke, and how to go on; the rest of the page stays. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { kind: "well" };

  static getDerivedStateFromError(): Partial<State> {
    return { kind: "broken" };
  }

  static getDerivedStateFromProps({ resetKey }: Props, state: State): State {
    const isElsewhere =
      state.kind === "broken" && state.resetKey !== undefined && state.resetKey !== resetKey;
    if (isElsewhere) return { kind: "well" };
    return state.kind === "broken" ? { kind: "broken", resetKey } : state;
  }

  override render(): ReactNode {
    if (this.state.kind === "well") return this.props.children;
    return (
      <div role="alert" style={{ display: "flex", flex: 1, minHeight: "100%" }}>
        <EmptyState
          icon={<Unplug />}
          title="This part of Together stopped working"
          action={
            <Button variant="primary" icon={<RotateCw />} onClick={reload}>
              Load the page again
            </Button>
          }
        >
          Nothing you sent is lost, and what you were writing is kept in this browser.
        </EmptyState>
      </div>
    );
  }
}
