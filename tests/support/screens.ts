/** The app's main screens and dialogs, to be walked through by tests that look at each of them in the same way. */
import type { Locator, Page } from "playwright-core";
import { composer, messagesOf } from "./app.ts";

export interface Screen {
  name: string;
  /** From the conversation. */
  open: (page: Page) => Promise<void>;
  /** Seen when it is open. */
  sign: (page: Page) => Locator;
}

type View = "Channels" | "Chat" | "Members";

/** On a phone, by the bar; elsewhere the panes stand side by side. */
export const showView = async (page: Page, name: View): Promise<void> => {
  const bar = page.getByRole("navigation", { name: "Views" });
  if ((await bar.count()) > 0) await bar.getByRole("button", { name }).click();
};

const dialog = (name: string | RegExp) => (page: Page) => page.getByRole("dialog", { name });

const fromServerMenu = (item: string, sign: Screen["sign"]): Screen => ({
  name: item,
  async open(page) {
    await showView(page, "Channels");
    await page.getByRole("button", { name: /server menu$/ }).click();
    await page.getByRole("menuitem", { name: item }).click();
  },
  sign,
});

const fromRail = (item: string): Screen => ({
  name: item,
  async open(page) {
    await showView(page, "Channels");
    await page.getByRole("button", { name: "Add a server" }).click();
    await page.getByRole("menuitem", { name: item }).click();
  },
  sign: dialog(item),
});

const setting = (tab: string): Screen => ({
  name: `Settings, ${tab}`,
  async open(page) {
    await showView(page, "Channels");
    await page.getByRole("region", { name: "You" }).getByRole("button", { name: "Settings" }).click();
    await page.getByRole("tab", { name: tab }).click();
  },
  sign: (page) => page.getByRole("tabpanel", { name: tab }),
});

const serverSetting = (tab: string): Screen => ({
  name: `Server settings, ${tab}`,
  async open(page) {
    await showView(page, "Channels");
    await page.getByRole("button", { name: /server menu$/ }).click();
    await page.getByRole("menuitem", { name: "Server settings" }).click();
    await page.getByRole("tab", { name: tab }).click();
  },
  sign: (page) => page.getByRole("tabpanel", { name: tab }),
});

const fromChannel = (item: string, sign: Screen["sign"]): Screen => ({
  name: `A channel's ${item}`,
  async open(page) {
    await showView(page, "Channels");
    const row = page.getByRole("navigation", { name: "Channels" }).getByRole("listitem").first();
    await row.hover();
    await row.getByRole("button", { name: /^Options for/ }).click();
    await page.getByRole("menuitem", { name: item, exact: true }).click();
  },
  sign,
});

/** What a server and its channels open. */
export const serverDialogs: readonly Screen[] = [
  fromRail("Create a server"),
  fromRail("Join with a link"),
  fromServerMenu("Invite people", dialog(/^Invite people to/)),
  fromServerMenu("Create channel", dialog("Create a channel")),
  fromServerMenu("Create category", dialog("Create a category")),
  serverSetting("Overview"),
  serverSetting("Roles"),
  serverSetting("Channels"),
  serverSetting("Members"),
  serverSetting("Invites"),
  serverSetting("Bans"),
  serverSetting("Audit log"),
  fromServerMenu("Edit nickname", dialog("Edit your nickname")),
  fromServerMenu("Transfer ownership…", dialog("Transfer ownership")),
  fromServerMenu("Delete server…", (page) => page.getByRole("alertdialog", { name: /^Delete/ })),
  fromChannel("Edit", dialog("Edit channel")),
  fromChannel("Permissions", dialog(/^Permissions of/)),
];

/** Opens a screen and goes on in it. */
const within = (screen: Screen, name: string, go: (page: Page) => Promise<void>): Screen => ({
  name: `${screen.name}, ${name}`,
  async open(page) {
    await screen.open(page);
    await go(page);
  },
  sign: screen.sign,
});

const tab = (name: string) => (page: Page) =>
  page.getByRole("dialog").getByRole("tab", { name, exact: true }).last().click();

const press = (name: string | RegExp) => (page: Page) =>
  page.getByRole("dialog").getByRole("button", { name }).first().click();

const roles = serverSetting("Roles");
const permissions = fromChannel("Permissions", dialog(/^Permissions of/));

const ofAMember = (item: string, sign: Screen["sign"]): Screen => ({
  name: `A member's ${item}`,
  async open(page) {
    await showView(page, "Members");
    const list = page.getByRole("complementary", { name: "Members" });
    await list.getByRole("button").last().click({ button: "right" });
    await page.getByRole("menuitem", { name: item }).click();
  },
  sign,
});

/** What lies deeper in a server's dialogs: the editors, and what opens over them. */
export const deeperScreens: readonly Screen[] = [
  within(roles, "a new one", press("Create role")),
  within(roles, "a role", press(/^Crew/)),
  within(roles, "a role's permissions", async (page) => {
    await press(/^Crew/)(page);
    await tab("Permissions")(page);
    await page.getByRole("switch", { name: "Ban members" }).waitFor();
  }),
  within(roles, "a role's members", async (page) => {
    await press(/^Crew/)(page);
    await tab("Members")(page);
    await page.getByRole("button", { name: "Give it to somebody" }).waitFor();
  }),
  within(permissions, "of everyone", async (page) => {
    await tab("Permissions")(page);
    await page.getByRole("radiogroup", { name: "Send messages" }).waitFor();
  }),
  within(permissions, "Check access", async (page) => {
    await tab("Check access")(page);
    await page.getByRole("row", { name: /^Send messages/ }).waitFor();
  }),
  within(serverSetting("Audit log"), "an entry's changes", async (page) => {
    await page
      .getByRole("tabpanel")
      .getByText(/\d changes?/)
      .first()
      .click();
    await page.getByRole("definition").first().waitFor();
  }),
  ofAMember("Time out…", dialog(/^Time out/)),
  ofAMember("Kick…", dialog(/^Kick/)),
  ofAMember("Ban…", dialog(/^Ban/)),
];

/** What the rest of the app opens. */
export const otherDialogs: readonly Screen[] = [
  setting("Profile"),
  setting("Account"),
  setting("Devices"),
  setting("Appearance"),
  setting("Notifications"),
  setting("Voice & video"),
  {
    name: "Find or jump to",
    open: (page) => page.keyboard.press("Control+k"),
    sign: dialog("Find or jump to"),
  },
  {
    name: "Keys",
    open: (page) => page.keyboard.press("Control+/"),
    sign: dialog("Keys"),
  },
  {
    name: "Somebody's profile",
    async open(page) {
      await showView(page, "Members");
      await page.getByRole("complementary", { name: "Members" }).getByRole("button").last().click();
    },
    sign: dialog(/^Profile of/),
  },
  {
    name: "A message's menu",
    async open(page) {
      await showView(page, "Chat");
      await messagesOf(page).last().click({ button: "right" });
    },
    sign: (page) => page.getByRole("menu"),
  },
  {
    name: "Search",
    async open(page) {
      await showView(page, "Chat");
      await page.getByRole("main").getByRole("button", { name: "Search" }).click();
      await page.getByRole("searchbox", { name: "Search messages" }).fill("cake");
      await page.getByRole("search").getByRole("listitem").first().waitFor();
    },
    sign: (page) => page.getByRole("search", { name: "Search messages" }),
  },
];

/** Opens each in turn from the conversation, lets the test look at it, and closes it with Esc. */
export const walkDialogs = async (
  page: Page,
  look: (name: string) => Promise<void>,
  dialogs: readonly Screen[] = [...serverDialogs, ...otherDialogs],
): Promise<void> => {
  for (const { name, open, sign } of dialogs) {
    await open(page);
    await sign(page).waitFor();
    await look(name);
    await page.keyboard.press("Escape");
    await sign(page).waitFor({ state: "hidden" });
  }
  await showView(page, "Chat");
  await composer(page).waitFor();
};

const anAdminDeed = (item: string, sign: Screen["sign"]): Screen => ({
  name: item,
  async open(page) {
    await page
      .getByRole("button", { name: /^Actions for/ })
      .last()
      .click();
    await page.getByRole("menuitem", { name: item }).click();
  },
  sign,
});

const alert = (name: RegExp) => (page: Page) => page.getByRole("alertdialog", { name });

/** Each page of the administrators', and what opens over it for the last thing in its list. */
const adminPages: readonly { path: string; title: string; deeds: readonly Screen[] }[] = [
  { path: "/admin?welcome", title: "Overview", deeds: [] },
  {
    path: "/admin/users",
    title: "Users",
    deeds: [
      anAdminDeed("Make administrator…", alert(/^Make .+ an administrator/)),
      anAdminDeed("Link for a new password…", dialog(/^A new password for/)),
      anAdminDeed("Switch off…", dialog(/^Switch off the account/)),
      anAdminDeed("Delete account…", alert(/^Delete the account/)),
    ],
  },
  {
    path: "/admin/servers",
    title: "Servers",
    deeds: [
      anAdminDeed("Transfer ownership…", dialog(/^Who should own/)),
      anAdminDeed("Delete server…", alert(/^Delete/)),
    ],
  },
  { path: "/admin/log", title: "Log", deeds: [] },
];

/** Lets the test look at each of the administrators' pages, and at every dialog over them. */
export const walkAdminPages = async (page: Page, look: (name: string) => Promise<void>): Promise<void> => {
  for (const { path, title, deeds } of adminPages) {
    await page.goto(path);
    const region = page.getByRole("region", { name: title });
    await region.getByRole("heading").or(region.getByRole("listitem")).first().waitFor();
    await look(path);
    for (const { name, open, sign } of deeds) {
      await open(page);
      await sign(page).waitFor();
      await look(`${path}, ${name}`);
      await page.keyboard.press("Escape");
      await sign(page).waitFor({ state: "hidden" });
    }
  }
};
