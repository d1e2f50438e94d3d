import { expect, test } from "vitest";
import { createEnvironment } from "./environment.ts";

const createPage = () => {
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const locked: string[] = [];
  const locks = {
    request: (name: string, run: () => Promise<unknown>) => {
      locked.push(name);
      return run();
    },
  };
  return { locked, page: Object.assign(new EventTarget(), { document, navigator: { locks } }) };
};

test("a page tells of its network and of being looked at, until nobody listens", () => {
  const { page } = createPage();
  const signs: string[] = [];
  const stop = createEnvironment(page).onWake((sign) => signs.push(sign));
  page.dispatchEvent(new Event("offline"));
  page.dispatchEvent(new Event("online"));
  page.document.dispatchEvent(new Event("visibilitychange"));
  page.document.visibilityState = "hidden";
  page.document.dispatchEvent(new Event("visibilitychange"));
  stop();
  page.dispatchEvent(new Event("online"));
  expect(signs).toEqual(["offline", "online", "visible"]);
});

test("a page takes the browser's lock", async () => {
  const { page, locked } = createPage();
  expect(await createEnvironment(page).exclusively("name", () => Promise.resolve(5))).toBe(5);
  expect(locked).toEqual(["name"]);
});

test("where there is no page and no lock, nothing is told and everything runs", async () => {
  const environment = createEnvironment({});
  environment.onWake(() => undefined)();
  expect(await environment.exclusively("name", () => Promise.resolve(5))).toBe(5);
});
