/** What a thrown thing says about the database. Drizzle wraps the driver's error, so every question looks along `cause`. */

/** SQLSTATE codes that have a meaning to Together: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const uniqueViolation = "23505";
const foreignKeyViolation = "23503";

/** The same call may succeed later: lost connections (08), no room left or too many clients (53), shutting down (57P). */
const unavailableStates = /^(?:08|53|57P0[1-5]|57014|25P03|40001|40P01|55P03)/;

const unavailableSystemCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  // The directory of a unix socket is there before, and after, the server.
  "ENOENT",
]);

/** What a pool answers while its database does not (`SuspendablePool`). */
export const suspendedMessage = "The database does not answer";

/** The driver and its pool tell a lost connection by these sentences alone, without a code. */
const unavailableMessages = [
  "Connection terminated",
  "Client has encountered a connection error",
  "Client was closed and is not queryable",
  "timeout exceeded when trying to connect",
  "timeout expired",
  "Query read timeout",
  "Cannot use a pool after calling end on the pool",
  suspendedMessage,
];

/** Why Together cannot start with this database, in a sentence for the operator; a stack would only hide it. */
export class DatabaseStartError extends Error {
  override readonly name = "DatabaseStartError";
}

const getCauses = (error: unknown): Error[] => {
  const causes: Error[] = [];
  let current = error;
  // Bounded: a chain that leads back to itself must not hang the server.
  while (current instanceof Error && causes.length < 8) {
    causes.push(current);
    current = current.cause;
  }
  return causes;
};

const getText = (error: Error, key: "code" | "constraint" | "syscall"): string | undefined => {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" ? value : undefined;
};

const hasViolated = (error: unknown, state: string, constraint: string | undefined): boolean =>
  getCauses(error).some(
    (cause) =>
      getText(cause, "code") === state &&
      (constraint === undefined || getText(cause, "constraint") === constraint),
  );

const isConnectionLoss = (error: Error): boolean => {
  const code = getText(error, "code");
  if (code === undefined) return unavailableMessages.some((message) => error.message.startsWith(message));
  // A file that is not there has the code of a socket that is not there.
  if (code === "ENOENT") return getText(error, "syscall") === "connect";
  return unavailableSystemCodes.has(code) || unavailableStates.test(code);
};

/** Whether a row with the same key exists; with a name, whether that constraint or unique index says so. */
export const isUniqueViolation = (error: unknown, constraintName?: string): boolean =>
  hasViolated(error, uniqueViolation, constraintName);

/** Whether a row that is referred to does not exist (any more), or one that others refer to was to go. */
export const isForeignKeyViolation = (error: unknown, constraintName?: string): boolean =>
  hasViolated(error, foreignKeyViolation, constraintName);

/** Whether the database could not be asked, or had no time: nobody's fault, and worth trying again. */
export const isUnavailable = (error: unknown): boolean => getCauses(error).some(isConnectionLoss);
