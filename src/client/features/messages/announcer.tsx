import { useState } from "react";

import { toPlainText } from "#client/lib/markdown/plain-text.ts";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import type { Message } from "#shared/contract/messages.ts";

import { usePeople } from "./people-context.tsx";

/** As much as is bearable to hear of one message. */
const maxSpokenChars = 300;

/** Reads the newest message aloud when somebody else wrote it and it has just come. */
export const Announcer = ({ newest }: { newest: Message | undefined }) => {
  const { own, getName, findName } = usePeople();
  const [known, setKnown] = useState(newest);
  const [text, setText] = useState("");
  if (newest && newest.id !== known?.id) {
    setKnown(newest);
    const isNews = known !== undefined && newest.id > known.id && newest.author.id !== own.id;
    const spoken = toPlainText(newest.content, { getMentionText: (id) => `@${findName(id) ?? "somebody"}` });
    if (isNews) setText(`${getName(newest.author)}: ${spoken.slice(0, maxSpokenChars)}`);
  }
  return (
    <div aria-live="polite">
      <VisuallyHidden>{text}</VisuallyHidden>
    </div>
  );
};
