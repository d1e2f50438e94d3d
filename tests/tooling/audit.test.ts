/** `npm run audit`, with an npm that answers what the registry would. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const script = join(import.meta.dirname, "../../scripts/audit.mjs");

const runAudit = async (answer: string): Promise<{ exitCode: number; output: string }> => {
  const directory = await mkdtemp(join(tmpdir(), "together-audit-"));
  const npm = join(directory, "npm-cli.js");
  await writeFile(npm, `process.stdout.write(${JSON.stringify(answer)}); process.exitCode = 1;`);
  const env = { ...process.env, npm_execpath: npm };
  try {
    return await new Promise((resolve) => {
      const child = execFile(process.execPath, [script], { env }, (_error, output) =>
        resolve({ exitCode: child.exitCode ?? -1, output }),
      );
    });
  } finally {
    await rm(directory, { recursive: true });
  }
};

const faultOf = (severity: string) => ({
  vulnerabilities: {
    ws: { name: "ws", severity, via: [{ title: "reads too far", url: "https://example.org/1" }] },
  },
});

test("a grave fault fails, and is named", async () => {
  const { exitCode, output } = await runAudit(JSON.stringify(faultOf("high")));
  expect({ exitCode, output }).toEqual({
    exitCode: 1,
    output: "ws (high): reads too far https://example.org/1\n",
  });
});

test("a small one does not", async () => {
  expect(await runAudit(JSON.stringify(faultOf("low")))).toMatchObject({ exitCode: 0 });
});

test.each([
  ["", "no answer"],
  ['{"message": "405 Method Not Allowed"}', "405 Method Not Allowed"],
])("no answer (%j) is neither", async (answer, words) => {
  const { exitCode, output } = await runAudit(answer);
  expect(exitCode).toBe(2);
  expect(output).toContain(words);
});
