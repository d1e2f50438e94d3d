/** The built web app: hashed files for good, the page itself asked for anew, every address of the app answers the page. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { reasons } from "#shared/errors.ts";
import { toRefusal } from "./refusal.ts";

/** Where the build puts files whose names change with their content. */
const hashedDirectory = "assets";
/** Never the app's: a program that asks here for something that is not there must not get a page. */
const reserved = new RegExp(`^/(?:api|gateway|health|metrics|${hashedDirectory})(?:/|$)`);
const fileName = /\.[a-z0-9]+$/i;

const wantsPage = ({ method, url, headers }: FastifyRequest): boolean => {
  const path = url.split("?", 1)[0] ?? "";
  const isRead = method === "GET" || method === "HEAD";
  const takesHtml = /text\/html|\*\/\*/.test(headers.accept ?? "*/*");
  return isRead && takesHtml && !reserved.test(path) && !fileName.test(path);
};

export const registerWebApp = async (app: FastifyInstance, directory: string): Promise<void> => {
  const isBuilt = existsSync(join(directory, "index.html"));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: directory,
      preCompressed: true,
      wildcard: true,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const isHashed = relative(directory, path).startsWith(hashedDirectory);
        void reply.header("cache-control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
  }
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    if (isBuilt && wantsPage(request)) return reply.sendFile("index.html");
    return reply.code(reasons.NOT_FOUND.httpStatus).send(toRefusal({ reason: "NOT_FOUND", params: {} }));
  });
};
