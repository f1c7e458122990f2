/**
 * What recall reads of messages and memories: their words and facts, made by a thread in the background. All of it can be made
 * again from the rows.
 */
export const migration = {
  version: 4,
  name: 'create-recall',
  sql: `
-- revision counts up with every change, so that whoever holds a character's entries reads on from the last one seen. What is gone
-- keeps its place without its words.
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

-- How words were read; another number means all is to be read again.
CREATE TABLE recall_format (
  format INTEGER NOT NULL
) STRICT;

-- What was written or changed and waits to be read.
CREATE TABLE recall_job (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  space TEXT NOT NULL CHECK (space IN ('message', 'memory')),
  item_seq INTEGER NOT NULL,
  UNIQUE (space, item_seq)
) STRICT;
INSERT INTO recall_job (space, item_seq)
  SELECT 'message', seq FROM message WHERE author IN ('person', 'character') ORDER BY seq;
INSERT INTO recall_job (space, item_seq) SELECT 'memory', seq FROM memory ORDER BY seq;

CREATE TRIGGER recall_message_written AFTER INSERT ON message
WHEN NEW.state <> 'partial' AND NEW.author IN ('person', 'character')
BEGIN
  INSERT OR REPLACE INTO recall_job (space, item_seq) VALUES ('message', NEW.seq);
END;
-- Words that changed or were deleted are found no more from the same transaction on; new ones follow in the background.
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
CREATE TRIGGER recall_revision_written AFTER INSERT ON message_revision
BEGIN
  INSERT OR REPLACE INTO recall_job (space, item_seq)
    SELECT 'message', seq FROM message WHERE id = NEW.message_id AND author IN ('person', 'character') AND state <> 'partial';
END;
CREATE TRIGGER recall_revision_changed AFTER UPDATE OF text ON message_revision
BEGIN
  UPDATE recall_entry SET words = '', caption_words = '', facts = ''
    WHERE space = 'message' AND item_seq IN (SELECT seq FROM message WHERE id = NEW.message_id);
  INSERT OR REPLACE INTO recall_job (space, item_seq)
    SELECT 'message', seq FROM message WHERE id = NEW.message_id AND author IN ('person', 'character') AND state <> 'partial';
END;

CREATE TRIGGER recall_memory_written AFTER INSERT ON memory
BEGIN
  INSERT OR REPLACE INTO recall_job (space, item_seq) VALUES ('memory', NEW.seq);
END;
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
`,
};
