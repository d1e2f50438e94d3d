import { useState } from "react";

import { VisuallyHidden } from "./visually-hidden.tsx";

/** Has a screen reader say the words as they are at first, politely: beside a countdown, which nobody wants to hear. */
export const SaidOnce = ({ words }: { words: string }) => {
  const [first] = useState(words);
  return (
    <output>
      <VisuallyHidden>{first}</VisuallyHidden>
    </output>
  );
};
