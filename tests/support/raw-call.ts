/** A call as any program could make it, without the library: wrong inputs pass no type checker. */
import { z } from "zod";

export interface RawAnswer {
  status: number;
  /** Present when the call was accepted. */
  data?: unknown;
  reason?: string;
  params?: unknown;
}

interface RawCall {
  type: "query" | "mutation";
  path: string;
  input: unknown;
  token?: string | undefined;
  /** Gives up. */
  signal?: AbortSignal;
}

const Envelope = z.object({
  result: z.object({ data: z.unknown().optional() }).optional(),
  error: z
    .object({ data: z.object({ reason: z.string().optional(), params: z.unknown() }).optional() })
    .optional(),
});

export const callRaw = async (
  url: string,
  { type, path, input, token, signal }: RawCall,
): Promise<RawAnswer> => {
  const target = `${url}/api/trpc/${path}`;
  const body = input === undefined ? undefined : JSON.stringify(input);
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const response =
    type === "query"
      ? await fetch(body === undefined ? target : `${target}?input=${encodeURIComponent(body)}`, {
          headers,
          ...(signal && { signal }),
        })
      : await fetch(target, {
          method: "POST",
          headers: { ...headers, "content-type": "application/json" },
          ...(body === undefined ? {} : { body }),
          ...(signal && { signal }),
        });
  const text = await response.text();
  const envelope = Envelope.parse(text === "" ? {} : JSON.parse(text));
  if (envelope.result) return { status: response.status, data: envelope.result.data };
  const { reason, params } = envelope.error?.data ?? {};
  return { status: response.status, ...(reason && { reason }), ...(params !== undefined && { params }) };
};
