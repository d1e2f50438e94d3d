import { requireMediaDevices, toMediaProblem } from "#client/voice/media-problem.ts";
import type { MediaProblem } from "#client/voice/engine.ts";

export type MicrophoneLook =
  | { kind: "allowed" }
  /** The browser will ask when it is first wanted. */
  | { kind: "asks" }
  | { kind: "trouble"; problem: MediaProblem };

const readPermission = async (): Promise<PermissionState> => {
  try {
    return (await navigator.permissions.query({ name: "microphone" })).state;
  } catch {
    // Not every browser tells; each asks.
    return "prompt";
  }
};

/** Whether a call could have a microphone, without opening one: a check must not light its lamp. */
export const lookAtMicrophone = async (): Promise<MicrophoneLook> => {
  try {
    const devices = await requireMediaDevices().enumerateDevices();
    if (!devices.some(({ kind }) => kind === "audioinput")) return { kind: "trouble", problem: "no-device" };
  } catch (error) {
    return { kind: "trouble", problem: toMediaProblem(error) };
  }
  const permission = await readPermission();
  if (permission === "denied") return { kind: "trouble", problem: "denied" };
  return { kind: permission === "granted" ? "allowed" : "asks" };
};
