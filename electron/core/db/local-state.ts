import type { Hlc } from '#shared/base/time.ts';
import type { Random } from '#shared/base/random.ts';
import type { Statements } from './statements.ts';
import { sql } from './sql.ts';

/** What the file knows about itself: whose clock it is, how far it got, and whether an account is linked. */
export interface LocalState {
  readonly deviceId: string;
  /** The greatest stamp this device ever committed. */
  readonly lastHlc: Hlc | undefined;
  /** Counts committed transactions; equal means that nothing changed. */
  readonly writeSeq: number;
}

const noCheck = (): undefined => undefined;

/** Reads the state, making what a new file lacks. Runs inside a transaction. */
export function openLocalState(statements: Statements, random: Random): LocalState {
  const values = new Map(
    statements.all(sql`SELECT key, value FROM local_state`).map((row) => [String(row['key']), String(row['value'])]),
  );
  let deviceId = values.get('device_id');
  if (deviceId === undefined) {
    deviceId = newDeviceId(random);
    statements.run(
      sql`INSERT INTO local_state (key, value) VALUES ('device_id', ${deviceId}), ('write_seq', '0')`,
      noCheck,
    );
  }
  const last = values.get('last_hlc');
  return {
    deviceId,
    lastHlc: last === undefined ? undefined : (last as Hlc),
    writeSeq: Number(values.get('write_seq') ?? 0),
  };
}

/** One small page, written with every transaction that is already writing others. */
export function saveProgress(statements: Statements, writeSeq: number, lastHlc: Hlc | undefined): void {
  statements.run(sql`UPDATE local_state SET value = ${String(writeSeq)} WHERE key = 'write_seq'`, noCheck);
  if (lastHlc === undefined) return;
  statements.run(
    sql`INSERT INTO local_state (key, value) VALUES ('last_hlc', ${lastHlc}) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    noCheck,
  );
}

export function hasAccount(statements: Statements): boolean {
  return statements.get(sql`SELECT 1 AS found FROM local_state WHERE key = 'account_id'`) !== undefined;
}

function newDeviceId(random: Random): string {
  let id = '';
  while (id.length < 16) id += Math.floor(random() * 16).toString(16);
  return id;
}
