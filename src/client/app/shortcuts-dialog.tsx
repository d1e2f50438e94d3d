import { voiceShortcuts } from "#client/features/voice/voice-shortcuts.ts";
import { Button } from "#client/ui/button.tsx";
import { Dialog } from "#client/ui/dialog.tsx";
import { Kbd } from "#client/ui/kbd.tsx";

import styles from "./shortcuts-dialog.module.css";

const groups = [
  {
    title: "Getting around",
    keys: [
      { words: "Find a channel, a person or a server", shortcut: "mod+k" },
      { words: "Channel above", shortcut: "alt+arrowup" },
      { words: "Channel below", shortcut: "alt+arrowdown" },
      { words: "Unread channel above", shortcut: "alt+shift+arrowup" },
      { words: "Unread channel below", shortcut: "alt+shift+arrowdown" },
      { words: "These keys", shortcut: "mod+/" },
    ],
  },
  {
    title: "Writing",
    keys: [
      { words: "Send", shortcut: "enter" },
      { words: "New line", shortcut: "shift+enter" },
      { words: "Edit your last message", shortcut: "arrowup" },
      { words: "Stop editing or replying, mark as read", shortcut: "escape" },
    ],
  },
  {
    title: "In a call",
    keys: [
      { words: "Mute or unmute yourself", shortcut: voiceShortcuts.mute },
      { words: "Deafen or undeafen yourself", shortcut: voiceShortcuts.deafen },
    ],
  },
] as const;

/** The keys and what they do. */
export const ShortcutsDialog = ({ onClose }: { onClose: () => void }) => (
  <Dialog
    isOpen
    onOpenChange={onClose}
    title="Keys"
    size="small"
    footer={<Button onClick={onClose}>Close</Button>}
  >
    {groups.map(({ title, keys }) => (
      <section key={title} className={styles.group}>
        <h3 className={styles.title}>{title}</h3>
        <dl>
          {keys.map(({ words, shortcut }) => (
            <div key={shortcut} className={styles.row}>
              <dt>{words}</dt>
              <dd>
                <Kbd shortcut={shortcut} />
              </dd>
            </div>
          ))}
        </dl>
      </section>
    ))}
  </Dialog>
);
