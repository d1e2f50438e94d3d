import { useEffect } from "react";

/** Two files and no drawing: an image made by script would have to get past the page's policy. */
const icons = { plain: "/favicon.svg", mention: "/favicon-mention.svg" } as const;

const setIcon = (href: string): void =>
  document.querySelector('link[rel="icon"]')?.setAttribute("href", href);

/** A dot on the tab's icon while somebody's mention is unread. */
export const useFavicon = (hasMention: boolean): void => {
  useEffect(() => {
    setIcon(hasMention ? icons.mention : icons.plain);
    return () => setIcon(icons.plain);
  }, [hasMention]);
};
