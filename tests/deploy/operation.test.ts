/** The systemd unit and the dashboard: what they name must be there. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { knownVariables } from "./known-variables.ts";

describe("the systemd unit", () => {
  const unit = readFileSync("deploy/systemd/together.service", "utf8");
  const find = (name: string): string | undefined => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1];

  it("runs what npm start runs, as a user of its own", () => {
    const { scripts } = z
      .object({ scripts: z.object({ start: z.string() }) })
      .parse(JSON.parse(readFileSync("package.json", "utf8")));
    expect(`exec ${find("ExecStart")?.replace("/usr/bin/env ", "")}`).toBe(scripts.start);
    expect(find("User")).toBe("together");
  });

  it("gives it the time to stop that it takes, and signals it alone", () => {
    expect(Number(find("TimeoutStopSec"))).toBeGreaterThan(20);
    expect(find("KillMode")).toBe("mixed");
    expect(find("Restart")).toBe("on-failure");
  });

  it("sets variables that the server or Node knows", () => {
    const names = find("Environment")
      ?.split(" ")
      .map((pair) => pair.split("=", 1)[0] ?? "");
    const others = names?.filter((name) => !knownVariables.has(name));
    expect(others).toEqual(["HOME", "XDG_CACHE_HOME"]);
  });

  it("gives no right away", () => {
    expect(find("ProtectSystem")).toBe("strict");
    expect(find("NoNewPrivileges")).toBe("yes");
    expect(find("CapabilityBoundingSet")).toBe("");
    expect(find("StateDirectory")).toBe("together");
  });
});

describe("the dashboard", () => {
  const metrics = [
    "together_db_connections_active",
    "together_db_query_duration_seconds",
    "together_http_request_duration_seconds",
    "together_http_requests_total",
    "together_voice_bitrate_bps",
    "together_voice_participants_total",
    "together_websocket_connections_total",
    "together_websocket_messages_received_total",
    "together_websocket_messages_sent_total",
  ];
  const dashboard = readFileSync("deploy/grafana/dashboards/together.json", "utf8");

  it("shows every metric of ours, and none that does not exist", () => {
    const shown = dashboard.matchAll(/together_\w+?(?=_bucket|_count|\b)/g);
    expect([...new Set([...shown].map(([name]) => name))].toSorted()).toEqual(metrics);
  });

  it("asks the data source that is provisioned", () => {
    const { datasources } = z
      .object({ datasources: z.array(z.object({ uid: z.string() })) })
      .parse(parse(readFileSync("deploy/grafana/provisioning/datasources/prometheus.yml", "utf8")));
    const asked = [...dashboard.matchAll(/"uid": "(\w+)"/g)].map(([, uid]) => uid);
    expect(new Set(asked)).toEqual(new Set(["together", ...datasources.map(({ uid }) => uid)]));
  });

  it("is where Grafana looks for it", () => {
    const { providers } = z
      .object({ providers: z.array(z.object({ options: z.object({ path: z.string() }) })) })
      .parse(parse(readFileSync("deploy/grafana/provisioning/dashboards/together.yml", "utf8")));
    const compose = readFileSync("docker-compose.yml", "utf8");
    const paths = providers.map(({ options }) => options.path);
    expect(paths).toEqual(["/etc/grafana/dashboards"]);
    expect(compose).toContain(`./deploy/grafana/dashboards:${paths[0]}:ro`);
    expect(existsSync("deploy/grafana/dashboards/together.json")).toBe(true);
  });
});
