import { Lock, UserPlus } from "lucide-react";

import { TargetPicker, toOverrideTarget } from "#client/features/roles/target-picker.tsx";
import { useRights } from "#client/features/servers/use-rights.ts";
import { Button } from "#client/ui/button.tsx";
import { Switch } from "#client/ui/switch.tsx";
import type { ChannelType } from "#shared/contract/channels.ts";
import type { ServerId } from "#shared/ids.ts";

import {
  admit,
  dismiss,
  isPrivate,
  isSameTarget,
  listAdmitted,
  type OverrideDraft,
  setPrivate,
} from "./override-draft.ts";
import styles from "./permissions.module.css";
import { TargetItem } from "./target-item.tsx";
import { useTargets } from "./use-target-names.ts";

type Props = {
  serverId: ServerId;
  type: ChannelType;
  draft: OverrideDraft;
  onChange: (draft: OverrideDraft) => void;
  /** Whether the caller may decide who may come in. */
  canChange: boolean;
  /** Whether its category decides. Default: false. */
  isFollowing?: boolean;
};

const getHint = (
  noun: string,
  { canChange, isFollowing = false }: Pick<Props, "canChange" | "isFollowing">,
) => {
  if (isFollowing) return "Its category decides who may come in.";
  return canChange
    ? `Only those whom you choose, and administrators, see that this ${noun} exists.`
    : "You lack the permission to manage roles, so you can’t change who may come in.";
};

/** A channel for some alone, and who they are. */
export const PrivacyFields = (props: Props) => {
  const { serverId, type, draft, onChange, canChange } = props;
  const targets = useTargets(serverId);
  const rights = useRights(serverId);
  const { everyone } = targets;
  if (!everyone) return null;
  const noun = type === "category" ? "category" : "channel";
  const isClosed = isPrivate(draft, everyone);
  const admitted = listAdmitted(draft, everyone);
  return (
    <div className={styles.privacy}>
      <Switch
        label={`Private ${noun}`}
        hint={getHint(noun, props)}
        isChecked={isClosed}
        isDisabled={!canChange}
        onCheckedChange={(shouldBe) => onChange(setPrivate(draft, everyone, shouldBe))}
      />
      {isClosed && (
        <div className={styles.admitted}>
          <p className={styles.label} id="admitted">
            Who may come in
          </p>
          <ul aria-labelledby="admitted">
            {admitted.map((target) => (
              <TargetItem key={target.id} target={target} targets={targets}>
                {canChange && targets.isReachable(target, rights) ? (
                  <Button
                    size="small"
                    variant="ghost"
                    aria-label={`Remove ${targets.getName(target)}`}
                    onClick={() => onChange(dismiss(draft, target))}
                  >
                    Remove
                  </Button>
                ) : (
                  <Lock className={styles.lock} aria-label="(as high as you or higher)" />
                )}
              </TargetItem>
            ))}
          </ul>
          {admitted.length === 0 && <p className={styles.muted}>Nobody yet but administrators.</p>}
          {canChange && (
            <div>
              <TargetPicker
                serverId={serverId}
                label="Role or member"
                roles={targets.roles.filter(({ id }) => id !== everyone.id)}
                isOffered={(target) => {
                  const wanted = toOverrideTarget(target);
                  const isIn = admitted.some((other) => isSameTarget(other, wanted));
                  const isBelow =
                    target.type === "role" ? rights.isAboveRole(target.role) : rights.isAbove(target.member);
                  return !isIn && isBelow;
                }}
                onChoose={(target) => onChange(admit(draft, toOverrideTarget(target)))}
                trigger={
                  <Button size="small" icon={<UserPlus />}>
                    Add role or member
                  </Button>
                }
              />
            </div>
          )}
        </div>
      )}
    </div>
  );
};
