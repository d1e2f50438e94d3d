/** What axe says about a page. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** What is serious on the page as it is, or in a part of it, a text each: the screen, the rule, the element and what is wrong with it. */
export const findFaults = async (page: Page, screen: string, part = "html"): Promise<string[]> => {
  // There are no frames: the quick mode sees everything.
  const axe = (): AxeBuilder => new AxeBuilder({ page }).include(part).setLegacyMode();
  const run = async (builder: AxeBuilder, colorScheme: "light" | "dark"): Promise<string[]> => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // The colours are there with the next frame.
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    const { violations } = await builder.analyze();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) =>
        nodes.map(
          ({ html, failureSummary }) => `${screen}, ${colorScheme}: ${id}: ${html} ${failureSummary}`,
        ),
      );
  };
  return [
    ...(await run(axe(), "light")),
    // Nothing but the colours is different in the dark.
    ...(await run(axe().withRules("color-contrast"), "dark")),
  ];
};
