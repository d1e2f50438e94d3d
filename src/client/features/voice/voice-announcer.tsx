import { useState } from "react";

import { useMe } from "#client/features/users/use-me.ts";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import type { ChannelId, ServerId } from "#shared/ids.ts";

import { useCallPlace } from "./use-call-place.ts";
import { useParticipants, type VoicePerson } from "./use-voice-people.ts";
import { useChannelVoice } from "./use-voice-states.ts";
import { useVoiceCall } from "./voice-context.tsx";

/** Who came and who went, of those with a name: one who is still being looked up came before. */
const findNews = (before: readonly VoicePerson[], now: readonly VoicePerson[]): string[] => {
  const has = (people: readonly VoicePerson[], { id }: VoicePerson): boolean =>
    people.some((person) => person.id === id);
  return [
    ...now.filter((person) => !has(before, person)).map(({ name }) => `${name} joined.`),
    ...before.filter((person) => !has(now, person)).map(({ name }) => `${name} left.`),
  ];
};

const People = ({ serverId, channelId }: { serverId: ServerId; channelId: ChannelId }) => {
  const me = useMe();
  const states = useChannelVoice(serverId, channelId);
  const people = useParticipants(serverId, states)
    .map(({ person }) => person)
    .filter(({ id }) => id !== me.id);
  const [known, setKnown] = useState(people);
  const [text, setText] = useState("");
  const news = findNews(known, people);
  if (news.length > 0) {
    setKnown(people);
    setText(news.join(" "));
  }
  return <VisuallyHidden>{text}</VisuallyHidden>;
};

/** Tells a screen reader what the others see: that the call is on, broken or back, and who comes and goes. */
export const VoiceAnnouncer = () => {
  const call = useVoiceCall();
  const place = useCallPlace(call.kind === "idle" ? undefined : call.channelId);
  const name = place?.channel.name ?? "the voice channel";
  const standings = {
    idle: "",
    joining: `Joining ${name}.`,
    connected: `You are in ${name}.`,
    reconnecting: "Reconnecting to voice.",
  };
  return (
    <>
      <output>
        <VisuallyHidden>{standings[call.kind]}</VisuallyHidden>
      </output>
      <div aria-live="polite">
        {place && call.kind === "connected" && (
          <People key={place.channel.id} serverId={place.server.id} channelId={place.channel.id} />
        )}
      </div>
    </>
  );
};
