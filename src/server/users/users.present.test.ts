import { expect, it } from "vitest";
import { systemClock } from "../kernel/clock.ts";
import { createIdSource } from "../kernel/id-source.ts";
import { presentMe, presentUser, presentUserRef } from "./users.present.ts";

const row = {
  id: createIdSource(systemClock).userId(),
  username: "alice",
  displayName: "Alice",
  bot: false,
  deletedAt: null,
  email: "alice@example.org",
  passwordHash: "not for anyone",
  chosenStatus: "dnd",
  isAdmin: false,
  customStatus: "Out",
  createdAt: new Date("2027-01-02T03:04:05.678Z"),
} as const;

const ref = { id: row.id, username: "alice", displayName: "Alice", avatarUrl: null, bot: false };
const user = { ...ref, status: "away", customStatus: "Out", createdAt: "2027-01-02T03:04:05.678Z" };

it("shows others what is public, and nothing else of the row", () => {
  expect(presentUserRef(row)).toEqual(ref);
  expect(presentUser(row, "away")).toEqual(user);
});

it("shows the owner the rest", () => {
  expect(presentMe(row, "away")).toEqual({
    ...user,
    email: "alice@example.org",
    chosenStatus: "dnd",
    isAdmin: false,
  });
});

it("shows a deleted account without its name", () => {
  const deleted = { ...row, deletedAt: row.createdAt };
  expect(presentUserRef(deleted)).toMatchObject({ displayName: "Deleted user", isDeleted: true });
  expect(presentUser(deleted, "online")).toMatchObject({
    displayName: "Deleted user",
    status: "offline",
    customStatus: null,
  });
});
