import { LogicalReplicationService } from 'pg-logical-replication';
import type { Client } from 'pg';
import type pg from 'pg';
import { quoteIdentifier, quoteLiteral } from './names.ts';
import { formatLsn, parseLsn } from './offset.ts';
import { createPgoutputReader } from './pgoutput.ts';
import type { Transaction } from './pgoutput.ts';
import { clientConfig, sqlState } from './sessions.ts';

export type StreamState = 'starting' | 'waiting' | 'active';

export interface StreamOptions {
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly slot: string;
  readonly publication: string;
  /** Before the stream begins: says whether the slot was made just now, and from where it will send. Returns where to begin. */
  onReady(slot: { readonly origin: string; readonly isNew: boolean; readonly confirmedLsn: number }): Promise<number>;
  /** In commit order. The stream waits for what is returned. */
  onTransaction(transaction: Transaction): Promise<void> | void;
  /** Postgres has sent everything up to there, and all of it has been given to `onTransaction`. */
  onIdle(lsn: number): void;
  onState(state: StreamState, problem?: unknown): void;
}

export interface ReplicationStream {
  /** Postgres may forget everything before `lsn`. */
  acknowledge(lsn: number): void;
  close(): Promise<void>;
}

const RETRY_MS = 250;

/** Reads the database's changes for as long as it is open: a stream that breaks is begun anew from where it was. */
export function createReplicationStream(options: StreamOptions): ReplicationStream {
  const { pool, slot, publication } = options;
  const service = new LogicalReplicationService(
    { ...clientConfig(options.databaseUrl, 'stream') },
    // Acknowledged by hand, when it is on the disk; and Postgres is made to wait while we are behind.
    { acknowledge: { auto: false, timeoutSeconds: 0 }, flowControl: { enabled: true } },
  );
  let isClosed = false;
  let acknowledged = 0;
  let wake = (): void => undefined;
  let counted = { received: 0, given: 0 };

  service.on('start', () => options.onState('active'));
  service.on('error', () => {
    // `subscribe` rejects with it too.
  });
  service.on('data', async (_lsn: string, transaction: unknown) => {
    if (isTransaction(transaction)) await options.onTransaction(transaction);
    counted.given += 1;
  });
  service.on('heartbeat', (lsn, _time, shouldRespond) => {
    if (counted.received === counted.given) options.onIdle(parseLsn(lsn));
    if (shouldRespond) send(acknowledged);
  });

  function send(lsn: number): void {
    // The library adds one to what it is given.
    if (lsn > 0 && !service.isStop()) void service.acknowledge(formatLsn(lsn - 1));
  }

  async function prepare(): Promise<number> {
    const { rows: found } = await pool.query('SELECT 1 FROM pg_publication WHERE pubname = $1', [publication]);
    if (found.length === 0) {
      await pool
        .query(`CREATE PUBLICATION ${quoteIdentifier(publication)} WITH (publish_via_partition_root = true)`)
        .catch((error: unknown) => {
          if (sqlState(error) !== '42710') throw error;
        });
    }
    const slotRow = async () => {
      const { rows } = await pool.query<{ confirmed: string | null; is_lost: boolean; origin: string }>(
        `SELECT s.confirmed_flush_lsn::text AS confirmed, coalesce(s.wal_status = 'lost', false) AS is_lost,
           (SELECT system_identifier FROM pg_control_system()) || '/' || current_database() || '/' || s.slot_name AS origin
         FROM pg_replication_slots s WHERE s.slot_name = $1 AND s.database = current_database()`,
        [slot],
      );
      return rows[0];
    };
    let row = await slotRow();
    if (row?.is_lost === true) {
      await pool.query('SELECT pg_drop_replication_slot($1)', [slot]);
      row = undefined;
    }
    const isNew = row === undefined;
    if (isNew) await pool.query(`SELECT pg_create_logical_replication_slot($1, 'pgoutput')`, [slot]);
    row ??= await slotRow();
    if (!row) throw new Error(`replication slot ${slot} belongs to another database`);
    const confirmedLsn = parseLsn(row.confirmed ?? '0/0');
    return options.onReady({ origin: row.origin, isNew, confirmedLsn });
  }

  const running = (async () => {
    while (!isClosed) {
      try {
        const startLsn = await prepare();
        acknowledged = startLsn;
        counted = { received: 0, given: 0 };
        const plugin = transactionPlugin(publication, () => (counted.received += 1));
        await service.subscribe(plugin, slot, formatLsn(startLsn));
        if (!isClosed) options.onState('starting', new Error('the stream ended'));
      } catch (error) {
        if (isClosed) return;
        // 55006: another engine, or what is left of one that was killed, still holds the slot.
        options.onState(sqlState(error) === '55006' ? 'waiting' : 'starting', error);
      }
      await service.stop().catch(() => undefined);
      if (!isClosed)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, RETRY_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
    }
  })();

  return {
    acknowledge(lsn) {
      acknowledged = Math.max(acknowledged, lsn);
      send(acknowledged);
    },
    async close() {
      isClosed = true;
      wake();
      await service.destroy().catch(() => undefined);
      await running;
    },
  };
}

/** Of the library's own readers none leaves values as Postgres wrote them. */
function transactionPlugin(publication: string, onMessage: () => void) {
  const read = createPgoutputReader();
  const names = quoteLiteral(quoteIdentifier(publication));
  return {
    name: 'pgoutput',
    options: {},
    start: (client: Client, slotName: string, lastLsn: string) =>
      client.query(
        `START_REPLICATION SLOT ${quoteIdentifier(slotName)} LOGICAL ${lastLsn} (proto_version '1', publication_names ${names})`,
      ),
    parse(message: Buffer): Transaction | undefined {
      onMessage();
      return read(message);
    },
  };
}

function isTransaction(value: unknown): value is Transaction {
  return value !== null && typeof value === 'object' && 'commitLsn' in value;
}
