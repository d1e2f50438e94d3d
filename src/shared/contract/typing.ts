import { z } from "zod";
import { ChannelId } from "../ids.ts";

export const StartTyping = z.object({ channelId: ChannelId });
