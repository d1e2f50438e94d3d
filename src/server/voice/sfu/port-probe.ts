/** Finds out why a worker cannot listen: its own error says neither which protocol nor what to do. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv6, createServer } from "node:net";
import type { ListenAddress } from "./listen-addresses.ts";

type Protocol = "UDP" | "TCP";

const bindUdp = async (ip: string, port: number): Promise<void> => {
  const socket = createSocket({ type: isIPv6(ip) ? "udp6" : "udp4", ipv6Only: isIPv6(ip) });
  try {
    socket.bind({ port, address: ip, exclusive: true });
    await once(socket, "listening");
  } finally {
    socket.close();
  }
};

const bindTcp = async (ip: string, port: number): Promise<void> => {
  const server = createServer();
  try {
    server.listen({ port, host: ip, exclusive: true, ipv6Only: isIPv6(ip) });
    await once(server, "listening");
  } finally {
    server.close();
  }
};

/** Why this cannot be bound (EADDRINUSE), or undefined when it can. */
const findFault = async (bind: () => Promise<void>): Promise<string | undefined> => {
  try {
    await bind();
    return undefined;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    return typeof code === "string" ? code : "unknown";
  }
};

/** One sentence for people about this port, or undefined when nothing is wrong with it. */
export const findPortFault = async (
  port: number,
  addresses: readonly ListenAddress[],
): Promise<string | undefined> => {
  const faults: { protocol: Protocol; ip: string; code: string }[] = [];
  for (const { ip } of addresses) {
    const udp = await findFault(() => bindUdp(ip, port));
    if (udp !== undefined) faults.push({ protocol: "UDP", ip, code: udp });
    const tcp = await findFault(() => bindTcp(ip, port));
    if (tcp !== undefined) faults.push({ protocol: "TCP", ip, code: tcp });
  }
  const [first] = faults;
  if (first === undefined) return undefined;
  const taken = new Set(faults.filter(({ code }) => code === "EADDRINUSE").map(({ protocol }) => protocol));
  if (taken.size > 0) {
    return `${[...taken].join(" and ")} port ${port} is taken by another program; set VOICE_PORT to a free one`;
  }
  if (first.code === "EACCES") {
    return `Port ${port} is kept for the system's own programs; set VOICE_PORT to one above 1023`;
  }
  return `Port ${port} cannot be used on ${first.ip} (${first.code})`;
};
