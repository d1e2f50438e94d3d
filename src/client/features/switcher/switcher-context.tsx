import { createContext, useContext } from "react";

const SwitcherContext = createContext<() => void>(() => undefined);

export const SwitcherProvider = SwitcherContext.Provider;

/** Opens the quick switcher, from anywhere inside the app. */
export const useOpenSwitcher = (): (() => void) => useContext(SwitcherContext);
