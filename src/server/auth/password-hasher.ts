/**
 * Passwords become bcrypt hashes of their SHA-256: bcrypt reads 72 bytes at most and stops at a NUL, base64 of a digest has
 * 44 and none. Hashing is meant to be dear, so only as much of it runs at once as there are cores for, and only so much
 * waits. Strangers with many addresses can fill the room that is theirs; who is known has a room of their own, and goes
 * first.
 */
import { availableParallelism } from "node:os";
import { sha256 } from "oslo/crypto";
import { base64 } from "oslo/encoding";
import { Bcrypt } from "oslo/password";
import { AppError } from "../kernel/app-error.ts";

interface Options {
  /** bcrypt's cost: each one more doubles the work. */
  rounds: number;
  /** Default: one less than there are cores, so that hashing never takes the last one from those who talk. */
  maxConcurrent?: number;
  /** Of strangers. Default 32: at 12 rounds on two cores the last one waits some 12 s. */
  maxWaiting?: number;
  /** Of those who are known. Default 16: the last one waits some 6 s. */
  maxKnownWaiting?: number;
}

/** Known is who is signed in, or signs in where the account has a session already. */
export type Standing = "known" | "stranger";

export interface PasswordHasher {
  /** @throws UNAVAILABLE when too many wait */
  hash(password: string, standing?: Standing): Promise<string>;
  /**
   * Whether the hash is the password's. Without a hash the answer is no, after the same work: how long it takes must not
   * tell whether there is such an account.
   * @throws UNAVAILABLE when too many wait
   */
  verify(password: string, hash: string | undefined, standing?: Standing): Promise<boolean>;
}

const hashPattern = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;

/** Well formed, so that bcrypt does all of its work, and the hash of nothing that anybody will find. */
const createDecoy = (rounds: number): string => `$2b$${String(rounds).padStart(2, "0")}$${".".repeat(53)}`;

/** The same characters can be typed as different code points, depending on the system. */
const digest = async (password: string): Promise<string> =>
  base64.encode(new Uint8Array(await sha256(new TextEncoder().encode(password.normalize("NFKC")))));

interface GateOptions {
  maxConcurrent: number;
  maxWaiting: Record<Standing, number>;
}

/** Runs at most so many at once, keeps at most so many waiting, and refuses the rest. */
const createGate = ({ maxConcurrent, maxWaiting }: GateOptions) => {
  const waiting: Record<Standing, (() => void)[]> = { known: [], stranger: [] };
  let running = 0;
  return async <T>(standing: Standing, work: () => Promise<T>): Promise<T> => {
    if (running < maxConcurrent) running++;
    else if (waiting[standing].length >= maxWaiting[standing]) throw new AppError("UNAVAILABLE");
    else {
      await new Promise<void>((resolve) => {
        waiting[standing].push(resolve);
      });
    }
    try {
      return await work();
    } finally {
      // The place is handed on rather than freed, so that a newcomer cannot overtake those who wait.
      const next = waiting.known.shift() ?? waiting.stranger.shift();
      if (next) next();
      else running--;
    }
  };
};

export const createPasswordHasher = ({
  rounds,
  maxConcurrent = Math.max(1, availableParallelism() - 1),
  maxWaiting = 32,
  maxKnownWaiting = 16,
}: Options): PasswordHasher => {
  const bcrypt = new Bcrypt({ cost: rounds });
  const decoy = createDecoy(rounds);
  const inTurn = createGate({
    maxConcurrent,
    maxWaiting: { known: maxKnownWaiting, stranger: maxWaiting },
  });
  return {
    hash: (password, standing = "stranger") =>
      inTurn(standing, async () => bcrypt.hash(await digest(password))),
    verify: (password, hash, standing = "stranger") =>
      inTurn(standing, async () => {
        const isHash = hash !== undefined && hashPattern.test(hash);
        const isRight = await bcrypt.verify(isHash ? hash : decoy, await digest(password));
        return isRight && isHash;
      }),
  };
};
