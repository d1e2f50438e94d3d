export const voiceShortcuts = { mute: "mod+shift+m", deafen: "mod+shift+d" } as const;
