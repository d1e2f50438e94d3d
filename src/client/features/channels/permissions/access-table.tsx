import { Check, X } from "lucide-react";

import {
  listChannelGroups,
  permissionGroups,
  permissionWords,
} from "#client/features/roles/permission-words.ts";
import type { Target } from "#client/features/roles/target-picker.tsx";
import { getMemberName } from "#client/features/members/member-index.ts";
import { isEveryone } from "#client/features/roles/role-order.ts";
import { useStanding } from "#client/features/servers/use-rights.ts";
import { useIsBefore } from "#client/lib/at-moment.ts";
import { trpc } from "#sdk/react.ts";
import type { Channel } from "#shared/contract/channels.ts";
import type { Role } from "#shared/contract/roles.ts";
import {
  type ExplainedMember,
  type ExplainedOverrides,
  explainPermission,
} from "#shared/explain-permission.ts";
import type { RoleId, ServerId } from "#shared/ids.ts";
import { parsePermissions, type PermissionName } from "#shared/permissions.ts";

import { explainText, type ExplainNames } from "./explain-text.ts";
import { toDraft } from "./override-draft.ts";
import styles from "./permissions.module.css";

const toRole = ({ id, permissions }: Role) => ({ id, permissions: parsePermissions(permissions) ?? 0n });

const getSubjectRoles = (target: Target): readonly RoleId[] => {
  if (target.type === "member") return target.member.roleIds;
  return isEveryone(target.role) ? [] : [target.role.id];
};

/** Whom it is about, as the explanation asks for it; undefined until the server is known. */
const useSubject = (serverId: ServerId, target: Target): ExplainedMember | undefined => {
  const standing = useStanding(serverId);
  const isTimedOut = useIsBefore(target.type === "member" ? target.member.timeoutUntil : null);
  const everyone = standing?.roles.find(isEveryone);
  if (!standing || !everyone) return undefined;
  const roleIds = getSubjectRoles(target);
  return {
    isOwner: target.type === "member" && target.member.user.id === standing.server.ownerId,
    everyone: toRole(everyone),
    roles: standing.roles.filter(({ id }) => roleIds.includes(id)).map(toRole),
    isTimedOut,
  };
};

const toExplained = (channel: Channel, target: Target, everyoneId: RoleId): ExplainedOverrides => {
  const draft = toDraft(channel.overrides);
  const ofRoles = draft.flatMap((override) =>
    override.target.type === "role" ? [[override.target.id, override] as const] : [],
  );
  const roles = new Map(ofRoles);
  return {
    everyone: roles.get(everyoneId),
    roles,
    member: draft.find(
      (override) =>
        override.target.type === "member" &&
        target.type === "member" &&
        override.target.id === target.member.user.id,
    ),
  };
};

const usePlace = (serverId: ServerId, channel: Channel | undefined): string | undefined => {
  const { data: channels = [] } = trpc.channels.list.useQuery({ serverId }, { enabled: false });
  if (!channel) return undefined;
  const category = channels.find(({ id }) => id === channel.parentId);
  if (channel.followsCategory && category) return `the category ${category.name}`;
  return channel.type === "category" ? "this category" : "this channel";
};

type RowProps = {
  name: PermissionName;
  subject: ExplainedMember;
  overrides: ExplainedOverrides | undefined;
  names: ExplainNames;
};

const Row = ({ name, subject, overrides, names }: RowProps) => {
  const explanation = explainPermission(subject, name, overrides);
  return (
    <tr data-allowed={explanation.isAllowed}>
      <th scope="row">
        {explanation.isAllowed ? <Check aria-hidden /> : <X aria-hidden />}
        {permissionWords[name].label}
      </th>
      <td>{explainText(explanation, names)}</td>
    </tr>
  );
};

type Props = {
  serverId: ServerId;
  /** Undefined: in the server as a whole. */
  channel: Channel | undefined;
  target: Target;
};

/** Each permission that means something there: whether somebody has it, and why. */
export const AccessTable = ({ serverId, channel, target }: Props) => {
  const subject = useSubject(serverId, target);
  const standing = useStanding(serverId);
  const place = usePlace(serverId, channel);
  if (!subject || !standing) return null;
  const groups = channel ? listChannelGroups(channel.type) : permissionGroups;
  const overrides = channel && toExplained(channel, target, subject.everyone.id);
  const name = target.type === "role" ? target.role.name : getMemberName(target.member);
  const getRole = (id: RoleId): string => standing.roles.find((role) => role.id === id)?.name ?? "a role";
  return (
    <table className={styles.table} aria-label={`What ${name} may do`}>
      <tbody>
        {groups
          .flatMap(({ permissions }) => permissions)
          .map((permission) => (
            <Row
              key={permission}
              name={permission}
              subject={subject}
              overrides={overrides}
              names={{ subject: name, getRole, place }}
            />
          ))}
      </tbody>
    </table>
  );
};
