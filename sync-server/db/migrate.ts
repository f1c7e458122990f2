import pg from 'pg';
import { loadMigrations, type Migration } from './migrations.ts';

/** The database and this version of the server do not fit together; `message` is for whoever operates it. */
export class MigrationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

/** Two servers starting at once take turns. Any number will do, as long as it is ours: "tomo". */
const LOCK = 0x746f6d6f;

/**
 * Brings the database to the newest version: one transaction a step, and a step that fails leaves nothing of itself. Needs the owner.
 * Returns how many steps were applied. Throws MigrationError: a step failed, its text is not what the database was made with, or
 * the database is newer than this server.
 */
export async function migrate(ownerUrl: string, migrations?: readonly Migration[]): Promise<number> {
  const steps = migrations ?? (await loadMigrations());
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'tomoshibi-migrate' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(APPLIED_TABLE);
    const { rows } = await client.query<{ version: number; label: string; hash: string }>(
      'SELECT version, label, hash FROM applied_migration ORDER BY version',
    );
    if (rows.length > steps.length)
      throw new MigrationError(
        `the database is at version ${rows.length}, this server knows ${steps.length}: update it`,
      );
    const changed = rows.find((row, index) => row.hash !== steps[index]?.hash);
    if (changed) throw new MigrationError(`${changed.label} is not what the database was made with`);
    const pending = steps.slice(rows.length);
    for (const step of pending) await apply(client, step);
    return pending.length;
  } finally {
    await client.end();
  }
}

async function apply(client: pg.Client, step: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(step.sql);
    await client.query('INSERT INTO applied_migration (version, label, hash) VALUES ($1, $2, $3)', [
      step.version,
      step.label,
      step.hash,
    ]);
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new MigrationError(`${step.label} failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

const APPLIED_TABLE = `
CREATE TABLE IF NOT EXISTS applied_migration (
  version integer PRIMARY KEY,
  label text NOT NULL,
  hash text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;
