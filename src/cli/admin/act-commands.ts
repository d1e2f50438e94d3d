/** What is done to accounts and servers. */
import type { OperatorAct, OperatorResult } from "#server/admin/operator.service.ts";
import type { ServerRow, UserRow } from "#server/admin/operator.repo.ts";
import { RefusedError, say } from "../operator/run.ts";
import { perform } from "./act.ts";
import { type Call, type Command, requireSure, timeText } from "./command.ts";
import { requireServer, requireUser, withRepo } from "./read.ts";

const finish = ({ isJson }: Call, result: OperatorResult, sentence: string): number => {
  say(isJson ? JSON.stringify(result, undefined, 2) : sentence);
  return 0;
};

interface OnUser {
  does: string;
  act: (user: UserRow, call: Call) => OperatorAct;
  done: (user: UserRow, result: OperatorResult) => string;
  /** What cannot be taken back, for which --yes is asked. */
  loses?: string;
}

const onUser = ({ does, act, done, loses }: OnUser): Command => ({
  args: loses === undefined ? "<username>" : "<username> --yes",
  does,
  async run(call) {
    const user = await withRepo(call.config, (repo) => requireUser(repo, call.words[0]));
    if (loses !== undefined) requireSure(call, loses);
    const result = await perform(call.config, act(user, call));
    return finish(call, result, done(user, result));
  },
});

const onServer = async (call: Call): Promise<ServerRow> =>
  withRepo(call.config, (repo) => requireServer(repo, call.words[0]));

const linkText = ({ url, expiresAt }: OperatorResult): string =>
  expiresAt === undefined ? (url ?? "") : `${url} (until ${timeText(new Date(expiresAt))} UTC)`;

export const actCommands: Record<string, Command> = {
  "users disable": onUser({
    does: "keeps an account from signing in, and ends its sessions; --reason <text>",
    act: ({ id }, { reason }) => ({ act: "disable", userId: id, ...(reason !== undefined && { reason }) }),
    done: ({ username }) => `${username} is disabled, and signed out everywhere.`,
  }),
  "users enable": onUser({
    does: "lets it sign in again",
    act: ({ id }) => ({ act: "enable", userId: id }),
    done: ({ username }) => `${username} can sign in again.`,
  }),
  "users delete": onUser({
    does: "deletes an account; its messages stay",
    act: ({ id }) => ({ act: "deleteAccount", userId: id }),
    done: ({ username }) => `${username} is deleted.`,
    loses: "The account cannot be brought back.",
  }),
  "users make-admin": onUser({
    does: "makes it an administrator of the instance",
    act: ({ id }) => ({ act: "makeAdmin", userId: id }),
    done: ({ username }) => `${username} is an administrator.`,
  }),
  "users remove-admin": onUser({
    does: "makes it an ordinary account",
    act: ({ id }) => ({ act: "removeAdmin", userId: id }),
    done: ({ username }) => `${username} is no administrator.`,
  }),
  "users reset-link": onUser({
    does: "a link to a new password, for its owner",
    act: ({ id }) => ({ act: "resetLink", userId: id }),
    done: ({ username }, result) =>
      `Whoever opens this link sets ${username}’s password: ${linkText(result)}`,
  }),

  "servers delete": {
    args: "<server> --yes",
    does: "deletes a server with everything in it",
    async run(call) {
      const { id, name } = await onServer(call);
      requireSure(call, `“${name}” cannot be brought back, nor anything in it.`);
      return finish(
        call,
        await perform(call.config, { act: "deleteServer", serverId: id }),
        `“${name}” is deleted.`,
      );
    },
  },
  "servers set-owner": {
    args: "<server> <username>",
    does: "gives a server to one of its members",
    async run(call) {
      const { server, user } = await withRepo(call.config, async (repo) => ({
        server: await requireServer(repo, call.words[0]),
        user: await requireUser(repo, call.words[1]),
      }));
      const act = { act: "setOwner", serverId: server.id, userId: user.id } as const;
      return finish(call, await perform(call.config, act), `“${server.name}” is ${user.username}’s.`);
    },
  },
  claim: {
    args: "",
    does: "a new link to become the first administrator",
    async run(call) {
      const result = await perform(call.config, { act: "claim" });
      if (result.url === undefined) throw new RefusedError("There is no link.");
      return finish(call, result, `Whoever opens this link becomes the administrator: ${linkText(result)}`);
    },
  },
};
