import type { VoiceEngine } from "#client/voice/engine.ts";
import type { TogetherClient } from "#sdk/index.ts";

/** WebRTC and the sound's processing are fetched with the first call: whoever only reads does without. */
export const loadVoiceEngine = async (client: TogetherClient): Promise<VoiceEngine> => {
  const [{ createVoiceClient }, { createVoiceEngine }] = await Promise.all([
    import("#sdk/voice/index.ts"),
    import("#client/voice/create-voice-engine.ts"),
  ]);
  return createVoiceEngine({ call: createVoiceClient({ client }), client });
};
