import { readFileSync } from "node:fs";

/**
 * @typedef {object} Totals
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * Counts the tests of one Vitest run. A file that could not be loaded has no tests to count, and an error outside of
 * any test belongs to none: both count as a failure, so that nothing broken is ever reported as zero failures.
 *
 * @param {{ reportFile: string, exitCode: number }} run
 * @returns {Totals}
 */
export function countTests({ reportFile, exitCode }) {
  const report = findReport(reportFile);
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    failed: exitCode === 0 ? failed : Math.max(failed, 1),
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults
 *
 * @param {string} reportFile
 * @returns {VitestReport | undefined} undefined when the run ended before it wrote one
 */
function findReport(reportFile) {
  try {
    /** @type {VitestReport} */
    const report = JSON.parse(readFileSync(reportFile, "utf8"));
    return report;
  } catch {
    return undefined;
  }
}

/**
 * @param {Totals[]} parts
 * @returns {Totals}
 */
export function sumTotals(parts) {
  const sum = (/** @type {(part: Totals) => number} */ get) =>
    parts.reduce((total, part) => total + get(part), 0);
  return {
    passed: sum((part) => part.passed),
    failed: sum((part) => part.failed),
    skipped: sum((part) => part.skipped),
  };
}
