import { ArrowDown, ArrowUp, Lock, Plus } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";

import type { Rights } from "#client/features/servers/rights.ts";
import { errorText } from "#client/features/session/error-text.ts";
import { Button } from "#client/ui/button.tsx";
import { IconButton } from "#client/ui/icon-button.tsx";
import { toast } from "#client/ui/toaster.tsx";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { trpc } from "#sdk/react.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { RoleId, ServerId } from "#shared/ids.ts";

import { RoleDot } from "./role-dot.tsx";
import styles from "./role-list.module.css";
import { isEveryone, moveRole } from "./role-order.ts";
import { formatCount, type Holders } from "./use-roles.ts";

type Step = 1 | -1;

/** Moves a role by one place, and says where it stands then. */
const useMove = (serverId: ServerId, roles: readonly Role[], canMove: (role: Role) => boolean) => {
  const [said, setSaid] = useState("");
  const reorder = trpc.roles.reorder.useMutation({ onError: (error) => toast.error(errorText(error)) });
  const findOrder = ({ id }: Role, step: Step) => moveRole(roles, { id, step, canMove });
  const move = (role: Role, step: Step): void => {
    const order = findOrder(role, step);
    if (!order || reorder.isPending) return;
    const place = order.indexOf(role.id) + 1;
    reorder.mutate(
      { serverId, roleIds: order },
      { onSuccess: () => setSaid(`${role.name} is now number ${place} of ${order.length}.`) },
    );
  };
  return { said, move, canStep: (role: Role, step: Step) => findOrder(role, step) !== undefined };
};

type RowProps = {
  role: Role;
  count: string | undefined;
  isLocked: boolean;
  isSelected: boolean;
  onSelect: () => void;
  movement: ReturnType<typeof useMove>;
};

const stepOf = ({ altKey, key }: KeyboardEvent): Step | undefined => {
  if (!altKey) return undefined;
  if (key === "ArrowUp") return -1;
  return key === "ArrowDown" ? 1 : undefined;
};

const Row = ({ role, count, isLocked, isSelected, onSelect, movement }: RowProps) => {
  const button = useRef<HTMLButtonElement>(null);
  const isMoved = useRef(false);
  const { name } = role;
  useEffect(() => {
    // An element that changes its place in the page loses the focus.
    if (!isMoved.current || document.activeElement !== document.body) return;
    button.current?.focus();
    isMoved.current = false;
  });
  const press = (event: KeyboardEvent): void => {
    const step = stepOf(event);
    if (!step) return;
    event.preventDefault();
    isMoved.current = true;
    movement.move(role, step);
  };
  return (
    <li className={styles.row} data-selected={isSelected}>
      <button
        ref={button}
        type="button"
        className={styles.role}
        onClick={onSelect}
        onKeyDown={press}
        {...(isSelected && { "aria-current": "true" as const })}
      >
        <RoleDot color={role.color} />
        <span className={styles.name}>{name}</span>
        {isLocked && <Lock className={styles.lock} aria-label="(as high as yours or higher)" />}
        {count !== undefined && (
          <span className={styles.count}>
            {count}
            <VisuallyHidden>{count === "1" ? " member" : " members"}</VisuallyHidden>
          </span>
        )}
      </button>
      {([-1, 1] as const).map((step) => (
        <span key={step} className={styles.step}>
          {movement.canStep(role, step) && (
            <IconButton
              size="small"
              label={`Move ${name} ${step === -1 ? "up" : "down"}`}
              icon={step === -1 ? <ArrowUp /> : <ArrowDown />}
              onClick={() => movement.move(role, step)}
            />
          )}
        </span>
      ))}
    </li>
  );
};

type Props = {
  serverId: ServerId;
  roles: readonly Role[];
  holders: Holders;
  rights: Rights;
  selectedId: RoleId | undefined;
  onSelect: (id: RoleId) => void;
  onCreate: () => void;
};

/** The roles, highest first: the higher one decides about the lower. */
export const RoleList = ({ serverId, roles, holders, rights, selectedId, onSelect, onCreate }: Props) => {
  const movement = useMove(serverId, roles, rights.isAboveRole);
  return (
    <div className={styles.column}>
      <Button size="small" icon={<Plus />} isWide onClick={onCreate}>
        Create role
      </Button>
      <ol className={styles.list} aria-label="Roles, the highest first">
        {roles.map((role) => (
          <Row
            key={role.id}
            role={role}
            count={
              isEveryone(role)
                ? undefined
                : formatCount(holders.byRole.get(role.id)?.length ?? 0, holders.isComplete)
            }
            isLocked={!rights.isAboveRole(role)}
            isSelected={role.id === selectedId}
            onSelect={() => onSelect(role.id)}
            movement={movement}
          />
        ))}
      </ol>
      <p className={styles.hint}>
        Who has a higher role decides about those below.
        <span className={styles.keys}> Alt and an arrow move a role.</span>
      </p>
      <output>
        <VisuallyHidden>{movement.said}</VisuallyHidden>
      </output>
    </div>
  );
};
