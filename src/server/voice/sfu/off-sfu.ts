import { AppError } from "../../kernel/app-error.ts";
import type { Sfu } from "./sfu.ts";

/** The SFU of a server whose voice is off: every call refuses with the cause, one sentence for people. */
export const createOffSfu = (cause: string): Sfu => {
  const refuse = (): never => {
    throw new AppError("VOICE_UNAVAILABLE", { cause });
  };
  return {
    availability: () => ({ kind: "unavailable", cause }),
    getRtpCapabilities: refuse,
    openRoom: async () => refuse(),
    openProbe: async () => refuse(),
    measureBitrate: async () => 0,
    close: async () => undefined,
  };
};
