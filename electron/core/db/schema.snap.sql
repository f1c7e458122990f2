-- What the migrations make, for reading. A hash here never changes once its migration has shipped.
-- 0001-create-chat sha256 6ca4946d8e544d6082e048ecc1fb483597e814b9df567a9436506148ee7fe3a2
-- 0002-create-memory sha256 c6172d40ce2777b4f62c79d0261fce6c7342e799cbe591d9b50e29383e0fd360
-- 0003-create-embedding sha256 a818d62ce11e10e5ee8cf2b4cfbcf2e9490b856cc663eacee56f2a3a1fb34850
-- 0004-create-recall sha256 03fc9f2bc3d5e383b26bb854cd6fc38bbfdcc3ce06bc1b94571b39fcbf525668
-- 0005-create-lorebook sha256 edbf1c2289fab80fd0a75918a6477e9ae5373c65c9dc51345af7bbefe9b38c1a
-- 0006-create-thread-summary sha256 be5ebc59df567b39d93e45f2fb8f46547c32c4183e44705c4a35b99e15450878

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

CREATE TABLE digest (
  id TEXT PRIMARY KEY,
  character_id TEXT NOT NULL REFERENCES character (id),
  span TEXT NOT NULL CHECK (span IN ('day', 'week')),
  starts_on TEXT NOT NULL,
  text TEXT NOT NULL,
  writer TEXT NOT NULL,
  message_count INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_hlc TEXT NOT NULL,
  deleted_hlc TEXT,
  UNIQUE (character_id, span, starts_on)
) STRICT;

CREATE TABLE digest_due (
  character_id TEXT NOT NULL,
  span TEXT NOT NULL CHECK (span IN ('day', 'week')),
  starts_on TEXT NOT NULL,
  PRIMARY KEY (character_id, span, starts_on)
) STRICT, WITHOUT ROWID;

CREATE TABLE digest_source (
  digest_id TEXT NOT NULL REFERENCES digest (id),
  source_kind TEXT NOT NULL CHECK (source_kind IN ('message', 'memory')),
  source_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (digest_id, source_kind, source_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX digest_source_by_source ON digest_source (source_id);

CREATE TABLE embedding (
  place INTEGER PRIMARY KEY,
  space TEXT NOT NULL CHECK (space IN ('message', 'memory')),
  item_seq INTEGER NOT NULL,
  model_id INTEGER NOT NULL REFERENCES embedding_model (id),
  scale REAL NOT NULL,
  vector BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX embedding_by_item ON embedding (space, item_seq, model_id);

CREATE TABLE embedding_job (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  space TEXT NOT NULL CHECK (space IN ('message', 'memory')),
  item_seq INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at_ms INTEGER DEFAULT 0,
  UNIQUE (space, item_seq)
) STRICT;

CREATE TRIGGER embedding_memory_changed AFTER UPDATE OF text, deleted_hlc ON memory
WHEN OLD.text <> NEW.text OR OLD.deleted_hlc IS NOT NEW.deleted_hlc
BEGIN
  DELETE FROM embedding WHERE space = 'memory' AND item_seq = NEW.seq;
  INSERT OR REPLACE INTO embedding_job (space, item_seq) VALUES ('memory', NEW.seq);
END;

CREATE TRIGGER embedding_memory_gone AFTER DELETE ON memory
BEGIN
  DELETE FROM embedding WHERE space = 'memory' AND item_seq = OLD.seq;
  DELETE FROM embedding_job WHERE space = 'memory' AND item_seq = OLD.seq;
END;

CREATE TRIGGER embedding_memory_written AFTER INSERT ON memory
BEGIN
  INSERT OR REPLACE INTO embedding_job (space, item_seq) VALUES ('memory', NEW.seq);
END;

CREATE TRIGGER embedding_message_changed AFTER UPDATE OF text, state, edited, deleted_hlc ON message
WHEN NEW.author IN ('person', 'character') AND (NEW.state <> 'partial' OR OLD.state <> 'partial')
BEGIN
  DELETE FROM embedding WHERE space = 'message' AND item_seq = NEW.seq;
  INSERT OR REPLACE INTO embedding_job (space, item_seq) VALUES ('message', NEW.seq);
END;

CREATE TRIGGER embedding_message_gone AFTER DELETE ON message
BEGIN
  DELETE FROM embedding WHERE space = 'message' AND item_seq = OLD.seq;
  DELETE FROM embedding_job WHERE space = 'message' AND item_seq = OLD.seq;
END;

CREATE TRIGGER embedding_message_written AFTER INSERT ON message
WHEN NEW.state <> 'partial' AND NEW.author IN ('person', 'character') AND NEW.text <> ''
BEGIN
  INSERT OR REPLACE INTO embedding_job (space, item_seq) VALUES ('message', NEW.seq);
END;

CREATE TABLE embedding_model (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  dimensions INTEGER NOT NULL CHECK (dimensions BETWEEN 1 AND 8192),
  provider_id TEXT,
  provider_model TEXT,
  complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
  message_cursor INTEGER NOT NULL,
  memory_cursor INTEGER NOT NULL
) STRICT;

CREATE TABLE embedding_partition (
  id INTEGER PRIMARY KEY,
  model_id INTEGER NOT NULL REFERENCES embedding_model (id),
  space TEXT NOT NULL CHECK (space IN ('message', 'memory')),
  character_id TEXT NOT NULL,
  next_place INTEGER NOT NULL,
  UNIQUE (model_id, space, character_id)
) STRICT;

CREATE TRIGGER embedding_revision_changed AFTER UPDATE OF text ON message_revision
BEGIN
  DELETE FROM embedding WHERE space = 'message' AND item_seq IN (SELECT seq FROM message WHERE id = NEW.message_id);
  INSERT OR REPLACE INTO embedding_job (space, item_seq)
    SELECT 'message', seq FROM message WHERE id = NEW.message_id AND author IN ('person', 'character') AND state <> 'partial';
END;

CREATE TRIGGER embedding_revision_written AFTER INSERT ON message_revision
BEGIN
  DELETE FROM embedding WHERE space = 'message' AND item_seq IN (SELECT seq FROM message WHERE id = NEW.message_id);
  INSERT OR REPLACE INTO embedding_job (space, item_seq)
    SELECT 'message', seq FROM message WHERE id = NEW.message_id AND author IN ('person', 'character') AND state <> 'partial';
END;

CREATE TABLE erasure (
  target TEXT NOT NULL CHECK (target IN ('memory', 'message', 'sweep')),
  target_id TEXT NOT NULL,
  due_at_ms INTEGER NOT NULL,
  PRIMARY KEY (target, target_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX erasure_due ON erasure (due_at_ms);

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

CREATE TABLE lorebook_firing (
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  entry_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  message_count INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, entry_id, message_count, message_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX lorebook_firing_by_message ON lorebook_firing (message_id);

CREATE TABLE memory (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  character_id TEXT NOT NULL REFERENCES character (id),
  kind TEXT NOT NULL CHECK (kind IN ('event', 'preference', 'relationship', 'significant', 'fact')),
  text TEXT NOT NULL,
  subject TEXT NOT NULL,
  attribute TEXT,
  emotion TEXT,
  tags_json TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('rules', 'model', 'person')),
  edited INTEGER NOT NULL CHECK (edited IN (0, 1)),
  told_at_ms INTEGER NOT NULL,
  content_hlc TEXT NOT NULL,
  importance REAL NOT NULL CHECK (importance BETWEEN 0 AND 1),
  importance_hlc TEXT NOT NULL,
  valid_from_ms INTEGER,
  valid_to_ms INTEGER,
  superseded_by TEXT,
  validity_hlc TEXT NOT NULL,
  term TEXT NOT NULL CHECK (term IN ('short', 'long', 'forever')),
  expires_at_ms INTEGER,
  term_hlc TEXT NOT NULL,
  pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
  pinned_hlc TEXT NOT NULL,
  last_recalled_at_ms INTEGER,
  recall_count INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  created_hlc TEXT NOT NULL,
  deleted_hlc TEXT
) STRICT;

CREATE INDEX memory_by_attribute ON memory (character_id, subject, attribute, told_at_ms) WHERE deleted_hlc IS NULL;

CREATE INDEX memory_by_character ON memory (character_id, told_at_ms) WHERE deleted_hlc IS NULL;

CREATE INDEX memory_by_expiry ON memory (expires_at_ms) WHERE deleted_hlc IS NULL AND expires_at_ms IS NOT NULL;

CREATE INDEX memory_by_name ON memory (character_id, attribute, told_at_ms)
  WHERE deleted_hlc IS NULL AND attribute LIKE '%:name';

CREATE VIRTUAL TABLE memory_index USING fts5 (
  tokens,
  detail = none,
  tokenize = 'ascii'
);

CREATE TABLE 'memory_index_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'memory_index_content'(id INTEGER PRIMARY KEY, c0);

CREATE TABLE 'memory_index_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'memory_index_docsize'(id INTEGER PRIMARY KEY, sz BLOB);

CREATE TABLE 'memory_index_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE memory_job (
  message_seq INTEGER PRIMARY KEY,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at_ms INTEGER DEFAULT 0,
  error TEXT
) STRICT;

CREATE INDEX memory_job_failed ON memory_job (attempts) WHERE attempts > 0;

CREATE TRIGGER memory_job_for_change AFTER UPDATE OF state, deleted_hlc ON message
WHEN NEW.state <> 'partial' AND NEW.author IN ('person', 'character')
  AND (OLD.state <> NEW.state OR OLD.deleted_hlc IS NOT NEW.deleted_hlc)
BEGIN
  INSERT OR REPLACE INTO memory_job (message_seq) VALUES (NEW.seq);
END;

CREATE TRIGGER memory_job_for_message AFTER INSERT ON message
WHEN NEW.state <> 'partial' AND NEW.author IN ('person', 'character')
BEGIN
  INSERT OR REPLACE INTO memory_job (message_seq) VALUES (NEW.seq);
END;

CREATE TRIGGER memory_job_for_revision AFTER INSERT ON message_revision
BEGIN
  INSERT OR REPLACE INTO memory_job (message_seq)
    SELECT seq FROM message WHERE id = NEW.message_id AND state <> 'partial' AND author IN ('person', 'character');
END;

CREATE TABLE memory_pause (
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  from_ms INTEGER NOT NULL,
  to_ms INTEGER,
  updated_hlc TEXT NOT NULL,
  PRIMARY KEY (conversation_id, from_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE memory_source (
  memory_id TEXT NOT NULL REFERENCES memory (id),
  message_id TEXT NOT NULL,
  start_unit INTEGER NOT NULL,
  end_unit INTEGER NOT NULL,
  said_at_ms INTEGER NOT NULL,
  created_hlc TEXT NOT NULL,
  PRIMARY KEY (memory_id, message_id, start_unit, end_unit)
) STRICT, WITHOUT ROWID;

CREATE INDEX memory_source_by_message ON memory_source (message_id);

CREATE INDEX memory_standing ON memory (character_id, pinned, importance, told_at_ms)
  WHERE deleted_hlc IS NULL AND (pinned = 1 OR (term = 'forever' AND kind IN ('fact', 'relationship')));

CREATE INDEX memory_superseding ON memory (superseded_by) WHERE superseded_by IS NOT NULL;

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

CREATE TABLE recall_entry (
  revision INTEGER PRIMARY KEY AUTOINCREMENT,
  space TEXT NOT NULL CHECK (space IN ('message', 'memory')),
  item_seq INTEGER NOT NULL,
  character_id TEXT NOT NULL,
  gone INTEGER NOT NULL CHECK (gone IN (0, 1)),
  conversation_id TEXT,
  speaker TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  words TEXT NOT NULL,
  caption_words TEXT NOT NULL,
  facts TEXT NOT NULL,
  UNIQUE (space, item_seq)
) STRICT;

CREATE INDEX recall_entry_by_character ON recall_entry (space, character_id, revision);

CREATE TABLE recall_format (
  format INTEGER NOT NULL
) STRICT;

CREATE TABLE recall_job (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  space TEXT NOT NULL CHECK (space IN ('message', 'memory')),
  item_seq INTEGER NOT NULL,
  UNIQUE (space, item_seq)
) STRICT;

CREATE TRIGGER recall_memory_changed AFTER UPDATE OF text, subject, tags_json, deleted_hlc ON memory
BEGIN
  UPDATE recall_entry SET words = '', caption_words = '', facts = '' WHERE space = 'memory' AND item_seq = NEW.seq;
  INSERT OR REPLACE INTO recall_job (space, item_seq) VALUES ('memory', NEW.seq);
END;

CREATE TRIGGER recall_memory_gone AFTER DELETE ON memory
BEGIN
  UPDATE recall_entry SET words = '', caption_words = '', facts = '' WHERE space = 'memory' AND item_seq = OLD.seq;
  INSERT OR REPLACE INTO recall_job (space, item_seq) VALUES ('memory', OLD.seq);
END;

CREATE TRIGGER recall_memory_written AFTER INSERT ON memory
BEGIN
  INSERT OR REPLACE INTO recall_job (space, item_seq) VALUES ('memory', NEW.seq);
END;

CREATE TRIGGER recall_message_changed AFTER UPDATE OF text, state, edited, deleted_hlc ON message
WHEN NEW.author IN ('person', 'character') AND (NEW.state <> 'partial' OR OLD.state <> 'partial')
BEGIN
  UPDATE recall_entry SET words = '', caption_words = '', facts = '' WHERE space = 'message' AND item_seq = NEW.seq;
  INSERT OR REPLACE INTO recall_job (space, item_seq) VALUES ('message', NEW.seq);
END;

CREATE TRIGGER recall_message_gone AFTER DELETE ON message
BEGIN
  UPDATE recall_entry SET words = '', caption_words = '', facts = '' WHERE space = 'message' AND item_seq = OLD.seq;
  INSERT OR REPLACE INTO recall_job (space, item_seq) VALUES ('message', OLD.seq);
END;

CREATE TRIGGER recall_message_written AFTER INSERT ON message
WHEN NEW.state <> 'partial' AND NEW.author IN ('person', 'character')
BEGIN
  INSERT OR REPLACE INTO recall_job (space, item_seq) VALUES ('message', NEW.seq);
END;

CREATE TRIGGER recall_revision_changed AFTER UPDATE OF text ON message_revision
BEGIN
  UPDATE recall_entry SET words = '', caption_words = '', facts = ''
    WHERE space = 'message' AND item_seq IN (SELECT seq FROM message WHERE id = NEW.message_id);
  INSERT OR REPLACE INTO recall_job (space, item_seq)
    SELECT 'message', seq FROM message WHERE id = NEW.message_id AND author IN ('person', 'character') AND state <> 'partial';
END;

CREATE TRIGGER recall_revision_written AFTER INSERT ON message_revision
BEGIN
  INSERT OR REPLACE INTO recall_job (space, item_seq)
    SELECT 'message', seq FROM message WHERE id = NEW.message_id AND author IN ('person', 'character') AND state <> 'partial';
END;

CREATE TABLE recall_trace (
  reply_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  source_kind TEXT NOT NULL CHECK (source_kind IN ('message', 'memory')),
  source_id TEXT NOT NULL,
  score REAL NOT NULL,
  parts_json TEXT NOT NULL,
  PRIMARY KEY (reply_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX recall_trace_by_source ON recall_trace (source_id);

CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value_json TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('device', 'account')),
  updated_hlc TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE thread_summary (
  end_id TEXT PRIMARY KEY,
  lines_json TEXT NOT NULL,
  writer TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX thread_summary_due ON thread_summary (end_id) WHERE lines_json = '';

CREATE TRIGGER thread_summary_message_changed AFTER UPDATE OF text, state, deleted_hlc ON message
WHEN NEW.state <> 'partial' OR OLD.state <> 'partial'
BEGIN
  UPDATE thread_summary SET lines_json = '', writer = ''
    WHERE end_id IN (SELECT end_id FROM thread_summary_source WHERE message_id = NEW.id);
END;

CREATE TRIGGER thread_summary_revision_changed AFTER UPDATE OF text ON message_revision
BEGIN
  UPDATE thread_summary SET lines_json = '', writer = ''
    WHERE end_id IN (SELECT end_id FROM thread_summary_source WHERE message_id = NEW.message_id);
END;

CREATE TRIGGER thread_summary_revision_written AFTER INSERT ON message_revision
BEGIN
  UPDATE thread_summary SET lines_json = '', writer = ''
    WHERE end_id IN (SELECT end_id FROM thread_summary_source WHERE message_id = NEW.message_id);
END;

CREATE TABLE thread_summary_source (
  message_id TEXT NOT NULL,
  end_id TEXT NOT NULL,
  PRIMARY KEY (message_id, end_id)
) STRICT, WITHOUT ROWID;
