#!/usr/bin/env bash
# One backup of the database into BACKUP_DIR, then away with the old ones. Prints the new file's name.
# A dump counts once it is whole: written aside, read back, summed, renamed. When anything fails, nothing is taken away.
# Needs PGHOST, PGDATABASE, PGUSER, PGPASSWORD, BACKUP_DIR, BACKUP_KEEP_DAYS, BACKUP_KEEP_MONTHS.
set -euo pipefail
umask 077

mkdir -p "$BACKUP_DIR"
cd "$BACKUP_DIR"
stamp="$(date -u +%Y%m%dT%H%M%SZ)"
name="$PGDATABASE-$stamp.dump"
trap 'rm -f "$name.partial"' EXIT

# A second backup at the same time would only make both slow.
exec 9>.lock
if ! flock -n 9; then
  echo "another backup is under way" >&2
  exit 1
fi

pg_dump --format=custom --compress=zstd:6 --no-password --file="$name.partial"
pg_restore --list "$name.partial" >/dev/null
sync "$name.partial"
mv "$name.partial" "$name"
sha256sum "$name" >"$name.sha256"

# The names sort by time. Kept: the newest BACKUP_KEEP_DAYS, and of the older ones the newest of each of BACKUP_KEEP_MONTHS months.
kept=0
months=0
last_month=""
while IFS= read -r old; do
  time="${old#"$PGDATABASE-"}"
  month="${time:0:6}"
  if ((kept < BACKUP_KEEP_DAYS)); then
    kept=$((kept + 1))
  elif [[ "$month" != "$last_month" ]] && ((months < BACKUP_KEEP_MONTHS)); then
    months=$((months + 1))
    last_month="$month"
  else
    rm -f "$old" "$old.sha256"
  fi
done < <(find . -maxdepth 1 -type f -name "$PGDATABASE-*.dump" -printf '%f\n' | sort -r)

echo "$name"
