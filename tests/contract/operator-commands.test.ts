/** The operator's commands as programs, beside the program that they speak to. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { aServer, aUser, password } from "#tests/support/builders.ts";
import { type CommandEnd, runCommandLine } from "#tests/support/command-line.ts";
import { callRaw } from "#tests/support/raw-call.ts";
import { type ServerProcess, startServerProcess } from "#tests/support/server-process.ts";

/** Each command is a process, and most wait for a database. */
const timeoutMs = 240_000;

const environmentFor = ({ dataDirectory, database, url }: ServerProcess): NodeJS.ProcessEnv => ({
  DATA_DIR: dataDirectory,
  DATABASE_URL: database.connectionString,
  PUBLIC_URL: url,
});

const signIn = (url: string, username: string) =>
  callRaw(url, { type: "mutation", path: "auth.login", input: { username, password } });

const done = { exitCode: 0, errors: "" };

const expectRefusal = ({ exitCode, errors }: CommandEnd, sentence: RegExp): void => {
  expect(exitCode).toBe(1);
  expect(errors).toMatch(sentence);
};

it(
  "npm run admin reads beside a running server, has it act, and acts by itself when none runs",
  async () => {
    await using server = await startServerProcess();
    const admin = (...args: string[]) => runCommandLine("admin", args, environmentFor(server));
    await using alice = await aUser(server, { username: "alice" });
    await aServer(alice);
    expect(await admin("users", "disable", "alice", "--reason", "Spam")).toMatchObject(done);
    expect(await signIn(server.url, "alice")).toMatchObject({ reason: "ACCOUNT_DISABLED" });
    expect((await admin("users", "list")).output).toMatch(/^alice +alice +disabled /m);
    expect(JSON.parse((await admin("servers", "list", "--json")).output)).toMatchObject([
      { name: "Harbour", owner: "alice", members: 1, channels: 2 },
    ]);
    expectRefusal(await admin("servers", "delete", "Harbour"), /Say --yes to do it\.$/m);
    expectRefusal(await admin("users", "delete", "alice", "--yes"), /^The account still owns Harbour\. /);
    await server.stop();
    expect(await admin("users", "enable", "alice")).toMatchObject(done);
    await server.start();
    expect(await signIn(server.url, "alice")).toMatchObject({ status: 200 });
  },
  timeoutMs,
);

it(
  "a command says how it is called, and leaves a database alone whose server it cannot ask",
  async () => {
    await using server = await startServerProcess();
    await using alice = await aUser(server);
    const dataDirectory = await mkdtemp(join(tmpdir(), "together-elsewhere-"));
    const environment = { ...environmentFor(server), DATA_DIR: dataDirectory };
    const act = ["users", "disable", alice.username];
    expectRefusal(await runCommandLine("admin", act, environment), /^Another Together/);
    for (const args of [[], ["users", "praise", "alice"], ["users", "show"], ["users", "list", "--loud"]]) {
      const { exitCode, errors } = await runCommandLine("admin", args, environment);
      expect(exitCode).toBe(2);
      expect(errors).toContain("npm run admin -- <command>");
    }
    await rm(dataDirectory, { recursive: true });
  },
  timeoutMs,
);

it(
  "a server is backed up while it serves, and restored when it is stopped",
  async () => {
    await using server = await startServerProcess();
    const { dataDirectory } = server;
    const run = (name: string, ...args: string[]) => runCommandLine(name, args, environmentFor(server));
    await using alice = await aUser(server);
    const { channelId } = await aServer(alice);
    await alice.client.api.messages.send.mutate({ channelId, content: "kept" });
    const file = join(dataDirectory, "kept.tar.gz");
    expect(await run("backup", "--to", file)).toMatchObject(done);
    expectRefusal(await run("backup", "--to", file), /overwrites nothing/);
    await alice.client.api.messages.send.mutate({ channelId, content: "later" });
    expectRefusal(await run("restore", file, "--force"), /^Another Together/);
    await server.stop();
    expectRefusal(await run("restore", file), /--force/);
    expect(await run("restore", file, "--force")).toMatchObject(done);
    await server.start();
    const { messages } = await alice.client.api.messages.list.query({ channelId });
    expect(messages.map(({ content }) => content)).toEqual(["kept"]);
    expect(await run("admin", "integrity")).toMatchObject(done);
  },
  timeoutMs,
);
