/** Why the browser gives no microphone, camera or screen: its own names turned into those that have words on the screen. */
import { type MediaProblem, MediaRefusal } from "./engine.ts";

const problems: Record<string, MediaProblem> = {
  NotAllowedError: "denied",
  // Older Safari's, and a page that a policy forbids to ask.
  PermissionDeniedError: "denied",
  SecurityError: "denied",
  NotFoundError: "no-device",
  DevicesNotFoundError: "no-device",
  OverconstrainedError: "no-device",
  NotReadableError: "in-use",
  TrackStartError: "in-use",
  AbortError: "in-use",
  NotSupportedError: "unsupported",
  TypeError: "unsupported",
};

/** By name, not by class: OverconstrainedError is no DOMException everywhere. */
const nameOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "name" in error && typeof error.name === "string"
    ? error.name
    : "";

export const toMediaProblem = (error: unknown): MediaProblem =>
  error instanceof MediaRefusal ? error.problem : (problems[nameOf(error)] ?? "failed");

/** Whether the device that was asked for is gone, and another one may do. */
export const isDeviceGone = (error: unknown): boolean => toMediaProblem(error) === "no-device";

/**
 * A person who closed the choice of a screen wants nothing told. The system's own refusal has the same name, and can be
 * known by its words alone.
 */
export const isChoiceCancelled = (error: unknown): boolean =>
  nameOf(error) === "NotAllowedError" && !(error instanceof Error && /by system/i.test(error.message));

/** The page's `navigator.mediaDevices`. @throws MediaRefusal where the page or the browser has none */
export const requireMediaDevices = (
  page: { isSecureContext: boolean; mediaDevices: MediaDevices | undefined } = {
    isSecureContext: globalThis.isSecureContext,
    mediaDevices: navigator.mediaDevices,
  },
): MediaDevices => {
  if (page.mediaDevices) return page.mediaDevices;
  throw new MediaRefusal(page.isSecureContext ? "unsupported" : "insecure");
};
