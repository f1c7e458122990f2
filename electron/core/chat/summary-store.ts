import { z } from 'zod';
import type { SummaryLine } from '#shared/chat/scene.ts';
import type { MessageId } from '#shared/entities.ts';
import type { ReadTx, WriteTx } from '../db/db.ts';
import { sql, sqlList } from '../db/sql.ts';

const lines = z.array(z.strictObject({ author: z.enum(['person', 'character']).nullable(), text: z.string() }));

/** Notes that these stretches, known by their last messages, want a summary; those that have one keep it. */
export function wantSummaries(tx: WriteTx, endIds: readonly MessageId[]): void {
  for (const id of endIds) {
    tx.runDerived(
      sql`INSERT INTO thread_summary (end_id, lines_json, writer) VALUES (${id}, '', '') ON CONFLICT DO NOTHING`,
    );
  }
}

/** A stretch whose summary is still to be written; undefined when there is none. */
export function nextSummaryDue(tx: ReadTx): MessageId | undefined {
  return tx.get(sql`SELECT end_id FROM thread_summary INDEXED BY thread_summary_due WHERE lines_json = '' LIMIT 1`)?.[
    'end_id'
  ] as MessageId | undefined;
}

/** The summaries there are of these stretches, and which of the stretches are not noted at all. */
export function findSummaries(
  tx: ReadTx,
  endIds: readonly MessageId[],
): { readonly written: ReadonlyMap<MessageId, readonly SummaryLine[]>; readonly unknown: readonly MessageId[] } {
  const written = new Map<MessageId, readonly SummaryLine[]>();
  const known = new Set<MessageId>();
  for (const row of tx.all(sql`SELECT end_id, lines_json FROM thread_summary WHERE end_id IN (${sqlList(endIds)})`)) {
    const id = row['end_id'] as MessageId;
    known.add(id);
    if (row['lines_json'] !== '') written.set(id, lines.parse(JSON.parse(String(row['lines_json']))));
  }
  return { written, unknown: endIds.filter((id) => !known.has(id)) };
}

/** Writes a summary with the messages it hangs on. `writer`: a model's name, or `rules`. */
export function writeSummary(
  tx: WriteTx,
  endId: MessageId,
  summary: {
    readonly lines: readonly SummaryLine[];
    readonly writer: string;
    readonly sourceIds: readonly MessageId[];
  },
): void {
  for (const id of summary.sourceIds) {
    tx.runDerived(
      sql`INSERT INTO thread_summary_source (message_id, end_id) VALUES (${id}, ${endId}) ON CONFLICT DO NOTHING`,
    );
  }
  tx.runDerived(
    sql`UPDATE thread_summary SET lines_json = ${JSON.stringify(summary.lines)}, writer = ${summary.writer}
        WHERE end_id = ${endId}`,
  );
}

/** Ends a stretch's waiting that is not there any more. */
export function dropSummary(tx: WriteTx, endId: MessageId): void {
  tx.runDerived(sql`DELETE FROM thread_summary WHERE end_id = ${endId}`);
}
