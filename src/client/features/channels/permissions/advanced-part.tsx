import { Plus } from "lucide-react";
import { useState } from "react";

import { TargetPicker, toOverrideTarget } from "#client/features/roles/target-picker.tsx";
import { useRights } from "#client/features/servers/use-rights.ts";
import { Button } from "#client/ui/button.tsx";
import { Callout } from "#client/ui/callout.tsx";
import { Select } from "#client/ui/select.tsx";
import type { Channel } from "#shared/contract/channels.ts";
import type { OverrideTarget, ServerId } from "#shared/ids.ts";

import { addTarget, findOverride, isSameTarget, removeTarget } from "./override-draft.ts";
import styles from "./permissions.module.css";
import { StanceList } from "./stance-list.tsx";
import type { OverrideEdit } from "./use-override-edit.ts";
import { type Targets, useTargets } from "./use-target-names.ts";

type Props = { serverId: ServerId; channel: Channel; edit: OverrideEdit; isLocked: boolean };

/** @everyone first, then the roles from the highest, then the members. */
const listTargets = ({ draft }: OverrideEdit, { roles, everyone }: Targets): OverrideTarget[] => {
  const all: OverrideTarget[] = everyone ? [{ type: "role", id: everyone.id }] : [];
  const named = draft.map(({ target }) => target).filter(({ id }) => id !== everyone?.id);
  const rank = (target: OverrideTarget): number =>
    target.type === "role" ? roles.findIndex(({ id }) => id === target.id) : roles.length;
  return [...all, ...named.toSorted((a, b) => rank(a) - rank(b))];
};

type ChoiceProps = Props & {
  targets: Targets;
  chosen: OverrideTarget;
  onChoose: (target: OverrideTarget) => void;
};

const Choice = ({ serverId, edit, targets, chosen, isLocked, onChoose }: ChoiceProps) => {
  const rights = useRights(serverId);
  const all = listTargets(edit, targets);
  const add = (target: OverrideTarget): void => {
    edit.change(addTarget(edit.draft, target));
    onChoose(target);
  };
  return (
    <div className={styles.choice}>
      <Select<string>
        label="For"
        options={all.map((target) => ({ value: target.id, label: targets.getName(target) }))}
        value={chosen.id}
        onValueChange={(id) => {
          const target = all.find((one) => one.id === id);
          if (target) onChoose(target);
        }}
      />
      {!isLocked && (
        <TargetPicker
          serverId={serverId}
          label="Role or member"
          roles={targets.roles}
          isOffered={(target) => {
            const wanted = toOverrideTarget(target);
            const isBelow =
              target.type === "role" ? rights.isAboveRole(target.role) : rights.isAbove(target.member);
            return isBelow && !all.some((other) => isSameTarget(other, wanted));
          }}
          onChoose={(target) => add(toOverrideTarget(target))}
          trigger={<Button icon={<Plus />}>Add role or member</Button>}
        />
      )}
    </div>
  );
};

/** A role or member, and for each permission whether the channel allows it, denies it or says nothing. */
export const AdvancedPart = (props: Props) => {
  const { serverId, channel, edit } = props;
  const targets = useTargets(serverId);
  const rights = useRights(serverId);
  const [wanted, setWanted] = useState<OverrideTarget>();
  const [first] = listTargets(edit, targets);
  const all = listTargets(edit, targets);
  const chosen = all.find((target) => wanted && isSameTarget(target, wanted)) ?? first;
  if (!chosen) return null;
  const isReachable = targets.isReachable(chosen, rights);
  const canRemove = isReachable && !props.isLocked && findOverride(edit.draft, chosen) !== undefined;
  return (
    <div className={styles.part}>
      <Choice {...props} targets={targets} chosen={chosen} onChoose={setWanted} />
      {!isReachable && (
        <Callout title={`What is said about ${targets.getName(chosen)} is out of your reach`}>
          They stand as high as you or higher: only somebody above them can change it.
        </Callout>
      )}
      <p className={styles.muted}>
        “Inherit” leaves it to what they may do in the server. What a channel allows one of somebody’s roles
        counts more than what it denies another.
      </p>
      <StanceList
        type={channel.type}
        target={chosen}
        draft={edit.draft}
        ownBits={rights.bitsIn(channel)}
        isLocked={props.isLocked || !isReachable}
        onChange={edit.change}
      />
      {canRemove && (
        <div>
          <Button size="small" onClick={() => edit.change(removeTarget(edit.draft, chosen))}>
            Say nothing about {targets.getName(chosen)} any more
          </Button>
        </div>
      )}
    </div>
  );
};
