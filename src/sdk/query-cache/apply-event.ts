import type { EventOf, EventType, GatewayEvent } from "#shared/events.ts";
import type { ApplyContext, EventAppliers } from "./apply-context.ts";
import { messageAppliers } from "./message-events.ts";
import { peopleAppliers } from "./people-events.ts";
import { serverAppliers } from "./server-events.ts";
import { voiceAppliers } from "./voice-events.ts";

const appliers: EventAppliers = {
  ...messageAppliers,
  ...peopleAppliers,
  ...serverAppliers,
  ...voiceAppliers,
};

const applyOne = <T extends EventType>(context: ApplyContext, { t, d }: EventOf<T>): void =>
  appliers[t](context, d);

/** Brings what is kept up to the event. */
export const applyEvent = (context: ApplyContext, event: GatewayEvent): void => applyOne(context, event);
