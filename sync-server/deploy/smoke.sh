#!/usr/bin/env bash
# Starts the whole of compose.yaml as a project of its own, asks every part how it is, runs the shape engine's black-box suite
# against the real Electric, makes a backup and restores it, then takes everything away again.
# Usage: ./smoke.sh   Without Docker it says so and is done.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

if ! docker compose version >/dev/null 2>&1; then
  echo "skipped: docker compose is not installed here"
  exit 0
fi
if ! docker info >/dev/null 2>&1; then
  echo "skipped: no Docker daemon answers here"
  exit 0
fi

if [[ ! -e "$here/.env" ]]; then "$here/prepare.sh"; fi
export COMPOSE_PROJECT_NAME=tomoshibi-smoke
export COMPOSE_FILE="$here/compose.yaml:$here/compose.smoke.yaml"
export SERVER_PORT="${SMOKE_SERVER_PORT:-17484}" GRAFANA_PORT="${SMOKE_GRAFANA_PORT:-17485}"
export SMOKE_ELECTRIC_PORT="${SMOKE_ELECTRIC_PORT:-17482}" SMOKE_POSTGRES_PORT="${SMOKE_POSTGRES_PORT:-17483}"
cd "$here"

finish() {
  local status=$?
  if ((status != 0)); then docker compose logs --tail 50 || true; fi
  docker compose --profile suite --profile restore down --volumes --remove-orphans
  exit "$status"
}
trap finish EXIT

setting() { sed -n "s/^$1=//p" "$here/.env"; }
say() { printf '\n%s\n' "$1"; }
expect_status() {
  local wanted="$1" url="$2" status
  status="$(curl --silent --output /dev/null --write-out '%{http_code}' "$url")"
  if [[ "$status" != "$wanted" ]]; then
    echo "$url answered $status, not $wanted" >&2
    exit 1
  fi
}
# Tries for a minute: Prometheus asks every fifteen seconds.
eventually() {
  for _ in $(seq 30); do
    if "$@"; then return 0; fi
    sleep 2
  done
  echo "it never came true: $*" >&2
  return 1
}

say 'Starting everything …'
docker compose up -d --build --wait --wait-timeout 600

say 'The server …'
server="http://127.0.0.1:$SERVER_PORT"
expect_status 200 "$server/health"
expect_status 200 "$server/ready"
expect_status 404 "$server/metrics"
expect_status 401 "$server/v1/shapes/device?offset=-1"

say 'Prometheus and Grafana …'
all_up() {
  local targets
  targets="$(docker compose exec -T prometheus wget -qO- http://127.0.0.1:9090/api/v1/targets?state=active)"
  [[ "$targets" == *'"health":"up"'* && "$targets" != *'"health":"down"'* && "$targets" != *'"health":"unknown"'* ]]
}
eventually all_up
docker compose exec -T prometheus promtool check rules /etc/prometheus/alerts.yml
grafana="http://admin:$(setting GRAFANA_PASSWORD)@127.0.0.1:$GRAFANA_PORT"
curl --fail --silent "$grafana/api/dashboards/uid/tomoshibi-server" >/dev/null
curl --fail --silent "$grafana/api/datasources/uid/prometheus" >/dev/null

say 'A backup, and back …'
docker compose exec -T backup /scripts/backup.sh
"$here/restore.sh" latest
expect_status 200 "$server/ready"

say "The black-box suite against Electric …"
docker compose exec -T postgres createdb --username=postgres suite
docker compose --profile suite up -d --wait suite-electric
cd "$here/../.."
ELECTRIC_URL="http://127.0.0.1:$SMOKE_ELECTRIC_PORT" \
  DATABASE_URL="postgresql://postgres:$(setting POSTGRES_PASSWORD)@127.0.0.1:$SMOKE_POSTGRES_PORT/suite" \
  npm run vitest -- run --project pg sync-server/embedded/shape-engine/shape-engine.pg.test.ts

say 'All of it works.'
