import { expect, it } from "vitest";
import { createEndpointReader } from "./endpoint.ts";

const endpointsOf = createEndpointReader(["servers.list", "messages.send", "constructor.name"]);

it.each([
  ["/api/trpc/servers.list?input=1", "/api/trpc/:path", ["servers.list"]],
  ["/api/trpc/messages.send", undefined, ["messages.send"]],
  ["/api/trpc/servers.list,messages.send?batch=1", "/api/trpc/:path", ["servers.list", "messages.send"]],
  ["/api/trpc/servers.list%2Cmessages.send?batch=1", "/api/trpc/:path", ["servers.list", "messages.send"]],
  ["/api/trpc/servers.list,servers.list,a,b", "/api/trpc/:path", ["servers.list", "unknown"]],
  ["/api/trpc/", "/api/trpc/:path", ["unknown"]],
  ["/api/trpc/%E0%A4%A", "/api/trpc/:path", ["unknown"]],
  ["/api/trpc/__proto__", "/api/trpc/:path", ["unknown"]],
  ["/health?x=1", "/health", ["/health"]],
  ["/assets/app.js", "/*", ["/*"]],
  ["/nothing", undefined, ["unknown"]],
])("%s is one of the few that are known", (url, pattern, endpoints) => {
  expect(endpointsOf(url, pattern)).toEqual(endpoints);
});
