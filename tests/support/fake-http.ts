/** A `fetch` that answers tRPC calls from functions, so that the library can be tested without a server. */
import { type ErrorDetail, reasons } from "#shared/errors.ts";
import type { Fetch } from "#sdk/http.ts";

export interface FakeCall {
  path: string;
  input: unknown;
  token: string | null;
}
type Answer = (call: FakeCall) => unknown;

/** Thrown by an answer to refuse the call. */
export class FakeRefusal extends Error {
  readonly detail: ErrorDetail;

  constructor(detail: ErrorDetail) {
    super(detail.reason);
    this.detail = detail;
  }
}

const answerOne = async (answers: Record<string, Answer>, call: FakeCall): Promise<unknown> => {
  try {
    const answer = answers[call.path];
    if (!answer) throw new FakeRefusal({ reason: "NOT_FOUND", params: {} });
    return { result: { data: await answer(call) } };
  } catch (error) {
    if (!(error instanceof FakeRefusal)) throw error;
    const { httpStatus, code } = reasons[error.detail.reason];
    return {
      error: {
        message: error.detail.reason,
        code: -32_000,
        data: { ...error.detail, code, httpStatus, path: call.path },
      },
    };
  }
};

const parse = (text: string | null): unknown => (text === null || text === "" ? undefined : JSON.parse(text));

const getInput = (inputs: unknown, index: number): unknown =>
  typeof inputs === "object" && inputs !== null ? Reflect.get(inputs, String(index)) : undefined;

export class FakeHttp {
  readonly calls: FakeCall[] = [];
  /** While true every call fails as it does without a network. */
  isDown = false;
  readonly #answers: Record<string, Answer>;

  constructor(answers: Record<string, Answer>) {
    this.#answers = answers;
  }

  callsOf(path: string): FakeCall[] {
    return this.calls.filter((call) => call.path === path);
  }

  readonly fetch: Fetch = async (address, { headers, body, signal }) => {
    if (this.isDown) throw new TypeError("fetch failed");
    const url = new URL(address);
    const paths = url.pathname.replace("/api/trpc/", "").split(",");
    const isBatch = url.searchParams.has("batch");
    const inputs = parse(body ?? url.searchParams.get("input"));
    const token = headers["authorization"]?.replace("Bearer ", "") ?? null;
    const calls = paths.map((path, index) => ({
      path,
      token,
      input: isBatch ? getInput(inputs, index) : inputs,
    }));
    this.calls.push(...calls);
    const answers = await Promise.all(calls.map((call) => answerOne(this.#answers, call)));
    if (this.isDown || signal.aborted) throw new TypeError("the network was cut");
    return { ok: true, status: 200, json: () => Promise.resolve(isBatch ? answers : answers[0]) };
  };
}
