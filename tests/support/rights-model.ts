/** A server's rights as tables hold them: changed by acts, and loaded as a state that shares nothing with an earlier one. */
import { RightsCache } from "#server/access/rights-cache.ts";
import type { MemberState, RoleState, ServerState } from "#server/access/server-state.ts";
import { createIdSource } from "#server/kernel/id-source.ts";
import type { Override, SharedChannel } from "#shared/contract/channels.ts";
import type { ChannelId, OverrideTarget, RoleId, UserId } from "#shared/ids.ts";
import {
  DEFAULT_EVERYONE_PERMISSIONS,
  formatPermissions,
  type PermissionOverride,
  type Permissions,
  permissionBits,
} from "#shared/permissions.ts";
import { FakeClock } from "./fake-clock.ts";

interface ModelChannel {
  id: ChannelId;
  parentId: ChannelId | null;
  follows: boolean;
  overrides: Map<string, { target: OverrideTarget } & PermissionOverride>;
}

/** Acts choose by `a` and `b` among what there is. */
export interface Change {
  act: (typeof RightsModel.acts)[number];
  a: number;
  b: number;
  bits: [Permissions, Permissions];
}

const pick = <T>(from: readonly T[], n: number): T => {
  const picked = from[n % from.length];
  if (picked === undefined) throw new Error("there is nothing to pick from");
  return picked;
};

export class RightsModel {
  static readonly acts = [
    "setRole",
    "changeMember",
    "comeOrGo",
    "setOverride",
    "removeOverride",
    "follow",
    "passOn",
    "deleteRole",
    "deleteChannel",
    "nothing",
  ] as const;

  readonly #ids = createIdSource(new FakeClock());
  readonly #serverId = this.#ids.serverId();
  /** @everyone first. */
  readonly #roleIds: readonly RoleId[] = Array.from({ length: 4 }, () => this.#ids.roleId());
  readonly #roles = new Map<RoleId, Permissions>();
  readonly #members = new Map<UserId, Set<RoleId>>();
  readonly #channels: ModelChannel[] = [];
  #owner: UserId;

  /** The owner first; all are members in the beginning. */
  readonly users: readonly UserId[] = Array.from({ length: 5 }, () => this.#ids.userId());
  /** Its followers stand after it. */
  readonly categoryIndex = 2;

  constructor() {
    this.#owner = pick(this.users, 0);
    const bits = [
      DEFAULT_EVERYONE_PERMISSIONS,
      permissionBits("MANAGE_MESSAGES"),
      permissionBits("MANAGE_ROLES"),
      permissionBits("MUTE_MEMBERS"),
    ];
    for (const [index, id] of this.#roleIds.entries()) this.#roles.set(id, pick(bits, index));
    for (const id of this.users) this.#members.set(id, new Set());
    this.giveRole(3, 1);
    this.giveRole(4, 3);
    for (let index = 0; index < 6; index++) {
      const category = index > this.categoryIndex ? this.#channels[this.categoryIndex] : undefined;
      const follows = category !== undefined && index < 5;
      this.#channels.push({
        id: this.#ids.channelId(),
        parentId: category?.id ?? null,
        follows,
        overrides: new Map(),
      });
    }
    this.setOverride(this.categoryIndex, permissionBits("STREAM"));
  }

  get owner(): UserId {
    return this.#owner;
  }

  get memberCount(): number {
    return this.#members.size;
  }

  get #everyone(): RoleId {
    return pick(this.#roleIds, 0);
  }

  apply({ act, a, b, bits: [allow, deny] }: Change): void {
    const channel = pick(this.#channels, a);
    if (act === "setRole") this.setRole(a, allow & deny);
    else if (act === "changeMember") this.changeMember(a, b);
    else if (act === "comeOrGo") this.#comeOrGo(pick(this.users, a));
    else if (act === "setOverride") this.#override(channel, b, { allow: allow & ~deny, deny });
    else if (act === "removeOverride") channel.overrides.delete(this.#target(b).id);
    else if (act === "follow") channel.follows = channel.parentId !== null && !channel.follows;
    else if (act === "passOn") this.passOn(a);
    else if (act === "deleteRole") this.#deleteRole(pick(this.#roleIds, a));
    else if (act === "deleteChannel" && this.#channels.length > 3) this.#channels.pop();
  }

  setRole(n: number, permissions: Permissions): void {
    this.#roles.set(pick(this.#roleIds, n), permissions);
  }

  giveRole(userIndex: number, roleIndex: number): void {
    this.#members.get(pick(this.users, userIndex))?.add(pick(this.#roleIds, roleIndex));
  }

  /** Gives the member a role, or takes it. Returns whose roles have changed. */
  changeMember(a: number, b: number): UserId {
    const userId = pick(this.users, a);
    const own = this.#members.get(userId);
    const roleId = pick(this.#roleIds.slice(1), b);
    if (own && !own.delete(roleId) && this.#roles.has(roleId)) own.add(roleId);
    return userId;
  }

  passOn(n: number): void {
    const userId = pick(this.users, n);
    if (this.#members.has(userId)) this.#owner = userId;
  }

  /** What @everyone may do there, alone. */
  setOverride(n: number, deny: Permissions): void {
    this.#override(pick(this.#channels, n), 0, { allow: 0n, deny });
  }

  makePrivate(n: number): void {
    this.setOverride(n, permissionBits("VIEW_CHANNEL"));
  }

  load(): ServerState {
    return {
      id: this.#serverId,
      ownerId: this.#owner,
      everyoneRoleId: this.#everyone,
      roles: new Map(
        [...this.#roles].map(([id, permissions], position): [RoleId, RoleState] => [
          id,
          { id, name: "role", color: null, permissions, position },
        ]),
      ),
      channels: this.#loadChannels(),
      members: new Map(
        [...this.#members].map(([id, roleIds]): [UserId, MemberState] => [
          id,
          { roleIds: [...roleIds].toReversed(), timeoutUntil: null },
        ]),
      ),
      rights: new RightsCache(),
    };
  }

  #loadChannels(): Map<ChannelId, SharedChannel> {
    const none: Override[] = [];
    const lists = new Map(
      this.#channels.map(({ id, overrides }) => [
        id,
        overrides.size === 0
          ? none
          : [...overrides.values()].map(({ target, allow, deny }) => ({
              target,
              allow: formatPermissions(allow),
              deny: formatPermissions(deny),
            })),
      ]),
    );
    return new Map(
      this.#channels.map(({ id, parentId, follows }, position): [ChannelId, SharedChannel] => [
        id,
        {
          id,
          serverId: this.#serverId,
          type: "text",
          name: "channel",
          topic: null,
          parentId,
          position,
          slowModeSeconds: 0,
          overrides: lists.get(follows && parentId ? parentId : id) ?? none,
          followsCategory: follows,
        },
      ]),
    );
  }

  #target(n: number): OverrideTarget {
    const roles = [...this.#roles.keys()].map((id) => ({ type: "role", id }) as const);
    const members = this.users.map((id) => ({ type: "member", id }) as const);
    return pick([...roles, ...members], n);
  }

  #override({ overrides }: ModelChannel, n: number, bits: PermissionOverride): void {
    const target = this.#target(n);
    // To the end, as a row that is written anew.
    overrides.delete(target.id);
    overrides.set(target.id, { target, ...bits });
  }

  #comeOrGo(userId: UserId): void {
    if (userId === this.#owner) return;
    if (!this.#members.delete(userId)) this.#members.set(userId, new Set());
  }

  #deleteRole(id: RoleId): void {
    if (id === this.#everyone) return;
    this.#roles.delete(id);
    for (const own of this.#members.values()) own.delete(id);
    for (const { overrides } of this.#channels) overrides.delete(id);
  }
}
