import type { UserRef } from "#shared/contract/users.ts";
import type { ServerId } from "#shared/ids.ts";

import { MemberProfile } from "./member-profile.tsx";
import styles from "./member-name.module.css";
import { useMemberName } from "./use-members.ts";

/** Somebody's name in the server, as a button that opens their profile. */
export const MemberName = ({ serverId, user }: { serverId: ServerId; user: UserRef }) => {
  const name = useMemberName(serverId, user);
  return (
    <MemberProfile
      serverId={serverId}
      user={user}
      trigger={
        <button type="button" className={styles.name}>
          {name}
        </button>
      }
    />
  );
};
