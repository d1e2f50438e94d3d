/**
 * The machine's microphones, loudspeakers and cameras, kept true while they are plugged in and out. A chosen device that
 * is gone is replaced by the system's choice, never forgotten: it counts again once it is back.
 */
import { type ReadableState, StateCell } from "#sdk/readable-state.ts";
import type { MediaDevice, MediaDevices } from "./engine.ts";

/** What a browser's `mediaDevices` is asked for here. */
export interface DeviceSource {
  enumerateDevices: () => Promise<
    readonly Pick<MediaDeviceInfo, "deviceId" | "groupId" | "kind" | "label">[]
  >;
  addEventListener: (type: "devicechange", listener: () => void) => void;
  removeEventListener: (type: "devicechange", listener: () => void) => void;
}

export interface DeviceList {
  readonly state: ReadableState<MediaDevices>;
  /** Which machine part the system's choice of a microphone is now, where the browser tells; empty otherwise. */
  readonly systemMicrophone: ReadableState<string>;
  /** To be called when the browser may have begun to tell names. */
  refresh: () => Promise<void>;
  close: () => void;
}

type Info = Awaited<ReturnType<DeviceSource["enumerateDevices"]>>[number];

/** Chromium's names for the system's choice, beside the devices themselves: here that is no choice at all. */
const systemIds = new Set(["default", "communications"]);

const pick = (infos: readonly Info[], kind: MediaDeviceKind): MediaDevice[] =>
  infos
    .filter((info) => info.kind === kind && info.deviceId !== "" && !systemIds.has(info.deviceId))
    .map(({ deviceId, label }) => ({ id: deviceId, label }));

/** Before a first permission a browser may tell of devices without their ids: then it is not known which are there. */
const areKnown = (devices: readonly MediaDevice[]): boolean => devices.length > 0;

/** The device to ask for now: the chosen one while it is there, or null for the system's choice. */
export const resolveDevice = (chosenId: string | null, devices: readonly MediaDevice[]): string | null =>
  chosenId === null || !areKnown(devices) || devices.some(({ id }) => id === chosenId) ? chosenId : null;

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

export const createDeviceList = (options: {
  source: DeviceSource | undefined;
  canChooseLoudspeaker: boolean;
}): DeviceList => {
  const { source, canChooseLoudspeaker } = options;
  const none: MediaDevices = { microphones: [], loudspeakers: [], cameras: [], canChooseLoudspeaker };
  const state = new StateCell<MediaDevices>(none);
  const systemMicrophone = new StateCell("");
  let asked = 0;

  const refresh = async (): Promise<void> => {
    asked += 1;
    const mine = asked;
    const infos = await source?.enumerateDevices().catch(() => undefined);
    // A later question has the newer answer, whichever comes first.
    if (!infos || mine !== asked) return;
    const next: MediaDevices = {
      microphones: pick(infos, "audioinput"),
      loudspeakers: pick(infos, "audiooutput"),
      cameras: pick(infos, "videoinput"),
      canChooseLoudspeaker,
    };
    const system = infos.find(({ kind, deviceId }) => kind === "audioinput" && deviceId === "default");
    if (!isSame(next, state.get())) state.set(next);
    systemMicrophone.set(system?.groupId ?? "");
  };
  const follow = (): void => void refresh();
  source?.addEventListener("devicechange", follow);
  follow();
  return {
    state,
    systemMicrophone,
    refresh,
    close: () => {
      asked += 1;
      source?.removeEventListener("devicechange", follow);
    },
  };
};
