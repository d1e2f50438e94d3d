import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readOrCreateSecret } from "./secrets.ts";

const aDirectory = async () => {
  const path = await mkdtemp(join(tmpdir(), "together-secrets-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
};

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

it("makes a secret once, for its owner's eyes alone", async () => {
  await using directory = await aDirectory();
  const data = join(directory.path, "data");
  const secret = await readOrCreateSecret(data, "jwt-secret");
  expect(secret).toMatch(/^[\w-]{64}$/);
  expect(await readOrCreateSecret(data, "jwt-secret")).toBe(secret);
  expect(await modeOf(join(data, "secrets", "jwt-secret"))).toBe(0o600);
  expect(await modeOf(join(data, "secrets"))).toBe(0o700);
});

it("makes another secret for another name", async () => {
  await using directory = await aDirectory();
  const [one, other] = await Promise.all([
    readOrCreateSecret(directory.path, "one"),
    readOrCreateSecret(directory.path, "other"),
  ]);
  expect(one).not.toBe(other);
});

it("gives the same secret to all who ask at once, and leaves nothing else behind", async () => {
  await using directory = await aDirectory();
  const secrets = await Promise.all(
    Array.from({ length: 20 }, () => readOrCreateSecret(directory.path, "jwt-secret")),
  );
  expect(new Set(secrets).size).toBe(1);
  expect(await readdir(join(directory.path, "secrets"))).toEqual(["jwt-secret"]);
});

it("is not held up by what an interrupted start left", async () => {
  await using directory = await aDirectory();
  await mkdir(join(directory.path, "secrets"));
  await writeFile(join(directory.path, "secrets", `jwt-secret.${process.pid}`), "half");
  const secret = await readOrCreateSecret(directory.path, "jwt-secret");
  expect(secret).toHaveLength(64);
  expect(await readOrCreateSecret(directory.path, "jwt-secret")).toBe(secret);
});

it.each(["", "\n", "too short\n"])(
  "refuses a damaged secret (%j) instead of signing with it",
  async (content) => {
    await using directory = await aDirectory();
    const file = join(directory.path, "secrets", "jwt-secret");
    await mkdir(join(directory.path, "secrets"));
    await writeFile(file, content);
    await expect(readOrCreateSecret(directory.path, "jwt-secret")).rejects.toThrow(`${file} is damaged`);
  },
);
