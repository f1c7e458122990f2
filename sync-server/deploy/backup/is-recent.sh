#!/usr/bin/env bash
# Whether a backup was made within the last 26 hours: a day, and time to make it.
set -euo pipefail
mkdir -p "$BACKUP_DIR"
[[ -n "$(find "$BACKUP_DIR" -maxdepth 1 -type f -name "$PGDATABASE-*.dump" -mmin -1560 -print -quit)" ]]
