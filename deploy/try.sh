#!/bin/sh
# deploy/try.sh: builds the image, starts the compose file under a name of its own, uses what came of it, backs it up and
# restores it, and takes it away again. Needs Docker, and the ports 8080 and 7880 to 7883. COMPOSE names another compose than `docker compose`.
set -eu
cd "$(dirname "$0")/.."
# Not the .env of whoever tries.
settings=$(mktemp)
compose="${COMPOSE:-docker compose} --project-name together-try --env-file $settings"
address=http://localhost:8080

fail() {
  echo "FAILED: $1" >&2
  $compose logs --tail=30 >&2
  exit 1
}
trap '$compose down --volumes --remove-orphans; rm "$settings"' EXIT

await_health() {
  tries=60
  until curl --silent --fail --output /dev/null "$address/health"; do
    tries=$((tries - 1))
    test "$tries" -gt 0 || fail "it does not get healthy"
    sleep 1
  done
}

$compose up --detach --build
await_health

health=$(curl --silent "$address/health")
case $health in
  *'"status":"healthy"'*) ;;
  *) fail "a part is missing: $health" ;;
esac

call() {
  curl --silent --fail --header 'content-type: application/json' --data "$2" "$address/api/trpc/$1"
}
password=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
# Of the one who is named, with the password of all.
account() {
  call "auth.$1" "{\"username\":\"$2\",\"password\":\"$password\",\"session\":\"body\"}" > /dev/null
}
account register alice || fail "no account can be made"

test "$($compose exec -T together node -p 'process.getuid()')" = 1000 || fail "it does not run as 1000"
$compose exec -T together node -e 'fs.writeFileSync("/app/x", "")' 2> /dev/null && fail "it can write to its root"
$compose exec -T database pg_isready --quiet --host=127.0.0.1 || fail "the database does not answer"

start=$(date +%s)
$compose stop together
test $(($(date +%s) - start)) -lt 15 || fail "it does not stop in time"
$compose logs together | grep --quiet Stopped || fail "it did not stop in order"

$compose start together
await_health
account login alice || fail "the account did not outlive a restart"

$compose exec -T together together-admin users list | grep --quiet '^alice ' || fail "the operator sees no accounts"
$compose exec -T together together-backup || fail "it cannot be backed up"
backup=$($compose exec -T together sh -c 'ls /backups/together-*.tar.gz')
$compose exec -T -e TMPDIR=/data together together-backup --verify "$backup" || fail "the backup does not restore"

account register bob || fail "no second account can be made"
$compose stop together
$compose run --rm -T --entrypoint together-restore together "$backup" --force || fail "it cannot be restored"
$compose start together
await_health
account login alice || fail "the restored account is not there"
account login bob && fail "what was made after the backup is still there"
echo "It works."
