import { useState, type ReactNode } from "react";

import { readInviteCode } from "#client/features/navigation/paths.ts";
import { TextField } from "#client/ui/text-field.tsx";

/** A field for a whole link or its code, and the way to send what was typed; `onCode` is called when it is one. */
export const useInviteCode = (onCode: (code: string) => void): { field: ReactNode; submit: () => void } => {
  const [text, setText] = useState("");
  const [isTried, setIsTried] = useState(false);
  const code = readInviteCode(text);
  const submit = (): void => {
    setIsTried(true);
    if (code !== undefined) onCode(code);
  };
  const field = (
    <TextField
      label="Invite link or code"
      value={text}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      placeholder={`${window.location.origin}/invite/…`}
      hint="You see what the server is before you join."
      error={isTried && code === undefined ? "That is neither an invite link nor a code." : undefined}
      onChange={(event) => setText(event.target.value)}
    />
  );
  return { field, submit };
};
