/**
 * Light, dark or as the system is. The style sheet follows the system by itself; `data-theme` on <html> overrides it.
 * `public/theme.js` sets the attribute before the first paint and must agree with the key and the values here.
 */
import { useSyncExternalStore } from "react";

import { createStored } from "./storage.ts";
import { useMediaQuery } from "./use-media-query.ts";

export const themeChoices = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof themeChoices)[number];

const stored = createStored<ThemeChoice>({
  key: "theme",
  parse: (value) => themeChoices.find((choice) => choice === value),
  fallback: "system",
});

const apply = (): void => {
  const choice = stored.get();
  const { dataset } = document.documentElement;
  if (choice === "system") delete dataset.theme;
  else dataset.theme = choice;
};

const subscribe = (onChange: () => void): (() => void) =>
  stored.subscribe(() => {
    apply();
    onChange();
  });

/** The choice of this browser, what it comes to now, and how to change it. */
export const useTheme = (): {
  choice: ThemeChoice;
  theme: "light" | "dark";
  setChoice: (choice: ThemeChoice) => void;
} => {
  const choice = useSyncExternalStore(subscribe, stored.get);
  const isSystemDark = useMediaQuery("(prefers-color-scheme: dark)");
  const systemTheme = isSystemDark ? "dark" : "light";
  return { choice, theme: choice === "system" ? systemTheme : choice, setChoice: stored.set };
};
