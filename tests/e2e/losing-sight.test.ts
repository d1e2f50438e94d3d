/** A channel is taken from somebody who is writing there: gone for their screen, their program and their stream. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Browser, Page } from "playwright-core";
import { aReader, channelLink, composer, message, pathOf, say } from "#tests/support/app.ts";
import { launchChromium, type Person } from "#tests/support/browser.ts";
import { aMember, aServer, aUser, type MadeServer, type TestUser } from "#tests/support/builders.ts";
import { callRaw } from "#tests/support/raw-call.ts";
import { RawGateway } from "#tests/support/raw-gateway.ts";
import { startTestServer, type TestServer } from "#tests/support/test-server.ts";
import type { ChannelId } from "#shared/ids.ts";

let browser: Browser;
let server: TestServer;
let alice: TestUser;
let bob: TestUser;
let harbour: MadeServer;
let plansId: ChannelId;
let owner: Person;
let writer: Person;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchChromium(), startTestServer()]);
  alice = await aUser(server, { username: "alice" });
  harbour = await aServer(alice);
  bob = await aMember(server, harbour, { username: "bob" });
  const { serverId } = harbour;
  plansId = (await alice.client.api.channels.create.mutate({ serverId, name: "plans", type: "text" })).id;
  const place = { url: server.url, path: pathOf({ serverId, channelId: plansId }) };
  owner = await aReader(browser, alice, place);
  writer = await aReader(browser, bob, place);
});
afterAll(async () => {
  await browser.close();
  for (const user of [alice, bob]) await user[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** As far as the button that stores it. */
const prepareDenial = async (page: Page): Promise<() => Promise<void>> => {
  await channelLink(page, "plans").hover();
  await page.getByRole("button", { name: "Options for #plans" }).click();
  await page.getByRole("menuitem", { name: "Permissions" }).click();
  const dialog = page.getByRole("dialog", { name: "Permissions of #plans" });
  await dialog.getByRole("tab", { name: "Permissions" }).click();
  await page.getByRole("button", { name: "Add role or member" }).click();
  await page.getByRole("option", { name: /bob/ }).click();
  await dialog.getByRole("radiogroup", { name: "See channels" }).getByRole("radio", { name: "Deny" }).click();
  return () => dialog.getByRole("button", { name: "Save changes" }).click();
};

/** Bob's stream, and where it stands. */
const listenAsBob = async (lastEventId?: string): Promise<RawGateway> => {
  const gateway = await RawGateway.open(server.url, { token: await bob.token() });
  gateway.subscribe(lastEventId);
  return gateway;
};

it("takes the channel within a second, keeps the draft, refuses what is sent, and replays nothing", async () => {
  const { page } = writer;
  await say(owner.page, "before");
  await message(page, "before").waitFor();
  using before = await listenAsBob();
  const { id: lastEventId } = await before.untilItem("READY");
  const save = await prepareDenial(owner.page);
  await composer(page).fill("half a thought");
  await owner.page.getByText(/bob is typing/).waitFor();

  await Promise.all([save(), channelLink(page, "plans").waitFor({ state: "detached" })]);
  const stored = await server.database.pool.query<{ at: Date }>(
    "select max(created_at) as at from audit_log where action = 'channels.setOverride'",
  );
  const [{ at: takenAt } = { at: new Date(0) }] = stored.rows;
  expect(Date.now() - takenAt.getTime()).toBeLessThan(1_000);
  await page.getByText("#plans is not available any more.").waitFor();
  await page.getByRole("textbox", { name: "Message #general" }).waitFor();

  const send = { type: "mutation", path: "messages.send", token: await bob.token() } as const;
  expect(await callRaw(server.url, { ...send, input: { channelId: plansId, content: "and on" } })).toEqual({
    status: 404,
    reason: "NOT_FOUND",
    params: {},
  });

  await alice.client.api.messages.send.mutate({ channelId: plansId, content: "now that we are alone" });
  using after = await listenAsBob(lastEventId);
  await after.untilItem("READY");
  await alice.client.api.messages.send.mutate({ channelId: harbour.channelId, content: "good evening" });
  await Promise.all([before.untilItem("MESSAGE_CREATE"), after.untilItem("MESSAGE_CREATE")]);
  const goneAt = before.items.findIndex(({ t }) => t === "CHANNEL_DELETE");
  expect(before.items[goneAt]?.d).toMatchObject({ id: plansId });
  expect(JSON.stringify(before.items.slice(goneAt + 1))).not.toContain(plansId);
  expect(JSON.stringify(after.items)).not.toContain(plansId);

  await alice.client.api.channels.removeOverride.mutate({
    channelId: plansId,
    target: { type: "member", id: bob.id },
  });
  await channelLink(page, "plans").click();
  await message(page, "now that we are alone").waitFor();
  await expect.poll(() => composer(page).inputValue()).toBe("half a thought");
  expect([...owner.complaints, ...writer.complaints]).toEqual([]);
});
