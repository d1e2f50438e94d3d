import { useEffect } from "react";

const appName = "Together";

/** The tab's words: the parts from the nearest to the furthest, and how often the reader is mentioned. */
const getTitle = (parts: readonly string[], mentionCount = 0): string => {
  const count = mentionCount > 0 ? `(${mentionCount > 99 ? "99+" : mentionCount}) ` : "";
  return parts.length === 0 ? `${count}${appName}` : `${count}${parts.join(" · ")} — ${appName}`;
};

export const useTitle = (part: string | readonly string[], mentionCount = 0): void => {
  const title = getTitle(typeof part === "string" ? [part] : part, mentionCount);
  useEffect(() => {
    document.title = title;
  }, [title]);
};
