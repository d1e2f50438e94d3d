/** Whether this browser shows notifications of this site, and whether its reader wants them. */
import { useCallback, useEffect, useState } from "react";

import { createStored } from "#client/lib/storage.ts";

/** "insecure": the browser offers notifications, but not over plain HTTP. */
export type NotificationState = NotificationPermission | "insecure" | "unsupported";

/** Off until it is switched on: only then may the browser be asked. */
export const wantsNotifications = createStored<boolean>({
  key: "mention-notifications",
  parse: (value) => (typeof value === "boolean" ? value : undefined),
  fallback: false,
});

export const readNotificationState = (): NotificationState => {
  if (!window.isSecureContext) return "insecure";
  return "Notification" in window ? Notification.permission : "unsupported";
};

/** Undefined where the browser shows none from a page, as on Android. */
export const showNotification = (title: string, options: NotificationOptions): Notification | undefined => {
  try {
    return new Notification(title, options);
  } catch {
    return undefined;
  }
};

/** The state as it is now, and how to ask the browser's user for it. */
export const useNotificationState = (): {
  state: NotificationState;
  ask: () => Promise<NotificationState>;
} => {
  const [state, setState] = useState(readNotificationState);
  const update = useCallback((): NotificationState => {
    const now = readNotificationState();
    setState(now);
    return now;
  }, []);
  useEffect(() => {
    // It is changed in the browser's own settings, from which one comes back.
    window.addEventListener("focus", update);
    return () => window.removeEventListener("focus", update);
  }, [update]);
  const ask = useCallback(async () => {
    if (readNotificationState() === "default") await Notification.requestPermission();
    return update();
  }, [update]);
  return { state, ask };
};
