import { expect, test } from "vitest";

import { ConsumerId } from "#shared/ids.ts";

import { createVideoWatch, type WatchedVideo } from "./video-watch.ts";

const aConsumerId = (n: number) => ConsumerId.parse(`00000000-0000-4000-8000-${String(n).padStart(12, "0")}`);
const [first, second] = [aConsumerId(1), aConsumerId(2)];

const aWatch = () => {
  const told: (readonly WatchedVideo[])[] = [];
  const watch = createVideoWatch((videos) => told.push(videos));
  return { watch, told, settle: () => Promise.resolve() };
};

test("tells of all that came into view at a time in one go", async () => {
  const { watch, told, settle } = aWatch();
  watch.set(first, 640.4);
  watch.set(second, 320);
  await settle();
  expect(told).toEqual([
    [
      { consumerId: first, widthPx: 640 },
      { consumerId: second, widthPx: 320 },
    ],
  ]);
});

test("tells when one goes out of view or changes its size, and is silent when nothing changed", async () => {
  const { watch, told, settle } = aWatch();
  watch.set(first, 640);
  await settle();
  watch.set(first, 640);
  await settle();
  expect(told).toHaveLength(1);
  watch.set(first, 1_280);
  await settle();
  watch.set(first, undefined);
  await settle();
  expect(told.slice(1)).toEqual([[{ consumerId: first, widthPx: 1_280 }], []]);
});

test("watches nothing while the page is out of view, and the same as before when it is back", async () => {
  const { watch, told, settle } = aWatch();
  watch.set(first, 640);
  await settle();
  watch.setPageHidden(true);
  await settle();
  watch.setPageHidden(false);
  await settle();
  expect(told).toEqual([[{ consumerId: first, widthPx: 640 }], [], [{ consumerId: first, widthPx: 640 }]]);
});
