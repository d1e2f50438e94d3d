/** Keeps what was changed and not saved from being left by accident. */
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from "react";

import { ConfirmDialog } from "#client/ui/confirm-dialog.tsx";

interface Unsaved {
  /** Does it, after asking when something would be lost. */
  leave: (action: () => void) => void;
  note: (isUnsaved: boolean) => void;
}

const UnsavedContext = createContext<Unsaved>({ leave: (action) => action(), note: () => undefined });

/** What leaves a place where something may be unsaved goes through this. */
export const useLeave = (): Unsaved["leave"] => useContext(UnsavedContext).leave;

/** Says whether something here is changed and not saved. */
export const useUnsaved = (isUnsaved: boolean): void => {
  const { note } = useContext(UnsavedContext);
  useEffect(() => {
    note(isUnsaved);
    return () => note(false);
  }, [note, isUnsaved]);
};

export const UnsavedProvider = ({ children }: { children: ReactNode }) => {
  const isUnsaved = useRef(false);
  const [asking, setAsking] = useState<{ action: () => void }>();
  const note = useCallback((next: boolean) => {
    isUnsaved.current = next;
  }, []);
  const leave = useCallback((action: () => void) => {
    if (isUnsaved.current) setAsking({ action });
    else action();
  }, []);
  const value = useMemo(() => ({ leave, note }), [leave, note]);
  return (
    <UnsavedContext value={value}>
      {children}
      {asking && (
        <ConfirmDialog
          isOpen
          onOpenChange={() => setAsking(undefined)}
          title="Leave without saving?"
          loss="What you have changed here is lost."
          confirmLabel="Discard changes"
          onConfirm={asking.action}
        />
      )}
    </UnsavedContext>
  );
};
