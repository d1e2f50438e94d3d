import {
  ConnectTransport,
  ConsumersById,
  JoinVoice,
  LeaveVoice,
  ModerateVoice,
  Produce,
  ProducerById,
  SetConsumerLayers,
  SetVoiceState,
  TransportById,
  VoiceSessionById,
} from "#shared/contract/voice.ts";
import { ServerById } from "#shared/contract/servers.ts";
import { router } from "../trpc/init.ts";
import { inChannel, inServer, signedIn } from "../trpc/procedures.ts";

export const voiceRouter = router({
  capabilities: signedIn.query(({ ctx }) => ctx.services.voice.getCapabilities()),
  states: inServer()
    .input(ServerById)
    .query(({ ctx }) => ctx.services.voice.listStates(ctx.actor, ctx.access)),
  join: inChannel("CONNECT_VOICE")
    .input(JoinVoice)
    .mutation(({ ctx, input }) => ctx.services.voice.join(ctx.actor, ctx.access, input)),
  sync: signedIn
    .input(VoiceSessionById)
    .query(({ ctx, input }) => ctx.services.voice.sync(ctx.actor, input.voiceSessionId)),
  connectTransport: signedIn
    .input(ConnectTransport)
    .mutation(({ ctx, input }) => ctx.services.voice.connectTransport(ctx.actor, input)),
  restartIce: signedIn
    .input(TransportById)
    .mutation(({ ctx, input }) => ctx.services.voice.restartIce(ctx.actor, input.transportId)),
  produce: signedIn.input(Produce).mutation(({ ctx, input }) => ctx.services.voice.produce(ctx.actor, input)),
  closeProducer: signedIn
    .input(ProducerById)
    .mutation(({ ctx, input }) => ctx.services.voice.closeProducer(ctx.actor, input.producerId)),
  resumeConsumers: signedIn
    .input(ConsumersById)
    .mutation(({ ctx, input }) => ctx.services.voice.setConsumersWanted(ctx.actor, input.consumerIds, true)),
  pauseConsumers: signedIn
    .input(ConsumersById)
    .mutation(({ ctx, input }) => ctx.services.voice.setConsumersWanted(ctx.actor, input.consumerIds, false)),
  setConsumerLayers: signedIn
    .input(SetConsumerLayers)
    .mutation(({ ctx, input }) => ctx.services.voice.setConsumerLayers(ctx.actor, input)),
  setState: signedIn
    .input(SetVoiceState)
    .mutation(({ ctx, input }) => ctx.services.voice.setState(ctx.actor, input)),
  leave: signedIn.input(LeaveVoice).mutation(({ ctx, input }) => ctx.services.voice.leave(ctx.actor, input)),
  probe: signedIn.mutation(({ ctx }) => ctx.services.voice.probe(ctx.actor)),
  moderate: inChannel()
    .input(ModerateVoice)
    .mutation(({ ctx, input }) => ctx.services.voice.moderate(ctx.actor, ctx.access, input)),
});
