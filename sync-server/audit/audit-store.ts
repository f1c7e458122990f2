import type { AuditEntry } from '#shared/account/contract.ts';
import type { Tx } from '../db/db.ts';
import { nullableTextOf, numberOf, textOf, type Row } from '../db/row.ts';
import { json, sql } from '../db/sql.ts';

export type ChainState =
  | { readonly kind: 'whole'; readonly entries: number; readonly headHash: string }
  | { readonly kind: 'broken'; readonly seq: number };

export async function appendEntry(
  tx: Tx,
  atMs: number,
  actorId: string | null,
  subjectId: string | null,
  action: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await tx.run(sql`SELECT append_audit(${atMs}, ${actorId}, ${subjectId}, ${action}, ${json(detail)})`);
}

export async function readEntries(
  tx: Tx,
  { subjectId, beforeSeq, limit }: { subjectId?: string; beforeSeq?: number; limit: number },
): Promise<AuditEntry[]> {
  const rows = await tx.all(
    sql`SELECT seq, at_ms, actor_id, subject_id, action, detail FROM audit_log
        WHERE (${subjectId ?? null}::uuid IS NULL OR subject_id = ${subjectId ?? null}::uuid)
          AND seq < ${beforeSeq ?? Number.MAX_SAFE_INTEGER}
        ORDER BY seq DESC LIMIT ${limit}`,
  );
  return rows.map(fromRow);
}

export async function verifyChain(tx: Tx): Promise<ChainState> {
  const broken = await tx.get(sql`SELECT first_broken_audit() AS seq`);
  if (broken !== undefined && broken['seq'] !== null) return { kind: 'broken', seq: numberOf(broken, 'seq') };
  const head = await tx.get(sql`SELECT seq, encode(hash, 'hex') AS hash FROM audit_log ORDER BY seq DESC LIMIT 1`);
  return { kind: 'whole', entries: head ? numberOf(head, 'seq') : 0, headHash: head ? textOf(head, 'hash') : '' };
}

export async function eraseDetails(tx: Tx, accountId: string): Promise<number> {
  const row = await tx.get(sql`SELECT erase_audit_details(${accountId}) AS n`);
  return row === undefined ? 0 : numberOf(row, 'n');
}

function fromRow(row: Row): AuditEntry {
  const detail = row['detail'];
  return {
    seq: numberOf(row, 'seq'),
    atMs: numberOf(row, 'at_ms'),
    actorId: nullableTextOf(row, 'actor_id'),
    subjectId: nullableTextOf(row, 'subject_id'),
    action: textOf(row, 'action'),
    detail: typeof detail === 'object' && detail !== null ? { ...detail } : null,
  };
}
