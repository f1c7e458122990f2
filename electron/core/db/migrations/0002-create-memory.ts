/** What is remembered of what was said: memories with their sources, digests, and the work that waits to be done. */
export const migration = {
  version: 2,
  name: 'create-memory',
  sql: `
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
CREATE INDEX memory_by_character ON memory (character_id, told_at_ms) WHERE deleted_hlc IS NULL;
CREATE INDEX memory_by_attribute ON memory (character_id, subject, attribute, told_at_ms) WHERE deleted_hlc IS NULL;
CREATE INDEX memory_by_name ON memory (character_id, attribute, told_at_ms)
  WHERE deleted_hlc IS NULL AND attribute LIKE '%:name';
CREATE INDEX memory_standing ON memory (character_id, pinned, importance, told_at_ms)
  WHERE deleted_hlc IS NULL AND (pinned = 1 OR (term = 'forever' AND kind IN ('fact', 'relationship')));
CREATE INDEX memory_by_expiry ON memory (expires_at_ms) WHERE deleted_hlc IS NULL AND expires_at_ms IS NOT NULL;
CREATE INDEX memory_superseding ON memory (superseded_by) WHERE superseded_by IS NOT NULL;

-- Where a memory was said: [start_unit, end_unit) of the message's newest text, in UTF-16 units. The rows of a forgotten memory
-- stay: what was forgotten is not read out of the same words again.
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

-- The tokens of living memories (see search-tokens.ts). What is deleted is taken out of the index at once, not marked.
CREATE VIRTUAL TABLE memory_index USING fts5 (
  tokens,
  detail = none,
  tokenize = 'ascii'
);
INSERT INTO memory_index (memory_index, rank) VALUES ('secure-delete', 1);

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

CREATE TABLE digest_source (
  digest_id TEXT NOT NULL REFERENCES digest (id),
  source_kind TEXT NOT NULL CHECK (source_kind IN ('message', 'memory')),
  source_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (digest_id, source_kind, source_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_source_by_source ON digest_source (source_id);

-- Days and weeks in which something was said or forgotten since their digest was written. Local; may be rebuilt.
CREATE TABLE digest_due (
  character_id TEXT NOT NULL,
  span TEXT NOT NULL CHECK (span IN ('day', 'week')),
  starts_on TEXT NOT NULL,
  PRIMARY KEY (character_id, span, starts_on)
) STRICT, WITHOUT ROWID;

-- While a conversation's memory is paused, nothing said there is remembered.
CREATE TABLE memory_pause (
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  from_ms INTEGER NOT NULL,
  to_ms INTEGER,
  updated_hlc TEXT NOT NULL,
  PRIMARY KEY (conversation_id, from_ms)
) STRICT, WITHOUT ROWID;

-- Messages to be read for memories, each noted in the transaction that wrote it. Local.
CREATE TABLE memory_job (
  message_seq INTEGER PRIMARY KEY,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at_ms INTEGER DEFAULT 0,
  error TEXT
) STRICT;
CREATE INDEX memory_job_failed ON memory_job (attempts) WHERE attempts > 0;

CREATE TRIGGER memory_job_for_message AFTER INSERT ON message
WHEN NEW.state <> 'partial' AND NEW.author IN ('person', 'character')
BEGIN
  INSERT OR REPLACE INTO memory_job (message_seq) VALUES (NEW.seq);
END;
CREATE TRIGGER memory_job_for_change AFTER UPDATE OF state, deleted_hlc ON message
WHEN NEW.state <> 'partial' AND NEW.author IN ('person', 'character')
  AND (OLD.state <> NEW.state OR OLD.deleted_hlc IS NOT NEW.deleted_hlc)
BEGIN
  INSERT OR REPLACE INTO memory_job (message_seq) VALUES (NEW.seq);
END;
CREATE TRIGGER memory_job_for_revision AFTER INSERT ON message_revision
BEGIN
  INSERT OR REPLACE INTO memory_job (message_seq)
    SELECT seq FROM message WHERE id = NEW.message_id AND state <> 'partial' AND author IN ('person', 'character');
END;
INSERT INTO memory_job (message_seq)
  SELECT seq FROM message WHERE state <> 'partial' AND author IN ('person', 'character') AND deleted_hlc IS NULL;

-- What is to be forgotten for good when the time to take it back is over. 'sweep' stands for the traces in index and log.
CREATE TABLE erasure (
  target TEXT NOT NULL CHECK (target IN ('memory', 'message', 'sweep')),
  target_id TEXT NOT NULL,
  due_at_ms INTEGER NOT NULL,
  PRIMARY KEY (target, target_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX erasure_due ON erasure (due_at_ms);

-- What a reply was given to remember. Ids and numbers only. Local.
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
`,
};
