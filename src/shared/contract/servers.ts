import { z } from "zod";
import { ServerId, UserId } from "../ids.ts";
import { limits } from "../limits.ts";
import { text, type Time } from "./common.ts";

const ServerName = text(limits.serverName);

export const ServerById = z.object({ serverId: ServerId });
export const CreateServer = z.object({ name: ServerName });
export const UpdateServer = z.object({ serverId: ServerId, name: ServerName.optional() });
export type UpdateServer = z.infer<typeof UpdateServer>;
export const TransferOwnership = z.object({ serverId: ServerId, userId: UserId });

export interface Server {
  id: ServerId;
  name: string;
  ownerId: UserId;
  iconUrl: string | null;
  createdAt: Time;
}
