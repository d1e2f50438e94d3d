/** What is asked of each community, through the services, as a request or the gateway would. */
import { SightFinder } from "#server/gateway/sight.ts";
import { createUsersRepo } from "#server/users/users.repo.ts";
import { createUsersService } from "#server/users/users.service.ts";
import { ListMembers } from "#shared/contract/members.ts";
import { ListMessages, SearchMessages } from "#shared/contract/messages.ts";
import type { ServerId } from "#shared/ids.ts";
import { permissionBits } from "#shared/permissions.ts";
import type { TestServices } from "#tests/support/services.ts";
import { queryOf } from "../messages/history.ts";
import { type Community, readers } from "./community.ts";

type Act = (place: Community, index: number) => Promise<unknown>;

const content = "The tide comes in at six tonight, so bring the boat round to the north steps before then.";
const checksAtOnce = 1_000;
/** The same words everywhere, however many there is time for. */
const searchesAtOnce = 12;

const at = <T>(all: readonly [T, ...T[]], index: number): T => all[index % all.length] ?? all[0];

/** As the gateway builds it, for the member who came first. */
export const createReady = (world: TestServices): ((place: Community) => Promise<string>) => {
  const { access, servers, reads, events, presence } = world;
  const users = createUsersService({ repo: createUsersRepo(world.db), access, events, presence });
  return async ({ members: [actor] }) => {
    const states = await access.loadServersOf(actor.userId);
    const [user, snapshots, readStates] = await Promise.all([
      users.getMe(actor.userId),
      servers.snapshots(actor.userId, states),
      reads.list(actor),
    ]);
    return JSON.stringify({ t: "READY", d: { user, servers: snapshots, reads: readStates } });
  };
};

const messageActs = ({ access, messages }: TestServices) =>
  ({
    send: async ({ members, mainId }, index) => {
      const actor = at(members, index * 7);
      const place = await access.requireChannel(actor.userId, mainId, "SEND_MESSAGES");
      await messages.send(actor, place, { channelId: mainId, content });
    },
    history: async ({ members, mainId }, index) => {
      const actor = at(members, index * 7);
      await access.requireChannel(actor.userId, mainId);
      await messages.list(actor, ListMessages.parse({ channelId: mainId }));
    },
    search: async ({ members: [actor], mainId }) => {
      for (let count = 0; count < searchesAtOnce; count += 1)
        await messages.search(actor, SearchMessages.parse({ channelId: mainId, query: queryOf(count) }));
    },
  }) satisfies Record<string, Act>;

const memberActs = ({ members, invites }: TestServices) =>
  ({
    memberPage: ({ serverId }) => members.list(ListMembers.parse({ serverId })),
    /** In the middle of them, and nobody else. */
    memberSearch: ({ serverId, size }) =>
      members.list(ListMembers.parse({ serverId, query: `User ${Math.floor(size.members / 2)}` })),
    comeAndGo: async ({ members: everyone, serverId, code }) => {
      const actor = everyone.at(-1) ?? everyone[0];
      await members.leave(actor, serverId);
      await invites.accept(actor, code);
    },
  }) satisfies Record<string, Act>;

const rightsActs = ({ access, channels }: TestServices) =>
  ({
    check: async ({ members, channelIds }) => {
      for (let count = 0; count < checksAtOnce; count += 1)
        await access.requireChannel(at(members, count * 7).userId, at(channelIds, count * 3), "VIEW_CHANNEL");
    },
    /** With what the gateway then finds out: what each of those who are online sees. */
    govern: async ({ owner, members, serverId, mainId, everyoneRoleId }, index) => {
      const place = await access.requireChannel(owner.userId, mainId, "MANAGE_ROLES");
      const target = { type: "role", id: everyoneRoleId } as const;
      const deny = permissionBits(index % 2 === 0 ? "SPEAK" : "STREAM");
      await channels.setOverride(owner, place, { channelId: mainId, target, allow: 0n, deny });
      const state = requireState(access, serverId);
      const sights = new SightFinder();
      for (const { userId } of members) sights.find(state, userId);
    },
  }) satisfies Record<string, Act>;

const requireState = (access: TestServices["access"], serverId: ServerId) => {
  const state = access.peek(serverId);
  if (!state) throw new Error("the server is not in memory");
  return state;
};

export const createActs = (world: TestServices) => {
  const ready = createReady(world);
  return {
    ...messageActs(world),
    ...memberActs(world),
    ...rightsActs(world),
    ready: (place) => ready(place),
    unread: ({ members }, index) => world.reads.list(at(members, index % readers)),
  } satisfies Record<string, Act>;
};
export type ActName = keyof ReturnType<typeof createActs>;

const amounts: { [name in ActName]?: number } = { check: checksAtOnce, search: searchesAtOnce };

/** How much of it one act is. */
export const amountOf = (name: ActName): number => amounts[name] ?? 1;
