import { Folder, Hash, Volume2 } from "lucide-react";

import type { ChannelType } from "#shared/contract/channels.ts";

const icons = { text: Hash, voice: Volume2, category: Folder } as const;

export const ChannelIcon = ({ type }: { type: ChannelType }) => {
  const Icon = icons[type];
  return <Icon aria-hidden />;
};
