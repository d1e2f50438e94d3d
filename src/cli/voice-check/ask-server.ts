/** What the check asks the server itself: whether it has voice, and for ways in to try. */
import { type CallFailure, createTogetherClient, reasonOf } from "#sdk/index.ts";
import type { VoiceProbe } from "#shared/contract/voice.ts";
import { z } from "zod";

/** Why nothing could be tried, in a sentence. */
export class CannotTryError extends Error {
  override readonly name = "CannotTryError";
}

/** The server has no voice, for this cause. */
export interface NoVoice {
  kind: "unavailable";
  cause: string;
}

const Health = z.object({
  voice: z.enum(["available", "unavailable", "off"]),
  voice_problem: z.string().optional(),
});

const healthTimeoutMs = 10_000;

const readHealth = async (origin: string): Promise<unknown> => {
  try {
    const answer = await fetch(`${origin}/health`, { signal: AbortSignal.timeout(healthTimeoutMs) });
    return await answer.json();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw new CannotTryError(`${origin} cannot be reached: is Together running, and is that its address?`, {
      cause: error,
    });
  }
};

/** Undefined when the server has voice, as far as it knows itself. @throws CannotTryError */
export const findAbsence = async (origin: string): Promise<NoVoice | undefined> => {
  const health = Health.safeParse(await readHealth(origin));
  if (!health.success) throw new CannotTryError(`${origin} answers, but not as a Together server does.`);
  const { voice, voice_problem: cause = "it is switched off (VOICE_WORKERS is 0)" } = health.data;
  return voice === "available" ? undefined : { kind: "unavailable", cause };
};

const failureText = (failure: CallFailure, origin: string): string => {
  switch (failure.reason) {
    case "UNAUTHENTICATED":
    case "INVALID_INPUT":
      return "The user name or the password is wrong.";
    case "RATE_LIMITED":
      return `There were too many tries; wait ${Math.ceil(failure.params.retryAfterMs / 1_000)} seconds.`;
    case "NETWORK":
      return `${origin} does not answer as it should; is it the same version as this program?`;
    default:
      return `${origin} refuses: ${failure.reason}.`;
  }
};

interface Credentials {
  username: string;
  password: string;
}

/** Signs in for this one question, and out again. @throws CannotTryError */
export const askForProbe = async (
  origin: string,
  credentials: Credentials,
): Promise<VoiceProbe | NoVoice> => {
  const client = createTogetherClient({ url: origin });
  try {
    await client.session.login(credentials);
    const probe = await client.api.voice.probe.mutate();
    await client.session.logout();
    return probe;
  } catch (error) {
    const failure = reasonOf(error);
    if (failure.reason === "VOICE_UNAVAILABLE") return { kind: "unavailable", cause: failure.params.cause };
    throw new CannotTryError(failureText(failure, origin), { cause: error });
  } finally {
    client.close();
  }
};
