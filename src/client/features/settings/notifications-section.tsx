import { useState, useSyncExternalStore } from "react";

import {
  type NotificationState,
  showNotification,
  useNotificationState,
  wantsNotifications,
} from "#client/features/attention/notification-permission.ts";
import { Callout } from "#client/ui/callout.tsx";
import { Switch } from "#client/ui/switch.tsx";

import styles from "./settings.module.css";

type Trouble = Exclude<NotificationState, "granted" | "default"> | "dismissed";

const troubles: Record<Trouble, { title: string; help: string }> = {
  denied: {
    title: "This browser blocks Together’s notifications",
    help: "Allow them for this site in the browser’s settings, most often behind the sign beside the address, and switch them on here.",
  },
  dismissed: {
    title: "The browser was not allowed to show them",
    help: "Switch them on again and choose “Allow” when the browser asks.",
  },
  insecure: {
    title: "Notifications need a secure connection",
    help: "Browsers show them only for addresses with https://. Whoever runs this server can set that up.",
  },
  unsupported: {
    title: "This browser can’t show them",
    help: "Mentions still stand in the tab’s title and beside each server.",
  },
};

const findTrouble = (state: NotificationState): Trouble | undefined =>
  state === "granted" || state === "default" ? undefined : state;

/** Switching on asks the browser, and shows one at once, which is the only proof that they come. */
const useSwitch = () => {
  const { state, ask } = useNotificationState();
  const isWanted = useSyncExternalStore(wantsNotifications.subscribe, wantsNotifications.get);
  const [failure, setFailure] = useState<Trouble>();
  const switchOn = async (): Promise<void> => {
    const asked = await ask();
    if (asked !== "granted") return setFailure(asked === "default" ? "dismissed" : asked);
    const sample = showNotification("Notifications are on", {
      body: "You will hear when somebody mentions you.",
      tag: "sample",
    });
    if (!sample) return setFailure("unsupported");
    wantsNotifications.set(true);
  };
  const change = async (isOn: boolean): Promise<void> => {
    setFailure(undefined);
    if (isOn) await switchOn();
    else wantsNotifications.set(false);
  };
  return { isOn: isWanted && state === "granted", trouble: findTrouble(state) ?? failure, change };
};

export const NotificationsSection = () => {
  const { isOn, trouble, change } = useSwitch();
  const isImpossible = trouble !== undefined && trouble !== "dismissed";
  return (
    <div className={styles.section}>
      <Switch
        label="Desktop notifications for mentions"
        hint="When somebody mentions you in a channel that you aren’t looking at."
        isChecked={isOn}
        isDisabled={isImpossible}
        onCheckedChange={(isWanted) => void change(isWanted)}
      />
      {trouble && (
        <Callout tone="warning" title={troubles[trouble].title}>
          {troubles[trouble].help}
        </Callout>
      )}
      <p className={styles.muted}>
        None are shown while your status is “Do not disturb”. The choice is kept in this browser.
      </p>
    </div>
  );
};
