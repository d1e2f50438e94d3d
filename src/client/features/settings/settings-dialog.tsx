import { AudioLines, Bell, LogOut, MonitorSmartphone, Palette, ShieldCheck, UserRound } from "lucide-react";
import { lazy, Suspense, useState } from "react";

import { useSignOut } from "#client/features/users/use-sign-out.ts";
import { Button } from "#client/ui/button.tsx";
import { SectionsDialog } from "#client/ui/sections-dialog.tsx";
import { SkeletonList } from "#client/ui/skeleton.tsx";

import { AccountSection } from "./account-section.tsx";
import { AppearanceSection } from "./appearance-section.tsx";
import { NotificationsSection } from "./notifications-section.tsx";
import { ProfileSection } from "./profile-section.tsx";
import { SessionsSection } from "./sessions-section.tsx";
import { type SettingsPlace, type SettingsSection, settingsSections } from "./settings-context.tsx";

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

const sections = [
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

const checkSections = sections.map((section) =>
  section.id === "voice" ? { ...section, content: voiceContent(true) } : section,
);

const findActive = (place: SettingsPlace): SettingsSection | undefined => {
  if (place === "voice-check") return "voice";
  return place === "all" ? undefined : place;
};

type Props = {
  place: SettingsPlace;
  onPlaceChange: (place: SettingsPlace) => void;
  onClose: () => void;
};

/** Everything about oneself and this browser. */
export const SettingsDialog = ({ place, onPlaceChange, onClose }: Props) => (
  <SectionsDialog
    title="Settings"
    sections={place === "voice-check" ? checkSections : sections}
    activeId={findActive(place)}
    onActiveIdChange={(id) => onPlaceChange(settingsSections.find((known) => known === id) ?? "all")}
    onClose={onClose}
    aside={<SignOutButton />}
  />
);
