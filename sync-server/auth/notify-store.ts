import type { Tx } from '../db/db.ts';
import { sql } from '../db/sql.ts';

/** Tells every server, once the transaction has committed. */
export async function sqlNotify(tx: Tx, channel: string, payload: string): Promise<void> {
  await tx.run(sql`SELECT pg_notify(${channel}, ${payload})`);
}
