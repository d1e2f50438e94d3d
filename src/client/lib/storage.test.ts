import { describe, expect, test } from "vitest";

import { createStored, createStoredMap } from "./storage.ts";

const createMemoryStorage = (overrides: Partial<Storage> = {}): Storage => {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
    ...overrides,
  };
};

const refuse = (): never => {
  throw new DOMException("refused", "QuotaExceededError");
};

const parseNumber = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

const createWidth = (area: Storage | undefined, maxChars = 100) =>
  createStored<number>({ key: "width", parse: parseNumber, fallback: 240, area, maxChars });

describe("one value", () => {
  test("is there for the next page", () => {
    const area = createMemoryStorage();
    createWidth(area).set(300);
    expect(createWidth(area).get()).toBe(300);
    expect(area.key(0)).toBe("together.width");
  });

  test.each(["{", '"300"', "null"])("%j in its place counts as nothing", (text) => {
    const area = createMemoryStorage();
    area.setItem("together.width", text);
    expect(createWidth(area).get()).toBe(240);
  });

  test.each([
    ["there is no storage", undefined],
    ["the storage is full", createMemoryStorage({ setItem: refuse })],
    ["everything is refused", createMemoryStorage({ getItem: refuse, setItem: refuse, removeItem: refuse })],
  ])("lives until the page is left when %s", (_, area) => {
    const width = createWidth(area);
    width.set(300);
    expect(width.get()).toBe(300);
    width.clear();
    expect(width.get()).toBe(240);
  });

  test("that is too long is kept, and not stored", () => {
    const area = createMemoryStorage();
    const width = createWidth(area, 3);
    width.set(12_345);
    expect(width.get()).toBe(12_345);
    expect(area.length).toBe(0);
  });

  test("tells of its changes until nobody listens", () => {
    const width = createWidth(createMemoryStorage());
    const heard: number[] = [];
    const stop = width.subscribe(() => heard.push(width.get()));
    width.set(1);
    stop();
    width.set(2);
    expect(heard).toEqual([1]);
  });

  test("is the same object while nothing has changed", () => {
    const stored = createStored<string[]>({
      key: "list",
      parse: (value) => (Array.isArray(value) ? value.map(String) : undefined),
      fallback: [],
      area: createMemoryStorage(),
    });
    stored.set(["a"]);
    expect(stored.get()).toBe(stored.get());
  });
});

describe("a map of texts", () => {
  test("keeps one for each id, and forgets an empty one", () => {
    const area = createMemoryStorage();
    const drafts = createStoredMap({ key: "drafts", area });
    drafts.set("a", "one");
    drafts.set("b", "two");
    drafts.set("a", "");
    const again = createStoredMap({ key: "drafts", area });
    expect([again.find("a"), again.find("b")]).toEqual([undefined, "two"]);
  });

  test("lets the oldest go when it is full", () => {
    const drafts = createStoredMap({ key: "drafts", maxEntries: 2, area: createMemoryStorage() });
    drafts.set("a", "1");
    drafts.set("b", "2");
    drafts.set("a", "3");
    drafts.set("c", "4");
    expect(["a", "b", "c"].map((id) => drafts.find(id))).toEqual(["3", undefined, "4"]);
  });

  test("never loses a text that is too long to be stored", () => {
    const drafts = createStoredMap({ key: "drafts", maxEntryChars: 5, area: createMemoryStorage() });
    drafts.set("a", "123456");
    expect(drafts.find("a")).toBe("123456");
    drafts.set("a", "12");
    expect(drafts.find("a")).toBe("12");
  });
});
