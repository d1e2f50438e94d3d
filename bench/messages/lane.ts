/** One keep-alive connection that calls `messages.send`. */
import { uuidv7 } from "uuidv7";
import { HttpLane } from "../http-lane.ts";

export interface LaneOptions {
  port: number;
  token: string;
  channelId: string;
}

const content = "The tide comes in at six tonight, so bring the boat round to the north steps before then.";

export class Lane {
  readonly #http: HttpLane;
  readonly #options: LaneOptions;

  private constructor(http: HttpLane, options: LaneOptions) {
    this.#http = http;
    this.#options = options;
  }

  static async open(options: LaneOptions): Promise<Lane> {
    return new Lane(await HttpLane.open(options.port), options);
  }

  /** Resolves when the answer is there. */
  async send(): Promise<void> {
    const { token, channelId } = this.#options;
    const body = JSON.stringify({ channelId, content, nonce: uuidv7() });
    const { status, text } = await this.#http.ask({ path: "/api/trpc/messages.send", token, body });
    if (status !== 200) throw new Error(text);
  }
}
