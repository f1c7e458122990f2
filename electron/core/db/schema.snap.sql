-- What the migrations make, for reading. A hash here never changes once its migration has shipped.
-- 0001-create-chat sha256 6ca4946d8e544d6082e048ecc1fb483597e814b9df567a9436506148ee7fe3a2

CREATE TABLE applied_migration (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  applied_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE attachment (
  id TEXT PRIMARY KEY,
  message_id TEXT REFERENCES message (id),
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('image', 'audio', 'sticker')),
  content_hash TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  name TEXT NOT NULL,
  width INTEGER,
  height INTEGER,
  created_at_ms INTEGER NOT NULL,
  created_hlc TEXT NOT NULL,
  deleted_hlc TEXT
) STRICT;

CREATE INDEX attachment_by_content ON attachment (content_hash);

CREATE INDEX attachment_by_message ON attachment (message_id, position);

CREATE TABLE branch_end (
  message_id TEXT PRIMARY KEY,
  leaf_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE character (
  id TEXT PRIMARY KEY,
  built_in TEXT,
  name TEXT NOT NULL,
  nickname TEXT NOT NULL,
  gender TEXT NOT NULL CHECK (gender IN ('girlfriend', 'boyfriend')),
  age INTEGER NOT NULL CHECK (age >= 18),
  occupation TEXT NOT NULL,
  hobbies_json TEXT NOT NULL,
  tagline TEXT NOT NULL,
  identity_hlc TEXT NOT NULL,
  backstory TEXT NOT NULL,
  traits_json TEXT NOT NULL,
  persona_hlc TEXT NOT NULL,
  speech_json TEXT NOT NULL,
  speech_hlc TEXT NOT NULL,
  greetings_json TEXT NOT NULL,
  starters_json TEXT NOT NULL,
  greeting_hlc TEXT NOT NULL,
  avatar TEXT NOT NULL,
  look_hlc TEXT NOT NULL,
  relationship_level INTEGER NOT NULL CHECK (relationship_level BETWEEN 1 AND 10),
  relationship_hlc TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  deleted_hlc TEXT
) STRICT;

CREATE UNIQUE INDEX character_built_in ON character (built_in) WHERE built_in IS NOT NULL;

CREATE TABLE conversation (
  id TEXT PRIMARY KEY,
  character_id TEXT NOT NULL REFERENCES character (id),
  title TEXT NOT NULL,
  title_hlc TEXT NOT NULL,
  active_leaf_id TEXT,
  leaf_hlc TEXT NOT NULL,
  draft TEXT NOT NULL,
  draft_hlc TEXT NOT NULL,
  pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
  pinned_hlc TEXT NOT NULL,
  archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
  archived_hlc TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  last_message_at_ms INTEGER NOT NULL,
  deleted_hlc TEXT
) STRICT;

CREATE INDEX conversation_by_character ON conversation (character_id, last_message_at_ms);

CREATE TABLE llm_provider (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('openai', 'gguf')),
  name TEXT NOT NULL,
  base_url TEXT,
  model_path TEXT,
  model TEXT NOT NULL,
  sealed_key BLOB,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  input_price REAL,
  cached_input_price REAL,
  output_price REAL,
  position INTEGER NOT NULL
) STRICT;

CREATE TABLE local_state (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  parent_id TEXT,
  author TEXT NOT NULL CHECK (author IN ('person', 'character', 'system', 'narrator')),
  kind TEXT NOT NULL CHECK (kind IN ('text', 'image', 'audio', 'sticker')),
  text TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('complete', 'partial', 'interrupted')),
  expression TEXT,
  rung TEXT,
  model TEXT,
  prompt_tokens INTEGER,
  cached_tokens INTEGER,
  completion_tokens INTEGER,
  cost_micro_usd INTEGER,
  edited INTEGER NOT NULL DEFAULT 0 CHECK (edited IN (0, 1)),
  created_at_ms INTEGER NOT NULL,
  created_hlc TEXT NOT NULL,
  state_hlc TEXT NOT NULL,
  deleted_hlc TEXT,
  depth INTEGER NOT NULL,
  jump_id TEXT
) STRICT;

CREATE INDEX message_by_clock ON message (conversation_id, created_hlc);

CREATE INDEX message_by_parent ON message (conversation_id, parent_id);

CREATE VIRTUAL TABLE message_index USING fts5 (
  tokens,
  content = '',
  contentless_delete = 1,
  detail = none,
  tokenize = 'ascii'
);

CREATE TABLE message_revision (
  id TEXT PRIMARY KEY,
  message_id TEXT NOT NULL REFERENCES message (id),
  text TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  created_hlc TEXT NOT NULL
) STRICT;

CREATE INDEX message_revision_newest ON message_revision (message_id, created_hlc);

CREATE INDEX message_spending ON message (created_at_ms) WHERE prompt_tokens IS NOT NULL;

CREATE INDEX message_unfinished ON message (state) WHERE state = 'partial';

CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  mutation_id TEXT NOT NULL UNIQUE,
  entity TEXT NOT NULL,
  row_id TEXT NOT NULL,
  columns_json TEXT NOT NULL,
  hlc TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE read_mark (
  conversation_id TEXT PRIMARY KEY REFERENCES conversation (id),
  read_hlc TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value_json TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('device', 'account')),
  updated_hlc TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sqlite_sequence(name,seq);
