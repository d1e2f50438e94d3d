#!/bin/sh
# deploy/systemd/run.sh admin|backup|restore [arguments]: an operator's command as the unit's user and with its settings, as
# root. docs/backups.md has the commands.
set -eu
name=$1
shift
exec systemd-run --quiet --pipe --wait --collect \
  --uid=together --gid=together --working-directory=/opt/together \
  --property=EnvironmentFile=-/etc/together/together.env --property=UMask=0077 \
  --setenv=DATA_DIR=/var/lib/together/data --setenv=HOME=/var/lib/together --setenv=XDG_CACHE_HOME=/var/cache/together \
  --setenv=INIT_CWD="$PWD" \
  /usr/bin/env node "scripts/$name.mjs" "$@"
