import type { Tx } from '../db/db.ts';
import { newId } from '../ids.ts';
import { composeMail, type Mailer } from '../mail/mail.ts';
import type { ServerContext } from '../server-context.ts';
import {
  countRows,
  deleteAccount,
  dueForDeletion,
  insertReceipt,
  personalTables,
  readAccount,
} from './account-store.ts';

const UNDO_DAYS_MS = 30 * 86_400_000;

/** Deletes the accounts whose time to undo is over, with everything of theirs, and mails each a receipt. */
export async function deleteDue(
  context: ServerContext,
  mailer: Mailer,
  endAll: (tx: Tx, accountId: string, because: 'deleted') => Promise<void>,
): Promise<void> {
  const due = await context.db.asSystem((tx) => dueForDeletion(tx, context.clock()));
  for (const accountId of due) await deleteOne(context, mailer, endAll, accountId);
}

async function deleteOne(
  { db, clock, audit }: ServerContext,
  mailer: Mailer,
  endAll: (tx: Tx, accountId: string, because: 'deleted') => Promise<void>,
  accountId: string,
): Promise<void> {
  const now = clock();
  const receiptId = newId(now);
  const farewell = await db.asSystem(async (tx) => {
    const account = await readAccount(tx, accountId);
    // Undone, or another server was quicker.
    if (!account || account.deleteAfterMs === null || account.deleteAfterMs > now) return null;
    await endAll(tx, accountId, 'deleted');
    const counts: Record<string, number> = {};
    for (const table of await personalTables(tx)) {
      const count = await countRows(tx, table, accountId);
      if (count > 0) counts[table] = count;
    }
    await audit.record(tx, { actorId: null, subjectId: accountId, action: 'account.delete' });
    counts['audit_detail'] = await audit.erase(tx, accountId);
    await deleteAccount(tx, accountId);
    await insertReceipt(tx, receiptId, account.deleteAfterMs - UNDO_DAYS_MS, now, counts);
    const rows = Object.entries(counts).map(([table, count]) => `  ${table}: ${count}\n`);
    const date = new Date(now).toISOString().slice(0, 16).replace('T', ' ');
    return composeMail(account.email, 'deletionReceipt', account.locale, {
      receipt: receiptId,
      date,
      rows: rows.join(''),
    });
  });
  // The address is gone from the database by now, so this mail cannot be a job; one that is lost leaves the receipt itself.
  if (farewell) await mailer.send(farewell).catch(() => undefined);
}
