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

/** "all": no section in particular. "voice-check": the voice settings, with the check of the connection under way. */
export type SettingsPlace = SettingsSection | "all" | "voice-check";

const SettingsContext = createContext<(place: SettingsPlace) => void>(() => undefined);

export const SettingsProvider = SettingsContext.Provider;

/** Opens the settings at a section, from anywhere inside the app. */
export const useOpenSettings = (): ((place: SettingsPlace) => void) => useContext(SettingsContext);
