import { defineConfig } from "vitest/config";

/**
 * On a machine that is shared with others a browser may be starved for longer than any fair wait: there one more try
 * decides, and the report names the test that needed it. Only for browsers: elsewhere a second try would hide a race.
 */
const retry = process.env["CI"] === "true" ? 1 : 0;

/** Started once per run: a migrated template from which every database test file copies its own database. */
const postgres = ["tests/support/postgres.global.ts"];

/** Several browsers that talk to each other. */
const callTests = ["tests/e2e/voice.test.ts", "tests/e2e/voice-pictures.test.ts"];

const dbTests = ["src/**/*.db.test.ts", "tests/**/*.db.test.ts"];

/**
 * The kinds of test, from the cheapest to the dearest. Those that start whole processes (a browser, `npm start`) mostly
 * wait, so two files at once fill the machine; they wait for what they see, never for a time, and so bear its load.
 */
export default defineConfig({
  test: {
    pool: "forks",
    // Two cores are what a contributor can count on; more workers only make the time limits unreliable.
    maxWorkers: 2,
    passWithNoTests: false,
    // What is waited for takes its time on a busy machine; a second, the default, is soon over.
    expect: { requireAssertions: true, poll: { timeout: 15_000 } },
    unstubGlobals: true,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["src/**/*.test.{ts,tsx}", "tests/tooling/**/*.test.ts", "tests/deploy/**/*.test.ts"],
          exclude: [...dbTests, "src/**/*.voice.test.ts"],
          // The linter's own tests start it as a process; what is slow elsewhere shows in the report.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: "db",
          include: dbTests,
          globalSetup: postgres,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: "voice",
          include: ["src/**/*.voice.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: "contract",
          include: ["tests/contract/**/*.test.ts"],
          exclude: dbTests,
          globalSetup: postgres,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          retry,
          include: ["tests/e2e/**/*.test.ts"],
          exclude: [...dbTests, ...callTests],
          globalSetup: postgres,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "call",
          retry,
          include: callTests,
          globalSetup: postgres,
          // Alone and at the end: sound that waits for a processor is heard as a gap.
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "setup",
          include: ["tests/setup/**/*.test.ts"],
          exclude: dbTests,
          // One of them compiles for some minutes, on all cores.
          sequence: { groupOrder: 2 },
          // A first start installs every package and, for tests, a browser.
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
