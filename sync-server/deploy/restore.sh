#!/usr/bin/env bash
# Puts a backup in the place of the running database, and starts everything again.
# Usage: ./restore.sh latest | ./restore.sh tomoshibi-20261122T031500Z.dump
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
file="${1:?which backup? its name, or latest}"

docker compose stop server electric backup
if docker compose run --rm restore /scripts/restore-dump.sh "$file"; then
  # Its logs are of the database that was: readers are told to fetch anew.
  docker compose run --rm --no-deps --entrypoint sh electric -c 'rm -rf /data/*'
  docker compose up -d --wait
else
  docker compose up -d --wait
  exit 1
fi
