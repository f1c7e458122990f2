#!/usr/bin/env bash
# Makes .env and secrets/ out of .env.example, with fresh secrets. What is there already is left as it is.
# Usage: ./prepare.sh [DIR]   (default: this folder, where compose.yaml looks)
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
dir="${1:-$here}"
secrets=" POSTGRES_PASSWORD OWNER_PASSWORD APP_PASSWORD ELECTRIC_DB_PASSWORD BACKUP_PASSWORD SERVER_SECRET ELECTRIC_SECRET"
secrets+=" REDIS_PASSWORD MINIO_ROOT_PASSWORD GRAFANA_PASSWORD METRICS_TOKEN "

# Letters, digits, - and _ only: they stand inside addresses.
fresh_secret() {
  head -c 32 /dev/urandom | base64 | tr -d '=\n' | tr '+/' '-_'
}

umask 077
mkdir -p "$dir/secrets"
if [[ -e "$dir/.env" ]]; then
  echo ".env is there already and stays as it is."
else
  while IFS= read -r line || [[ -n "$line" ]]; do
    name="${line%%=*}"
    if [[ "$line" == "$name=" && "$secrets" == *" $name "* ]]; then
      line="$name=$(fresh_secret)"
    fi
    printf '%s\n' "$line"
  done <"$here/.env.example" >"$dir/.env.partial"
  mv "$dir/.env.partial" "$dir/.env"
  echo "Made .env; keep a copy of SERVER_SECRET apart from the backups."
fi

# Prometheus reads its token from a file, as a user of its own: readable by all, in a folder that only its owner enters.
token="$(sed -n 's/^METRICS_TOKEN=//p' "$dir/.env")"
if [[ -z "$token" ]]; then
  echo "METRICS_TOKEN is empty in .env" >&2
  exit 1
fi
rm -f "$dir/secrets/metrics-token"
printf '%s' "$token" >"$dir/secrets/metrics-token"
chmod 444 "$dir/secrets/metrics-token"
