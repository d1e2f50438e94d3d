// Before the first paint, so that a chosen theme does not flash: see src/client/lib/theme.ts.
try {
  const [, choice] = /^"(light|dark)"$/.exec(localStorage.getItem("together.theme") ?? "") ?? [];
  if (choice !== undefined) document.documentElement.dataset.theme = choice;
} catch {
  // Storage is blocked: the system's theme stands.
}

// Before any schema is made: the page's policy forbids eval, which zod would otherwise try once, and the browser report.
globalThis.__zod_globalConfig = { jitless: true };
