/** The built web app: hashed files for good, the page itself asked for anew, every address of the app answers the page. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

const hashedFile = /\/assets\//;

const wantsPage = ({ method, url, headers }: FastifyRequest): boolean =>
  (method === "GET" || method === "HEAD") &&
  !url.startsWith("/api/") &&
  (headers.accept ?? "*/*").match(/text\/html|\*\/\*/) !== null;

export const registerWebApp = async (app: FastifyInstance, directory: string): Promise<void> => {
  const isBuilt = existsSync(join(directory, "index.html"));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: directory,
      preCompressed: true,
      wildcard: true,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const lasts = hashedFile.test(path);
        void reply.header("cache-control", lasts ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
  }
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const isFile = /\.[a-z0-9]+$/i.test(request.url.split("?")[0] ?? "");
    if (isBuilt && wantsPage(request) && !isFile) return reply.sendFile("index.html");
    return reply.code(404).send({ error: "not found" });
  });
};
