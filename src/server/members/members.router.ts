import {
  BanMember,
  KickMember,
  ListMembers,
  SetMemberRoles,
  SetNickname,
  TimeoutMember,
  UnbanMember,
} from "#shared/contract/members.ts";
import { ServerById } from "#shared/contract/servers.ts";
import { router } from "../trpc/init.ts";
import { inServer } from "../trpc/procedures.ts";

export const membersRouter = router({
  list: inServer()
    .input(ListMembers)
    .query(({ ctx, input }) => ctx.services.members.list(input)),
  /** One's own needs no permission; the service asks for another's. */
  setNickname: inServer()
    .input(SetNickname)
    .mutation(({ ctx, input }) => ctx.services.members.setNickname(ctx.actor, ctx.access, input)),
  kick: inServer("KICK_MEMBERS")
    .input(KickMember)
    .mutation(({ ctx, input }) => ctx.services.members.kick(ctx.actor, input)),
  ban: inServer("BAN_MEMBERS")
    .input(BanMember)
    .mutation(({ ctx, input }) => ctx.services.members.ban(ctx.actor, input)),
  unban: inServer("BAN_MEMBERS")
    .input(UnbanMember)
    .mutation(({ ctx, input }) => ctx.services.members.unban(ctx.actor, input)),
  setRoles: inServer("MANAGE_ROLES")
    .input(SetMemberRoles)
    .mutation(({ ctx, input }) => ctx.services.members.setRoles(ctx.actor, input)),
  timeout: inServer("TIMEOUT_MEMBERS")
    .input(TimeoutMember)
    .mutation(({ ctx, input }) => ctx.services.members.timeout(ctx.actor, input)),
  bans: inServer("BAN_MEMBERS")
    .input(ServerById)
    .query(({ ctx, input }) => ctx.services.members.bans(input.serverId)),
});
