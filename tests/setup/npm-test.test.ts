import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { createClone } from "./clone.ts";
import { Command } from "./command.ts";

/** Few and quick; and not these tests, which would start themselves. */
const someTests = ["--project", "unit", "src/shared"];

const failingTest = `
  import { expect, test } from "vitest";
  test("planted", () => expect(1).toBe(2));
`;

test("npm test on a fresh clone installs what is missing, and ends with the count and the right exit code", async () => {
  using clone = await createClone();

  await using passing = Command.run(clone, ["npm", "test", "--", ...someTests]);
  expect(await passing.exitCode, passing.output).toBe(0);
  expect(passing.lines.at(-1)).toMatch(/^[1-9]\d* passed, 0 failed$/);

  writeFileSync(join(clone.path, "src/shared/planted.test.ts"), failingTest);
  await using failing = Command.run(clone, [".ci/run", ...someTests]);
  expect(await failing.exitCode).toBe(1);
  expect(failing.lines.at(-1)).toMatch(/^[1-9]\d* passed, 1 failed$/);

  // A file that cannot even be loaded has no tests that could fail.
  writeFileSync(join(clone.path, "src/shared/planted.test.ts"), "import './not-there.ts';");
  await using broken = Command.run(clone, [".ci/run", ...someTests]);
  expect(await broken.exitCode).toBe(1);
  expect(broken.lines.at(-1)).toMatch(/^[1-9]\d* passed, 1 failed$/);

  await using empty = Command.run(clone, [".ci/run", "--project", "unit", "no-such-file"]);
  expect(await empty.exitCode).toBe(1);
  expect(empty.lines.at(-1)).toBe("0 passed, 1 failed");
});
