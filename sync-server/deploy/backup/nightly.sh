#!/usr/bin/env bash
# Runs backup.sh every day at BACKUP_AT (HH:MM, UTC), and at once when the newest backup is older than a day.
# `nightly.sh --wait` only says how many seconds there are until then.
set -euo pipefail
scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

if ! [[ "$BACKUP_AT" =~ ^([01][0-9]|2[0-3]):[0-5][0-9]$ ]]; then
  echo "BACKUP_AT must be HH:MM, not \"$BACKUP_AT\"" >&2
  exit 1
fi

seconds_until() {
  local now at
  now="$(date -u +%s)"
  at="$(date -u -d "$(date -u -d "@$now" +%F) $BACKUP_AT" +%s)"
  if ((at <= now)); then at=$((at + 86400)); fi
  echo $((at - now))
}

if [[ "${1:-}" == --wait ]]; then
  seconds_until
  exit
fi

trap 'exit 0' TERM INT
"$scripts/is-recent.sh" || "$scripts/backup.sh" || echo "the backup failed; the next try is at $BACKUP_AT" >&2
while true; do
  sleep "$(seconds_until)" &
  wait $!
  "$scripts/backup.sh" || echo "the backup failed; the next try is tomorrow" >&2
done
