import { useEffect, useState, type RefObject } from "react";

import { toast } from "#client/ui/toaster.tsx";

export interface FullScreen {
  isOn: boolean;
  /** Undefined where the browser has none for a part of the page. */
  toggle: (() => void) | undefined;
}

export const useFullScreen = (element: RefObject<HTMLElement | null>): FullScreen => {
  const [isOn, setIsOn] = useState(false);
  useEffect(() => {
    const follow = (): void => setIsOn(document.fullscreenElement === element.current && !!element.current);
    document.addEventListener("fullscreenchange", follow);
    return () => document.removeEventListener("fullscreenchange", follow);
  }, [element]);
  const toggle = async (): Promise<void> => {
    try {
      if (isOn) await document.exitFullscreen();
      else await element.current?.requestFullscreen();
    } catch {
      toast.error("This browser didn’t allow full screen.");
    }
  };
  return { isOn, toggle: document.fullscreenEnabled ? () => void toggle() : undefined };
};
