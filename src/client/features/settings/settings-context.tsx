import { createContext, useContext } from "react";

export const settingsSections = [
  "profile",
  "account",
  "sessions",
  "appearance",
  "notifications",
  "voice",
] as const;
export type SettingsSection = (typeof settingsSections)[number];

const SettingsContext = createContext<(section: SettingsSection) => void>(() => undefined);

export const SettingsProvider = SettingsContext.Provider;

/** Opens the settings at a section, from anywhere inside the app. */
export const useOpenSettings = (): ((section: SettingsSection) => void) => useContext(SettingsContext);
