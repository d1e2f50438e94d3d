/** The client library: everything a program needs to take part in a Together server, in a browser or in Node. */
export { createTogetherClient, type TogetherClient, type TogetherClientOptions } from "./client.ts";
export type { AnyEventHandler, ConnectionState, EventHandler, EventStream } from "./events/event-stream.ts";
export { type CallFailure, mayRetry, reasonOf, retryAfterMsOf } from "./failure.ts";
export {
  createOutbox,
  type Draft,
  type Outbox,
  type OutboxOptions,
  type PendingMessage,
  type PendingWait,
} from "./outbox.ts";
export type { OutboxStorage } from "./outbox-store.ts";
export type { ReadableState } from "./readable-state.ts";
export { createRetryPolicy, type RetryPolicy } from "./retry-policy.ts";
export type { RouterInputs, RouterOutputs, TogetherRouter } from "./router-types.ts";
export type { LoginInput, RegisterInput, Session, SessionState } from "./session.ts";
export { createTypingSender, type TypingSender } from "./typing-sender.ts";
