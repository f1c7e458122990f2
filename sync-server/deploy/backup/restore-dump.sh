#!/usr/bin/env bash
# Puts a backup in the place of the database; run inside the compose network by ../restore.sh, which stops the server before.
# The backup is restored beside the database and takes its name only when it is whole; the old one stays, renamed.
# Usage: restore-dump.sh FILE   (a name in BACKUP_DIR; `latest` is the newest)
set -euo pipefail

file="${1:?which backup? a name in $BACKUP_DIR, or latest}"
cd "$BACKUP_DIR"
if [[ "$file" == latest ]]; then
  file="$(find . -maxdepth 1 -type f -name "$PGDATABASE-*.dump" -printf '%f\n' | sort -r | head -n 1)"
fi
if [[ ! -f "$file" ]]; then
  echo "there is no backup called \"$file\"" >&2
  exit 1
fi
sha256sum --check --quiet "$file.sha256"

stamp="$(date -u +%Y%m%d_%H%M%S)"
incoming="${PGDATABASE}_incoming_$stamp"
before="${PGDATABASE}_before_$stamp"
sql() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname=postgres "$@"; }

sql --command="CREATE DATABASE $incoming OWNER tomoshibi_owner TEMPLATE template0"
if ! pg_restore --exit-on-error --single-transaction --dbname="$incoming" "$file"; then
  sql --command="DROP DATABASE $incoming"
  echo "the backup could not be restored; the database is as it was" >&2
  exit 1
fi

# A slot belongs to the database it was made in; Electric makes itself a new one.
sql --command="SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '$PGDATABASE'" >/dev/null
sql --command="SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '$PGDATABASE'" >/dev/null
# Both names change, or neither.
sql --single-transaction \
  --command="ALTER DATABASE $PGDATABASE RENAME TO $before" \
  --command="ALTER DATABASE $incoming RENAME TO $PGDATABASE"
echo "restored $file; the database of before is $before, to be dropped by hand"
