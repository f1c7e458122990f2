import type { CharacterId } from '#shared/entities.ts';
import type { TurnFacts } from '#shared/memory/recall/turn-facts.ts';
import type { ReadTx, Row, WriteTx } from '../db/db.ts';
import { sql, type Sql, type SqlValue } from '../db/sql.ts';

/** Messages as they were said, or memories. */
export type RecallSpace = 'message' | 'memory';

/** How words are read now. A change of the readers in shared/memory/recall asks for the next number. */
export const RECALL_FORMAT = 1;

/** A text that waits to be read. */
export interface RecallJob {
  readonly seq: number;
  readonly space: RecallSpace;
  readonly itemSeq: number;
  /** Undefined when it is gone. */
  readonly item: RecallItem | undefined;
}

export interface RecallItem {
  readonly characterId: CharacterId;
  /** Null for a memory. */
  readonly conversationId: string | null;
  /** `person`, `companion`, or whom a memory is about. */
  readonly speaker: string;
  readonly text: string;
  readonly atMs: number;
  readonly caption: string;
}

/** What was read of a text, as it is stored. */
export interface RecallEntry {
  readonly revision: number;
  readonly itemSeq: number;
  readonly gone: boolean;
  readonly conversationId: string | null;
  readonly speaker: string;
  readonly atMs: number;
  readonly facts: Omit<TurnFacts, 'concepts'>;
}

export interface ReadItem {
  readonly job: Pick<RecallJob, 'seq' | 'space' | 'itemSeq'>;
  /** Undefined when it is gone. */
  readonly entry:
    { readonly item: Omit<RecallItem, 'text' | 'caption'>; readonly facts: Omit<TurnFacts, 'concepts'> } | undefined;
}

export function nextJobs(tx: ReadTx, limit: number): RecallJob[] {
  return tx.all(sql`SELECT seq, space, item_seq FROM recall_job ORDER BY seq LIMIT ${limit}`).map((row) => {
    const space = row['space'] as RecallSpace;
    const itemSeq = Number(row['item_seq']);
    return { seq: Number(row['seq']), space, itemSeq, item: findItem(tx, space, itemSeq) };
  });
}

export function hasJobs(tx: ReadTx): boolean {
  return tx.get(sql`SELECT 1 AS yes FROM recall_job LIMIT 1`) !== undefined;
}

/** Stores what was read and ends its job, unless the text changed again meanwhile: then another job stands in its place. */
export function storeRead(tx: WriteTx, { job, entry }: ReadItem): void {
  const { changes } = tx.runDerived(sql`DELETE FROM recall_job WHERE seq = ${job.seq}`);
  if (changes === 0) return;
  if (entry === undefined) {
    // Told on under a new revision, so that it leaves memory as well as the file.
    tx.runDerived(
      sql`INSERT OR REPLACE INTO recall_entry
            (space, item_seq, character_id, gone, conversation_id, speaker, at_ms, words, caption_words, facts)
          SELECT space, item_seq, character_id, 1, conversation_id, speaker, at_ms, '', '', '' FROM recall_entry
          WHERE space = ${job.space} AND item_seq = ${job.itemSeq}`,
    );
    return;
  }
  const { item, facts } = entry;
  tx.runDerived(
    sql`INSERT OR REPLACE INTO recall_entry
          (space, item_seq, character_id, gone, conversation_id, speaker, at_ms, words, caption_words, facts)
        VALUES (${job.space}, ${job.itemSeq}, ${item.characterId}, 0, ${item.conversationId}, ${item.speaker}, ${item.atMs},
          ${facts.words.join(' ')}, ${facts.captionWords.join(' ')}, ${packFacts(facts)})`,
  );
}

/** When words are read in another way than the entries were, all is to be read again. True when nothing had to be done. */
export function assureFormat(tx: WriteTx): boolean {
  const row = tx.get(sql`SELECT format FROM recall_format`);
  if (row?.['format'] === RECALL_FORMAT) return true;
  tx.runDerived(sql`DELETE FROM recall_format`);
  tx.runDerived(sql`INSERT INTO recall_format (format) VALUES (${RECALL_FORMAT})`);
  if (row === undefined) return true;
  tx.runDerived(
    sql`INSERT OR REPLACE INTO recall_job (space, item_seq)
        SELECT 'message', seq FROM message WHERE author IN ('person', 'character') AND state <> 'partial' ORDER BY seq`,
  );
  tx.runDerived(sql`INSERT OR REPLACE INTO recall_job (space, item_seq) SELECT 'memory', seq FROM memory ORDER BY seq`);
  return false;
}

/** The entries of a character that were stored after a revision, in the order they were stored. */
export function entriesAfter(
  tx: ReadTx,
  space: RecallSpace,
  characterId: CharacterId,
  revision: number,
  limit: number,
): RecallEntry[] {
  return tx.all(entriesStatement(space, characterId, revision, limit)).map(entryFromRow);
}

export function entriesStatement(space: RecallSpace, characterId: CharacterId, revision: number, limit: number): Sql {
  return sql`SELECT revision, item_seq, gone, conversation_id, speaker, at_ms, words, caption_words, facts
    FROM recall_entry INDEXED BY recall_entry_by_character
    WHERE space = ${space} AND character_id = ${characterId} AND revision > ${revision} ORDER BY revision LIMIT ${limit}`;
}

/** Messages that have just been found, as they stand in the file; what is gone, itself or what it is part of, is left out. */
export function foundMessages(
  tx: ReadTx,
  seqs: readonly number[],
): { readonly seq: number; readonly id: string; readonly text: string; readonly atMs: number }[] {
  return tx
    .all(
      // One parameter for all: statements of many lengths would each be prepared anew.
      sql`SELECT m.seq, m.id, m.created_at_ms, ${NEWEST_TEXT} AS newest_text
          FROM json_each(${JSON.stringify(seqs)}) j CROSS JOIN message m ON m.seq = j.value
          CROSS JOIN conversation c ON c.id = m.conversation_id
          WHERE m.deleted_hlc IS NULL AND c.deleted_hlc IS NULL`,
    )
    .map((row) => ({
      seq: Number(row['seq']),
      id: String(row['id']),
      text: String(row['newest_text']),
      atMs: Number(row['created_at_ms']),
    }));
}

/** Whom the newest conversation was with. */
export function latestCharacter(tx: ReadTx): CharacterId | undefined {
  const row = tx.get(
    sql`SELECT character_id FROM conversation WHERE deleted_hlc IS NULL ORDER BY last_message_at_ms DESC LIMIT 1`,
  );
  return row?.['character_id'] as CharacterId | undefined;
}

const NEWEST_TEXT = sql`CASE WHEN m.edited THEN (
    SELECT r.text FROM message_revision r WHERE r.message_id = m.id ORDER BY r.created_hlc DESC LIMIT 1
  ) ELSE m.text END`;

function findItem(tx: ReadTx, space: RecallSpace, itemSeq: number): RecallItem | undefined {
  if (space === 'memory') {
    const row = tx.get(
      sql`SELECT character_id, subject, text, tags_json, COALESCE(valid_from_ms, told_at_ms) AS at_ms FROM memory
          WHERE seq = ${itemSeq} AND deleted_hlc IS NULL`,
    );
    if (row === undefined) return undefined;
    const tags = JSON.parse(String(row['tags_json'])) as readonly string[];
    return {
      characterId: row['character_id'] as CharacterId,
      conversationId: null,
      speaker: String(row['subject']),
      text: String(row['text']),
      atMs: Number(row['at_ms']),
      caption: tags.join(' '),
    };
  }
  const row = tx.get(
    sql`SELECT c.character_id, m.conversation_id, m.author, m.created_at_ms, ${NEWEST_TEXT} AS newest_text,
          (SELECT group_concat(a.name, ' ') FROM attachment a WHERE a.message_id = m.id AND a.deleted_hlc IS NULL) AS names
        FROM message m CROSS JOIN conversation c ON c.id = m.conversation_id
        WHERE m.seq = ${itemSeq} AND m.deleted_hlc IS NULL AND m.state <> 'partial'`,
  );
  if (row === undefined) return undefined;
  return {
    characterId: row['character_id'] as CharacterId,
    conversationId: String(row['conversation_id']),
    speaker: row['author'] === 'person' ? 'person' : 'companion',
    text: String(row['newest_text']),
    atMs: Number(row['created_at_ms']),
    caption: row['names'] === null ? '' : String(row['names']),
  };
}

/** day, asks in thousandths, bits (number 1, self 2, caption 4), then the times. */
function packFacts(facts: Omit<TurnFacts, 'concepts'>): string {
  const bits = (facts.hasNumber ? 1 : 0) | (facts.speaksOfSelf ? 2 : 0) | (facts.hasCaption ? 4 : 0);
  return [facts.day, Math.round(facts.asks * 1000), bits, ...facts.times].join(' ');
}

function entryFromRow(row: Row): RecallEntry {
  const [day = 0, asks = 0, bits = 0, ...times] = String(row['facts']).split(' ').map(Number);
  return {
    revision: Number(row['revision']),
    itemSeq: Number(row['item_seq']),
    gone: row['gone'] === 1 || row['facts'] === '',
    conversationId: row['conversation_id'] === null ? null : String(row['conversation_id']),
    speaker: String(row['speaker']),
    atMs: Number(row['at_ms']),
    facts: {
      words: wordsIn(row['words']),
      captionWords: wordsIn(row['caption_words']),
      day,
      times,
      asks: asks / 1000,
      hasNumber: (bits & 1) !== 0,
      speaksOfSelf: (bits & 2) !== 0,
      hasCaption: (bits & 4) !== 0,
    },
  };
}

function wordsIn(text: SqlValue | undefined): string[] {
  return typeof text !== 'string' || text === '' ? [] : text.split(' ');
}
