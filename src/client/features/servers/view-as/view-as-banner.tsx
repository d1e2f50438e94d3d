import { Eye } from "lucide-react";
import { useEffect, useRef } from "react";

import { Banner } from "#client/ui/banner.tsx";
import { Button } from "#client/ui/button.tsx";
import { DropdownMenu, type MenuEntry } from "#client/ui/menu.tsx";
import { trpc } from "#sdk/react.ts";
import type { Role } from "#shared/contract/roles.ts";
import type { RoleId } from "#shared/ids.ts";

import { useViewing, type ViewAs } from "./view-as-context.tsx";

/** What takes Esc before this does. */
const overlays = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";

/** Before the conversation, which marks itself as read with it. */
const useEscape = (onEscape: () => void): void => {
  const latest = useRef(onEscape);
  useEffect(() => {
    latest.current = onEscape;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.isComposing || document.querySelector(overlays)) return;
      event.preventDefault();
      event.stopPropagation();
      latest.current();
    };
    window.addEventListener("keydown", press, { capture: true });
    return () => window.removeEventListener("keydown", press, { capture: true });
  }, []);
};

const nameRoles = (roles: readonly Role[]): string => {
  const names = roles.map(({ name }) => name);
  if (names.length === 0) return "a member without roles sees it";
  return names.length === 1
    ? `${names[0]} sees it`
    : `a member with ${new Intl.ListFormat("en").format(names)} sees it`;
};

const Viewing = ({ viewAs }: { viewAs: ViewAs }) => {
  const { view, stop } = useViewing();
  const { serverId, roleIds } = viewAs;
  const { data: all = [] } = trpc.roles.list.useQuery({ serverId }, { enabled: false });
  const roles = all.filter(({ position }) => position > 0);
  useEscape(stop);
  const toggle = (id: RoleId, isChecked: boolean): void =>
    view({ serverId, roleIds: isChecked ? [...roleIds, id] : roleIds.filter((other) => other !== id) });
  const items = roles.map(({ id, name }): MenuEntry => {
    const isChecked = roleIds.includes(id);
    return { kind: "checkbox", label: name, isChecked, onCheckedChange: (next) => toggle(id, next) };
  });
  return (
    <Banner
      tone="warning"
      action={
        <>
          {items.length > 0 && (
            <DropdownMenu items={items}>
              <Button size="small" icon={<Eye />}>
                Roles
              </Button>
            </DropdownMenu>
          )}
          <Button size="small" onClick={stop}>
            Stop
          </Button>
        </>
      }
    >
      You see the server as {nameRoles(roles.filter(({ id }) => roleIds.includes(id)))}.
    </Banner>
  );
};

/** Says as whom the server is seen, and ends it. */
export const ViewAsBanner = () => {
  const { viewAs } = useViewing();
  return viewAs && <Viewing viewAs={viewAs} />;
};
