/** The camera and the screen that are shown: it owns their tracks, and ends them when they are shown no longer. */
import type { ReadableState } from "#sdk/index.ts";
import type { VoiceClient } from "#sdk/voice/index.ts";
import { type DeviceList, resolveDevice } from "./audio-devices.ts";
import type { ScreenTracks } from "./capture.ts";
import { MediaRefusal, type VoiceSettings } from "./engine.ts";
import { toMediaProblem } from "./media-problem.ts";

export type VideoSource = "camera" | "screen";

export interface VideoShareOptions {
  call: Pick<VoiceClient, "own" | "showCamera" | "showScreen" | "stopVideo">;
  settings: ReadableState<VoiceSettings>;
  devices: Pick<DeviceList, "state" | "refresh">;
  openCamera: (deviceId: string | null) => Promise<MediaStreamTrack>;
  openScreen: () => Promise<ScreenTracks | undefined>;
}

const refuse = (error: unknown): never => {
  throw new MediaRefusal(toMediaProblem(error));
};

export class VideoShare {
  readonly #options: VideoShareOptions;
  readonly #tracks = new Map<VideoSource, readonly MediaStreamTrack[]>();
  readonly #stops: (() => void)[];
  #shown: Record<VideoSource, boolean> = { camera: false, screen: false };
  #cameraId: string | null;

  constructor(options: VideoShareOptions) {
    this.#options = options;
    this.#cameraId = options.settings.get().cameraId;
    this.#stops = [
      options.call.own.subscribe(() => this.#followCall()),
      options.settings.subscribe(() => this.#followSettings()),
    ];
  }

  /** @throws MediaRefusal, or the call's failure */
  async startCamera(): Promise<void> {
    const { call, settings, devices, openCamera } = this.#options;
    const { cameraId } = settings.get();
    this.#cameraId = cameraId;
    const track = await openCamera(resolveDevice(cameraId, devices.state.get().cameras)).catch(refuse);
    await this.#show("camera", [track], () => call.showCamera(track));
    await devices.refresh();
  }

  /** Nothing where the person chose nothing. @throws MediaRefusal, or the call's failure */
  async startScreen(): Promise<void> {
    const { call, openScreen } = this.#options;
    const tracks = await openScreen().catch(refuse);
    if (!tracks) return;
    const { video, audio } = tracks;
    await this.#show("screen", audio ? [video, audio] : [video], () => call.showScreen(tracks));
  }

  stop(source: VideoSource): void {
    this.#options.call.stopVideo(source);
    this.#end(source);
  }

  close(): void {
    for (const stop of this.#stops) stop();
    for (const source of this.#tracks.keys()) this.stop(source);
  }

  async #show(
    source: VideoSource,
    tracks: readonly MediaStreamTrack[],
    send: () => Promise<void>,
  ): Promise<void> {
    const before = this.#tracks.get(source) ?? [];
    this.#tracks.set(source, tracks);
    const [video] = tracks;
    // The browser's own button, or a camera that was pulled out.
    video?.addEventListener("ended", () => {
      if (this.#tracks.get(source) === tracks) this.stop(source);
    });
    try {
      await send();
    } catch (error) {
      if (this.#tracks.get(source) === tracks) this.#end(source);
      throw error;
    } finally {
      for (const track of before) track.stop();
    }
  }

  #end(source: VideoSource): void {
    const tracks = this.#tracks.get(source) ?? [];
    this.#tracks.delete(source);
    for (const track of tracks) track.stop();
  }

  /** The call ended, or the right to show was taken away. */
  #followCall(): void {
    const { camera, screen } = this.#options.call.own.get();
    const shown = { camera: camera !== null, screen: screen !== null };
    for (const source of ["camera", "screen"] as const) {
      if (this.#shown[source] && !shown[source]) this.#end(source);
    }
    this.#shown = shown;
  }

  #followSettings(): void {
    const { cameraId } = this.#options.settings.get();
    if (cameraId === this.#cameraId) return;
    this.#cameraId = cameraId;
    // One that cannot be opened leaves the one that is shown.
    if (this.#tracks.has("camera")) this.startCamera().catch(() => undefined);
  }
}
