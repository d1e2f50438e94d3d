import { AudioLines, Bell, LogOut, MonitorSmartphone, Palette, ShieldCheck, UserRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";

import { useSignOut } from "#client/features/users/use-sign-out.ts";
import { phoneQuery, useMediaQuery } from "#client/lib/use-media-query.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";
import { Tabs } from "#client/ui/tabs.tsx";

import { AccountSection } from "./account-section.tsx";
import { AppearanceSection } from "./appearance-section.tsx";
import { NotificationsSection } from "./notifications-section.tsx";
import { ProfileSection } from "./profile-section.tsx";
import { SessionsSection } from "./sessions-section.tsx";
import { type SettingsPlace, type SettingsSection, settingsSections } from "./settings-context.tsx";
import styles from "./settings.module.css";

const VoiceSection = lazy(() =>
  import("#client/features/voice/settings/voice-section.tsx").then((module) => ({
    default: module.VoiceSection,
  })),
);

const SignOutButton = () => {
  const signOut = useSignOut();
  const [isPending, setIsPending] = useState(false);
  const press = async (): Promise<void> => {
    setIsPending(true);
    await signOut();
    setIsPending(false);
  };
  return (
    <Button icon={<LogOut />} isPending={isPending} onClick={() => void press()}>
      Sign out
    </Button>
  );
};

const voiceContent = (isCheckWanted: boolean) => (
  <Suspense fallback={<SkeletonList label="Loading the voice settings" rows={4} />}>
    <VoiceSection isCheckWanted={isCheckWanted} />
  </Suspense>
);

const tabs = [
  { id: "profile", label: "Profile", icon: <UserRound />, content: <ProfileSection /> },
  { id: "account", label: "Account", icon: <ShieldCheck />, content: <AccountSection /> },
  { id: "sessions", label: "Devices", icon: <MonitorSmartphone />, content: <SessionsSection /> },
  { id: "appearance", label: "Appearance", icon: <Palette />, content: <AppearanceSection /> },
  { id: "notifications", label: "Notifications", icon: <Bell />, content: <NotificationsSection /> },
  {
    id: "voice",
    label: "Voice & video",
    icon: <AudioLines />,
    content: voiceContent(false),
  },
] as const satisfies readonly { id: SettingsSection; label: string; icon: unknown; content: unknown }[];

const checkTabs = tabs.map((tab) => (tab.id === "voice" ? { ...tab, content: voiceContent(true) } : tab));

type Props = {
  place: SettingsPlace;
  onSectionChange: (section: SettingsSection) => void;
  onClose: () => void;
};

/** Everything about oneself and this browser. */
export const SettingsDialog = ({ place, onSectionChange, onClose }: Props) => {
  const isPhone = useMediaQuery(phoneQuery);
  const isCheckWanted = place === "voice-check";
  const shown = isCheckWanted ? checkTabs : tabs;
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title="Settings"
      size="large"
      footer={
        <div className={styles.footer}>
          <SignOutButton />
          <Button onClick={onClose}>Close</Button>
        </div>
      }
    >
      <div className={styles.sections}>
        <Tabs
          label="Settings"
          // On a phone the words alone take more than the line.
          tabs={isPhone ? shown.map(({ id, label, content }) => ({ id, label, content })) : shown}
          activeId={isCheckWanted ? "voice" : place}
          onActiveIdChange={(id) => {
            const chosen = settingsSections.find((known) => known === id);
            if (chosen) onSectionChange(chosen);
          }}
        />
      </div>
    </Dialog>
  );
};
