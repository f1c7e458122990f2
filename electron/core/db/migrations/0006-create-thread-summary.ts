/** What stretches of threads were about, for prompts that have no room for them. Local: made anew from the messages at any time. */
export const migration = {
  version: 6,
  name: 'create-thread-summary',
  sql: `
-- A stretch is known by its last message: there is one path that ends there. Empty lines: it is still to be written.
CREATE TABLE thread_summary (
  end_id TEXT PRIMARY KEY,
  lines_json TEXT NOT NULL,
  writer TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_summary_due ON thread_summary (end_id) WHERE lines_json = '';

-- Every message of a stretch, told of or not: when one changes, what was written is gone in the same transaction.
CREATE TABLE thread_summary_source (
  message_id TEXT NOT NULL,
  end_id TEXT NOT NULL,
  PRIMARY KEY (message_id, end_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER thread_summary_message_changed AFTER UPDATE OF text, state, deleted_hlc ON message
WHEN NEW.state <> 'partial' OR OLD.state <> 'partial'
BEGIN
  UPDATE thread_summary SET lines_json = '', writer = ''
    WHERE end_id IN (SELECT end_id FROM thread_summary_source WHERE message_id = NEW.id);
END;
CREATE TRIGGER thread_summary_revision_written AFTER INSERT ON message_revision
BEGIN
  UPDATE thread_summary SET lines_json = '', writer = ''
    WHERE end_id IN (SELECT end_id FROM thread_summary_source WHERE message_id = NEW.message_id);
END;
CREATE TRIGGER thread_summary_revision_changed AFTER UPDATE OF text ON message_revision
BEGIN
  UPDATE thread_summary SET lines_json = '', writer = ''
    WHERE end_id IN (SELECT end_id FROM thread_summary_source WHERE message_id = NEW.message_id);
END;
`,
};
