/** A server that is measured, with all that it needs to bring an event to whoever has a socket open. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { z } from "zod";
import type { GatewayEvent } from "#shared/events.ts";
import type { Door } from "./door.ts";

export interface Side extends z.infer<typeof Door> {
  publish: (event: GatewayEvent) => void;
}

export const listen = async (server: Server): Promise<number> => {
  await once(server.listen(0, "127.0.0.1", 2_048), "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  return address.port;
};
