import { ChevronsUpDown } from "lucide-react";
import { useState } from "react";

import { type Target, TargetPicker, toOverrideTarget } from "#client/features/roles/target-picker.tsx";
import { Button } from "#client/ui/button.tsx";
import type { Channel } from "#shared/contract/channels.ts";
import type { ServerId } from "#shared/ids.ts";

import { AccessTable } from "./access-table.tsx";
import styles from "./permissions.module.css";
import { TargetName } from "./target-item.tsx";
import { useTargets } from "./use-target-names.ts";

/** What anybody may do in the channel, and why, as it is stored. */
export const AccessPart = ({ serverId, channel }: { serverId: ServerId; channel: Channel }) => {
  const targets = useTargets(serverId);
  const [chosen, setChosen] = useState<Target>();
  const first: Target | undefined = targets.everyone && { type: "role", role: targets.everyone };
  // As they are now, and not as they were when they were chosen.
  const wanted = chosen && toOverrideTarget(chosen);
  const role = wanted && targets.findRole(wanted);
  const member = wanted && targets.findMember(wanted);
  const current: Target | undefined =
    (role && { type: "role", role }) ?? (member && { type: "member", member }) ?? chosen ?? first;
  if (!current) return null;
  return (
    <div className={styles.part}>
      <div className={styles.line}>
        <p className={styles.label}>What may</p>
        <TargetPicker
          serverId={serverId}
          label="Role or member"
          roles={targets.roles}
          isOffered={() => true}
          onChoose={setChosen}
          trigger={
            <Button aria-label={`${targets.getName(toOverrideTarget(current))}: choose somebody else`}>
              <TargetName target={toOverrideTarget(current)} targets={targets} />
              <ChevronsUpDown aria-hidden />
            </Button>
          }
        />
        <p className={styles.label}>do here, and why?</p>
      </div>
      <AccessTable serverId={serverId} channel={channel} target={current} />
    </div>
  );
};
