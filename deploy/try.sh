#!/bin/sh
# deploy/try.sh: builds the image, starts the compose file under a name of its own, uses what came of it, and takes it away
# again. Needs Docker, and the ports 8080 and 7880 to 7883. COMPOSE names another compose than `docker compose`.
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

$compose up --detach --build
tries=60
until curl --silent --fail --output /dev/null "$address/health"; do
  tries=$((tries - 1))
  test "$tries" -gt 0 || fail "it does not get healthy"
  sleep 1
done

health=$(curl --silent "$address/health")
case $health in
  *'"status":"healthy"'*) ;;
  *) fail "a part is missing: $health" ;;
esac

call() {
  curl --silent --fail --header 'content-type: application/json' --data "$2" "$address/api/trpc/$1"
}
password=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
call auth.register "{\"username\":\"alice\",\"password\":\"$password\",\"session\":\"body\"}" > /dev/null ||
  fail "no account can be made"

test "$($compose exec -T together node -p 'process.getuid()')" = 1000 || fail "it does not run as 1000"
$compose exec -T together node -e 'fs.writeFileSync("/app/x", "")' 2> /dev/null && fail "it can write to its root"
$compose exec -T database pg_isready --quiet --host=127.0.0.1 || fail "the database does not answer"

start=$(date +%s)
$compose stop together
test $(($(date +%s) - start)) -lt 15 || fail "it does not stop in time"
$compose logs together | grep --quiet Stopped || fail "it did not stop in order"

$compose start together
tries=60
until call auth.login "{\"username\":\"alice\",\"password\":\"$password\",\"session\":\"body\"}" > /dev/null; do
  tries=$((tries - 1))
  test "$tries" -gt 0 || fail "the account did not outlive a restart"
  sleep 1
done
echo "It works."
