/** A verdict of `explain-permission.ts` in a sentence. */
import type { PermissionExplanation, PermissionStep } from "#shared/explain-permission.ts";
import type { RoleId } from "#shared/ids.ts";

export interface ExplainNames {
  /** Whom it is asked of. */
  subject: string;
  getRole: (id: RoleId) => string;
  /** Where it is asked: "this channel", or the category whose rules count in it; undefined in the server as a whole. */
  place: string | undefined;
}

const reasonOf = (step: PermissionStep, { subject, getRole, place = "the server" }: ExplainNames): string => {
  switch (step.kind) {
    case "owner":
      return `${subject} owns the server`;
    case "administrator":
      return `${getRole(step.roleId)} makes an administrator`;
    case "role":
      return `${getRole(step.roleId)} gives it in the server`;
    case "not-given":
      return "none of the roles gives it";
    case "role-override":
      return `${getRole(step.roleId)} is ${step.effect === "allow" ? "allowed" : "denied"} it in ${place}`;
    case "member-override":
      return `${place} ${step.effect === "allow" ? "allows" : "denies"} it to ${subject} by name`;
    case "no-sight":
      return "the channel can’t be seen";
    case "timeout":
      return `${subject} is timed out`;
    default:
      return step satisfies never;
  }
};

/** "Denied: Muted is denied it in this channel." */
export const explainText = ({ isAllowed, decidedBy }: PermissionExplanation, names: ExplainNames): string =>
  `${isAllowed ? "Allowed" : "Denied"}: ${reasonOf(decidedBy, names)}.`;
