/** An HTTP request with nothing added, refused or unpacked on its way: any header may be set, also those of browsers. */
import { type IncomingHttpHeaders, request } from "node:http";
import { z } from "zod";

export interface RawResponse {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
}

interface RawRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

export const requestRaw = (
  url: string,
  { method = "GET", headers = {}, body }: RawRequest = {},
): Promise<RawResponse> =>
  new Promise((resolve, reject) => {
    // A connection of its own: what one answer closes must not be the next one's fault.
    const outgoing = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const whole = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: whole,
          text: whole.toString(),
        });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });

const Answer = z.object({ error: z.object({ data: z.unknown() }).optional() });

/** `error.data` of a refused call; of a batch, the first one's. */
export const refusalOf = ({ text }: RawResponse): unknown => {
  const answer: unknown = JSON.parse(text);
  return Answer.parse([answer].flat()[0]).error?.data;
};
