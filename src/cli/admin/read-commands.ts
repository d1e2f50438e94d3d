/** Accounts and servers, to look at. */
import type { UserRow } from "#server/admin/operator.repo.ts";
import { type Command, show, timeText } from "./command.ts";
import { requireServer, requireUser, withRepo } from "./read.ts";

const stateOf = ({ isAdmin, disabledAt }: UserRow): string =>
  [isAdmin ? "administrator" : "", disabledAt ? "disabled" : ""].filter((word) => word !== "").join(", ") ||
  "–";

export const readCommands: Record<string, Command> = {
  "users list": {
    args: "[<text>]",
    does: "every account, or those with the text in their username",
    async run(call) {
      const users = await withRepo(call.config, (repo) => repo.listUsers(call.words[0] ?? ""));
      show(call, users, {
        headings: ["username", "name", "state", "made", "last seen"],
        rows: users.map((user) => [
          ...[user.username, user.displayName, stateOf(user)],
          ...[timeText(user.createdAt), timeText(user.lastSeenAt)],
        ]),
      });
      return 0;
    },
  },

  "users show": {
    args: "<username>",
    does: "an account, and the servers that it is in",
    async run(call) {
      const { user, servers } = await withRepo(call.config, async (repo) => {
        const found = await requireUser(repo, call.words[0]);
        return { user: found, servers: await repo.listServersOf(found.id) };
      });
      show(
        call,
        { ...user, servers },
        {
          headings: ["id", user.id],
          rows: [
            ["username", user.username],
            ["name", user.displayName],
            ["email", user.email ?? "–"],
            ["state", stateOf(user)],
            ["made", timeText(user.createdAt)],
            ["last seen", timeText(user.lastSeenAt)],
            ...servers.map(({ name, isOwner }) => [isOwner ? "owns" : "member of", name]),
          ],
        },
      );
      return 0;
    },
  },

  "servers list": {
    args: "[<text>]",
    does: "every server, or those with the text in their name",
    async run(call) {
      const servers = await withRepo(call.config, (repo) => repo.listServers(call.words[0] ?? ""));
      show(call, servers, {
        headings: ["id", "name", "owner", "members", "channels", "made"],
        rows: servers.map((server) => [
          ...[server.id, server.name, server.owner],
          ...[server.members, server.channels, timeText(server.createdAt)],
        ]),
      });
      return 0;
    },
  },

  "servers show": {
    args: "<server>",
    does: "a server, and its channels with their messages",
    async run(call) {
      const { server, channels } = await withRepo(call.config, async (repo) => {
        const found = await requireServer(repo, call.words[0]);
        return { server: found, channels: await repo.listChannels(found.id) };
      });
      show(
        call,
        { ...server, channels },
        {
          headings: ["id", server.id],
          rows: [
            ["name", server.name],
            ["owner", server.owner],
            ["members", String(server.members)],
            ["made", timeText(server.createdAt)],
            ...channels.map(({ type, name, messages }) => [type, `${name} (${messages} messages)`]),
          ],
        },
      );
      return 0;
    },
  },
};
