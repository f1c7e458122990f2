/** Vectors of messages and memories by model, and the work that waits to be done. All of it can be made again from the rows. */
export const migration = {
  version: 3,
  name: 'create-embedding',
  sql: `
-- message_cursor and memory_cursor: rows up to here have a vector of this model, or a job that will make one.
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

-- The vectors of one character by one model. next_place counts up and is never used twice.
CREATE TABLE embedding_partition (
  id INTEGER PRIMARY KEY,
  model_id INTEGER NOT NULL REFERENCES embedding_model (id),
  space TEXT NOT NULL CHECK (space IN ('message', 'memory')),
  character_id TEXT NOT NULL,
  next_place INTEGER NOT NULL,
  UNIQUE (model_id, space, character_id)
) STRICT;

-- place = partition id * 2^32 + the partition's next_place: what is searched together lies together, the newest last.
-- vector: one signed byte a dimension; times scale it is the unit vector.
CREATE TABLE embedding (
  place INTEGER PRIMARY KEY,
  space TEXT NOT NULL CHECK (space IN ('message', 'memory')),
  item_seq INTEGER NOT NULL,
  model_id INTEGER NOT NULL REFERENCES embedding_model (id),
  scale REAL NOT NULL,
  vector BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX embedding_by_item ON embedding (space, item_seq, model_id);

-- What was written or changed and waits for vectors. due_at_ms is null when it was given up.
CREATE TABLE embedding_job (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  space TEXT NOT NULL CHECK (space IN ('message', 'memory')),
  item_seq INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at_ms INTEGER DEFAULT 0,
  UNIQUE (space, item_seq)
) STRICT;

-- Words that changed or were deleted lose their vectors in the same transaction; new ones follow in the background.
CREATE TRIGGER embedding_message_written AFTER INSERT ON message
WHEN NEW.state <> 'partial' AND NEW.author IN ('person', 'character') AND NEW.text <> ''
BEGIN
  INSERT OR REPLACE INTO embedding_job (space, item_seq) VALUES ('message', NEW.seq);
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
CREATE TRIGGER embedding_revision_written AFTER INSERT ON message_revision
BEGIN
  DELETE FROM embedding WHERE space = 'message' AND item_seq IN (SELECT seq FROM message WHERE id = NEW.message_id);
  INSERT OR REPLACE INTO embedding_job (space, item_seq)
    SELECT 'message', seq FROM message WHERE id = NEW.message_id AND author IN ('person', 'character') AND state <> 'partial';
END;
CREATE TRIGGER embedding_revision_changed AFTER UPDATE OF text ON message_revision
BEGIN
  DELETE FROM embedding WHERE space = 'message' AND item_seq IN (SELECT seq FROM message WHERE id = NEW.message_id);
  INSERT OR REPLACE INTO embedding_job (space, item_seq)
    SELECT 'message', seq FROM message WHERE id = NEW.message_id AND author IN ('person', 'character') AND state <> 'partial';
END;

CREATE TRIGGER embedding_memory_written AFTER INSERT ON memory
BEGIN
  INSERT OR REPLACE INTO embedding_job (space, item_seq) VALUES ('memory', NEW.seq);
END;
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
`,
};
