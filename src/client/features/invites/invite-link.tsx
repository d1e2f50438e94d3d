import { CopyField } from "#client/ui/copy-field.tsx";

/** A link to hand on; undefined while it is being made. */
export const InviteLink = ({ link, isMaking }: { link: string | undefined; isMaking: boolean }) => (
  <CopyField
    label="Invite link"
    text={link}
    placeholder={isMaking ? "Making a link…" : ""}
    copyLabel="Copy link"
  />
);
