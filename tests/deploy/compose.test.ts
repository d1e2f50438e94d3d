/** What docker-compose.yml must promise. docker compose itself checks its form: docs/adr/0020-container.md. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readConfig } from "#server/kernel/config.ts";
import { knownVariables } from "./known-variables.ts";

const Service = z.object({
  image: z.string(),
  build: z.string().optional(),
  user: z.string().optional(),
  profiles: z.array(z.string()).default([]),
  restart: z.string(),
  read_only: z.boolean(),
  tmpfs: z.array(z.string()),
  cap_drop: z.array(z.string()),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()),
  mem_limit: z.string(),
  pids_limit: z.number(),
  network_mode: z.string().optional(),
  networks: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z
    .union([z.array(z.string()), z.record(z.string(), z.object({ condition: z.string() }))])
    .default([]),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  stop_grace_period: z.string().optional(),
  logging: z.object({ options: z.record(z.string(), z.string()) }),
});
type Service = z.infer<typeof Service>;

const text = readFileSync("docker-compose.yml", "utf8");
const compose = z
  .object({
    services: z.record(z.string(), Service),
    volumes: z.record(z.string(), z.unknown()),
    networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
  })
  .parse(parse(text, { merge: true }));
const services = Object.entries(compose.services);

const requireService = (name: string): Service => {
  const service = compose.services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
};

const together = requireService("together");

/** As compose does it: ${NAME:-default}. */
const fillIn = (value: string, settings: Record<string, string>): string =>
  value.replaceAll(/\$\{([A-Z_]+):-([^}]*)\}/g, (_, name: string, other: string) => settings[name] || other);

/** The server's configuration under these settings; the files of secrets exist in the container alone. */
const configUnder = (settings: Record<string, string>) => {
  const plain = Object.entries(together.environment).filter(([name]) => !name.endsWith("_FILE"));
  const environment = Object.fromEntries(plain.map(([name, value]) => [name, fillIn(value, settings)]));
  return readConfig({ ...environment, TURN_SECRET: "north" });
};

const example = readFileSync(".env.example", "utf8");
const exampleSettings = Object.fromEntries(
  [...example.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
);

describe.each(services)("%s", (name, service) => {
  it("has no more rights than it needs", () => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(["ALL"]);
    expect(service.cap_add.filter((right) => right !== "NET_BIND_SERVICE")).toEqual([]);
    expect(service.security_opt).toEqual(["no-new-privileges:true"]);
    expect(service.volumes.filter((volume) => volume.includes("docker.sock"))).toEqual([]);
  });

  it("has bounds: memory, processes, logs", () => {
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
    expect(service.pids_limit).toBeLessThanOrEqual(256);
    expect(Object.keys(service.logging.options)).toEqual(["max-size", "max-file"]);
  });

  it("runs a release that is named", () => {
    expect(service.image).toMatch(/:(v?\d[\w.-]*|local)$/);
  });

  it("sees the secrets of others read-only, and files of this repository that exist", () => {
    for (const volume of service.volumes) {
      const [source = "", target = "", mode] = volume.split(":");
      if (source.startsWith("./")) expect([source, existsSync(source), mode]).toEqual([source, true, "ro"]);
      else expect(compose.volumes).toHaveProperty(source);
      if (source.endsWith("-secret") && name !== "secrets") {
        expect([mode, target.startsWith("/run/secrets/")]).toEqual(["ro", true]);
      }
    }
  });

  it("opens to others what is meant for them alone", () => {
    const open = { together: /^7880-7883:7880-7883\//, caddy: /^(80:80|443:443)\// };
    const meant = new Map(Object.entries(open)).get(name);
    const isOwn = (port: string) => /^(127\.0\.0\.1|\$\{HTTP_ADDRESS:-127\.0\.0\.1\}):/.test(port);
    expect(service.ports.filter((port) => !isOwn(port) && !meant?.test(port))).toEqual([]);
  });
});

it("starts Together and its database, and the rest by profile", () => {
  const byProfile = services.map(([name, { profiles }]) => [name, profiles.join()]);
  expect(Object.fromEntries(byProfile)).toEqual({
    together: "",
    database: "",
    secrets: "",
    caddy: "https",
    coturn: "turn",
    prometheus: "monitoring",
    grafana: "monitoring",
  });
});

it("holds no secret", () => {
  const named = services.flatMap(([, { environment }]) =>
    Object.entries(environment).filter(([name]) => /SECRET|PASSWORD|TOKEN/.test(name)),
  );
  expect(named.length).toBeGreaterThan(3);
  expect(
    named.filter(([name, value]) => !name.endsWith("_FILE") || !value.startsWith("/run/secrets/")),
  ).toEqual([]);
  expect(text).not.toMatch(/:\/\/[^\s/@]+:[^\s/@]+@/);
  expect(example).not.toMatch(/SECRET|PASSWORD|TOKEN/);
});

it("runs as root only what makes the secrets, and that without a network", () => {
  const roots = services.filter(([, { user }]) => user?.startsWith("0"));
  expect(roots.map(([name, { network_mode }]) => [name, network_mode])).toEqual([["secrets", "none"]]);
});

it("keeps the database where nothing leads out", () => {
  const database = requireService("database");
  expect(database.ports).toEqual([]);
  expect(database.networks.map((network) => compose.networks[network]?.internal)).toEqual([true]);
  expect(together.networks).toEqual(expect.arrayContaining(database.networks));
});

it("starts the server when its secrets are made and its database answers", () => {
  expect(together.depends_on).toEqual({
    secrets: { condition: "service_completed_successfully" },
    database: { condition: "service_healthy" },
  });
  expect(requireService("database").healthcheck?.test).toContain("pg_isready");
});

it("waits longer for the server than the server takes to stop", () => {
  const source = readFileSync("src/server/together.ts", "utf8");
  const [, stopTimeout = ""] = /stopTimeoutMs = ([\d_]+)/.exec(source) ?? [];
  const graceMs = Number.parseInt(together.stop_grace_period ?? "0", 10) * 1000;
  expect(graceMs).toBeGreaterThan(Number(stopTimeout.replaceAll("_", "")));
});

describe("the server's settings", () => {
  it("are variables that it knows", () => {
    const unknown = Object.keys(together.environment).filter((name) => !knownVariables.has(name));
    expect(unknown).toEqual([]);
  });

  it("are its defaults where nothing is set, but for the database", () => {
    expect(configUnder({})).toEqual({
      ...readConfig({}),
      databaseUrl: "postgresql://together@database:5432/together",
    });
  });

  it("come from .env", () => {
    expect(configUnder(exampleSettings)).toMatchObject({
      publicUrl: "https://chat.example.org",
      trustProxy: 1,
      registration: "invite",
      voice: { announcedAddress: "203.0.113.7", workers: 1 },
    });
  });

  it("are each explained in .env.example", () => {
    const used = [...text.matchAll(/\$\{([A-Z_]+):-/g)].map(([, name = ""]) => name);
    const explained = Object.keys(exampleSettings).filter((name) => name !== "COMPOSE_PROFILES");
    expect(new Set(explained)).toEqual(new Set(used));
  });

  it("listen where the ports lead", () => {
    const { port, voice } = configUnder({});
    const last = voice.port + 3;
    expect(together.ports).toEqual([
      `\${HTTP_ADDRESS:-127.0.0.1}:\${HTTP_PORT:-8080}:${port}`,
      `${voice.port}-${last}:${voice.port}-${last}/tcp`,
      `${voice.port}-${last}:${voice.port}-${last}/udp`,
    ]);
  });
});
