/** What the image must be, read from its recipe. That it builds and runs is tried by hand: docs/adr/0020-container.md. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { DockerfileParser, type Instruction, type JSONInstruction } from "dockerfile-ast";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readConfig } from "#server/kernel/config.ts";
import { knownVariables } from "./known-variables.ts";

const dockerfile = DockerfileParser.parse(readFileSync("Dockerfile", "utf8"));
const instructions = dockerfile.getInstructions();
const lastStage = instructions.slice(instructions.findLastIndex((item) => item.getKeyword() === "FROM"));

const requireLast = <T extends Instruction>(items: T[], what: string): T => {
  const item = items.at(-1);
  if (item === undefined) throw new Error(`the Dockerfile has no ${what}`);
  return item;
};

/** What follows a keyword in the stage that becomes the image. */
const finalArguments = (keyword: string): string[] =>
  lastStage
    .filter((item) => item.getKeyword() === keyword)
    .flatMap((item) => item.getArguments().map((argument) => argument.getValue()));

const listOf = (instruction: JSONInstruction): string[] =>
  instruction.getJSONStrings().map((item) => item.getJSONValue());

const { version, engines } = z
  .object({ version: z.string(), engines: z.object({ node: z.string() }) })
  .parse(JSON.parse(readFileSync("package.json", "utf8")));

it("builds every stage on one image of Node, by the release that package.json asks for", () => {
  const major = engines.node.replace(">=", "");
  const [base] = dockerfile.getInitialARGs();
  expect(base?.getArgumentsContent()).toBe(`NODE_IMAGE=node:${major}-bookworm-slim`);
  const stages = dockerfile.getFROMs().map((stage) => stage.getBuildStage());
  const images = dockerfile.getFROMs().map((stage) => stage.getImage() ?? "");
  expect(images.filter((image) => !stages.includes(image))).toSatisfy((others: string[]) =>
    others.every((image) => image === "${NODE_IMAGE}"),
  );
});

it("does not run as root", () => {
  expect(finalArguments("USER")).toEqual(["1000:1000"]);
});

it("runs Node itself, with the flags of npm start", () => {
  const [, youngSpaceMb] = /youngSpaceMb = (\d+)/.exec(readFileSync("scripts/lib/serve.mjs", "utf8")) ?? [];
  const entry = listOf(requireLast(dockerfile.getENTRYPOINTs(), "ENTRYPOINT"));
  expect(entry).toEqual(["node", `--max-semi-space-size=${youngSpaceMb}`, "--expose-gc"]);
  const command = listOf(requireLast(dockerfile.getCMDs(), "CMD"));
  expect(command).toEqual(["src/server/main.ts"]);
  expect(command.every((file) => existsSync(file))).toBe(true);
});

it("stops by the signal that the server waits for", () => {
  expect(finalArguments("STOPSIGNAL")).toEqual(["SIGTERM"]);
});

it("keeps its data in the volume, and opens the ports that the server listens on", () => {
  const environment = Object.fromEntries(
    dockerfile
      .getENVs()
      .flatMap((env) => env.getProperties())
      .map((property) => [property.getName(), property.getValue() ?? ""]),
  );
  const unknown = Object.keys(environment).filter((name) => name !== "NODE_ENV" && !knownVariables.has(name));
  expect(unknown).toEqual([]);
  const config = readConfig(environment);
  expect(finalArguments("VOLUME")).toEqual([config.dataDirectory, config.backup.directory]);
  const voicePorts = `${config.voice.port}-${config.voice.port + 3}`;
  expect(finalArguments("EXPOSE")).toEqual([String(config.port), voicePorts, `${voicePorts}/udp`]);
});

it("has the operator's commands, as programs", () => {
  const [, names = ""] =
    /for command in ([\w ]+); do ln -s \/app\/src\/cli\/\$command\/main\.ts /.exec(
      readFileSync("Dockerfile", "utf8"),
    ) ?? [];
  const files = names.split(" ").map((name) => `src/cli/${name}/main.ts`);
  expect(names).toBe("admin backup restore");
  for (const file of files) {
    expect(readFileSync(file, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(statSync(file).mode & 0o111).toBe(0o111);
  }
});

it("is labelled with the version", () => {
  expect(finalArguments("LABEL")).toContain(`org.opencontainers.image.version="${version}"`);
});

it("takes files that exist, and that .dockerignore lets through", () => {
  const allowed = readFileSync(".dockerignore", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("!"))
    .map((line) => line.slice(1));
  const sources = dockerfile
    .getCOPYs()
    .filter((copy) => copy.getFromFlag() === null)
    .flatMap((copy) => copy.getArguments().slice(0, -1))
    .map((argument) => argument.getValue());
  expect(sources).toContain("src/server");
  expect(sources.filter((file) => !existsSync(file))).toEqual([]);
  expect(sources.filter((file) => !allowed.includes(file.split("/", 1)[0] ?? ""))).toEqual([]);
});

describe("the health check", () => {
  const check = requireLast(dockerfile.getHEALTHCHECKs(), "HEALTHCHECK").getArgumentsContent() ?? "";
  const [node, ...args] = z.array(z.string()).parse(JSON.parse(check.slice(check.indexOf("["))));

  /** Its exit code when the server answers like this. */
  const runAgainst = async (status: number): Promise<number> => {
    const asked: (string | undefined)[] = [];
    await using server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(status).end("{}");
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const code = await promisify(execFile)(process.execPath, args, { env: { PORT: String(port) } }).then(
      () => 0,
      (error: unknown) => z.object({ code: z.number() }).parse(error).code,
    );
    expect(asked).toEqual(["/health"]);
    return code;
  };

  it("is Node's, the only program that is surely there", () => {
    expect(node).toBe("node");
  });

  it.each([
    [200, 0],
    [503, 1],
  ])("with an answer of %d ends with %d", async (status, code) => {
    expect(await runAgainst(status)).toBe(code);
  });

  it("ends with 1 where nobody listens", async () => {
    // Port 1 is the system's and nobody's.
    const outcome = promisify(execFile)(process.execPath, args, { env: { PORT: "1" } });
    await expect(outcome).rejects.toMatchObject({ code: 1 });
  });
});
