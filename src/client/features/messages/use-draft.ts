import { useCallback, useEffect, useRef, useState } from "react";

import { type Draft, type DraftPlace, drafts } from "./drafts.ts";
import { emptyWriting } from "./mention-text.ts";

/** Seldom enough that typing stays light, and less than anyone minds to lose in a crash. */
const saveDelayMs = 300;

const emptyDraft: Draft = { writing: emptyWriting, replyTo: null };

/** The channel's draft, kept in this browser. Leaving the channel or the page saves it at once. */
export const useDraft = ({ userId, channelId }: DraftPlace) => {
  const [draft, setDraft] = useState<Draft>(() => drafts.find({ userId, channelId }) ?? emptyDraft);
  const restored = useRef(draft);
  const unsaved = useRef<Draft>(undefined);
  const flush = useCallback(() => {
    if (!unsaved.current) return;
    drafts.save({ userId, channelId }, unsaved.current);
    unsaved.current = undefined;
  }, [userId, channelId]);
  useEffect(() => {
    if (draft === restored.current) return undefined;
    unsaved.current = draft;
    const timer = setTimeout(flush, saveDelayMs);
    return () => clearTimeout(timer);
  }, [draft, flush]);
  useEffect(() => {
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      flush();
    };
  }, [flush]);
  const change = useCallback((part: Partial<Draft>) => {
    setDraft((known) => ({ ...known, ...part }));
  }, []);
  const clear = useCallback(() => setDraft(emptyDraft), []);
  return { draft, change, clear };
};
