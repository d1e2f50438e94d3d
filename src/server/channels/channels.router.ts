import {
  ChannelById,
  CreateChannel,
  ListChannels,
  RemoveOverride,
  ReorderChannels,
  SetOverride,
  UpdateChannel,
} from "#shared/contract/channels.ts";
import { router } from "../trpc/init.ts";
import { inChannel, inServer } from "../trpc/procedures.ts";

export const channelsRouter = router({
  list: inServer()
    .input(ListChannels)
    .query(({ ctx }) => ctx.services.channels.list(ctx.actor, ctx.access)),
  create: inServer("MANAGE_CHANNELS")
    .input(CreateChannel)
    .mutation(({ ctx, input }) => ctx.services.channels.create(ctx.actor, ctx.access, input)),
  update: inChannel("MANAGE_CHANNELS")
    .input(UpdateChannel)
    .mutation(({ ctx, input }) => ctx.services.channels.update(ctx.actor, ctx.access, input)),
  delete: inChannel("MANAGE_CHANNELS")
    .input(ChannelById)
    .mutation(({ ctx }) => ctx.services.channels.delete(ctx.actor, ctx.access)),
  reorder: inServer("MANAGE_CHANNELS")
    .input(ReorderChannels)
    .mutation(({ ctx, input }) => ctx.services.channels.reorder(ctx.actor, ctx.access, input)),
  setOverride: inChannel("MANAGE_ROLES")
    .input(SetOverride)
    .mutation(({ ctx, input }) => ctx.services.channels.setOverride(ctx.actor, ctx.access, input)),
  /** Gives up the channel's own overrides for its category's. */
  followCategory: inChannel("MANAGE_ROLES")
    .input(ChannelById)
    .mutation(({ ctx }) => ctx.services.channels.followCategory(ctx.actor, ctx.access)),
  removeOverride: inChannel("MANAGE_ROLES")
    .input(RemoveOverride)
    .mutation(({ ctx, input }) => ctx.services.channels.removeOverride(ctx.actor, ctx.access, input)),
});
