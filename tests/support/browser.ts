/** Real Chromium, one for a test file; each person gets a profile of their own in it. */
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const candidates = [
  process.env["CHROMIUM_BIN"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Headless, without a GPU, and quiet: its background traffic has nowhere to go. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** With these flags besides, such as those for a microphone that plays a file. */
export const launchChromium = async (moreFlags: readonly string[] = []): Promise<Browser> => {
  const executablePath = candidates.find((path) => path !== undefined && existsSync(path));
  if (!executablePath) throw new Error("no Chromium: npm test installs one, or set CHROMIUM_BIN");
  return chromium.launch({ executablePath, args: [...flags, ...moreFlags] });
};

/** Tells the console of whatever the page's policy has forbidden, what a script tried in silence too. */
const tellOffences = `document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  console.error("forbidden by the page's policy:", violatedDirective, blockedURI));`;

export interface Person extends AsyncDisposable {
  page: Page;
  context: BrowserContext;
  /** What the page complained about on its console, besides failed requests. */
  complaints: string[];
}

export interface Look {
  width?: number;
  height?: number;
  /** Fingers instead of a mouse. Default: false. */
  hasTouch?: boolean;
  colorScheme?: "dark" | "light";
}

/** Someone with a browser profile of their own, looking at this address. */
export const aPersonAt = async (browser: Browser, url: string, options: Look = {}): Promise<Person> => {
  const { width = 1_440, height = 900, hasTouch = false, colorScheme = "light" } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    hasTouch,
    isMobile: hasTouch,
    colorScheme,
    baseURL: url,
  });
  await context.addInitScript(tellOffences);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const isNetwork = /Failed to load resource|WebSocket connection/.test(message.text());
    if (message.type() === "error" && !isNetwork) complaints.push(message.text());
  });
  await page.goto(url);
  return { page, context, complaints, [Symbol.asyncDispose]: () => context.close() };
};
