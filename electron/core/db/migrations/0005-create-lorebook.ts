/** World info: books of entries that are told to a mind when their keys come up, and when they last did. */
export const migration = {
  version: 5,
  name: 'create-lorebook',
  sql: `
-- character_id is null for a book that all characters share. extras_json: what another app wrote that we have no column for.
CREATE TABLE lorebook (
  id TEXT PRIMARY KEY,
  character_id TEXT REFERENCES character (id),
  owner_hlc TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  name_hlc TEXT NOT NULL,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  enabled_hlc TEXT NOT NULL,
  rules_json TEXT NOT NULL,
  rules_hlc TEXT NOT NULL,
  extras_json TEXT NOT NULL,
  -- While a file is being read into it: it is nowhere to be seen, and goes when the reading was cut short.
  incoming INTEGER NOT NULL CHECK (incoming IN (0, 1)),
  -- Counts what was changed in it and its entries, so that what was made of them is known to be old. Local.
  revision INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  created_hlc TEXT NOT NULL,
  deleted_hlc TEXT
) STRICT;
CREATE INDEX lorebook_by_character ON lorebook (character_id) WHERE deleted_hlc IS NULL;

CREATE TABLE lorebook_entry (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  lorebook_id TEXT NOT NULL REFERENCES lorebook (id),
  title TEXT NOT NULL,
  content TEXT NOT NULL,
  text_hlc TEXT NOT NULL,
  keys_json TEXT NOT NULL,
  secondary_keys_json TEXT NOT NULL,
  keys_hlc TEXT NOT NULL,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  enabled_hlc TEXT NOT NULL,
  rules_json TEXT NOT NULL,
  rules_hlc TEXT NOT NULL,
  extras_json TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  created_hlc TEXT NOT NULL,
  deleted_hlc TEXT
) STRICT;
CREATE INDEX lorebook_entry_by_book ON lorebook_entry (lorebook_id, seq) WHERE deleted_hlc IS NULL;

-- For which message an entry fired, and how many messages the thread then had: for entries that stay, rest or fire but once.
-- An entry of another branch does not count. Local.
CREATE TABLE lorebook_firing (
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  entry_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  message_count INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, entry_id, message_count, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lorebook_firing_by_message ON lorebook_firing (message_id);
`,
};
