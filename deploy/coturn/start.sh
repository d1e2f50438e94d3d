#!/bin/sh
# Starts coturn with the generated secret. In a file that nobody else reads: a command line is seen by every process.
set -eu
umask 077
: "${VOICE_ANNOUNCED_ADDRESS:?is not set: the relay has to know the one address that it may lead to}"
conf=/tmp/turnserver.conf
{
  cat /etc/coturn/turnserver.conf
  echo "static-auth-secret=$(cat /run/secrets/turn/secret)"
  echo "external-ip=$VOICE_ANNOUNCED_ADDRESS"
  echo "allowed-peer-ip=$VOICE_ANNOUNCED_ADDRESS"
} > "$conf"
exec turnserver -c "$conf"
