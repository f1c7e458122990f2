import type pg from 'pg';
import { applyTransactions } from './apply.ts';
import { describeTable, describeTables, isStill, publishTable, schemaHeader } from './catalog.ts';
import type { Table } from './catalog.ts';
import { compact } from './compaction.ts';
import { chooseColumns, definitionKey, newHandle, requireTable } from './definition.ts';
import type { Definition, ShapeRequest } from './definition.ts';
import { createEvaluator } from './evaluator.ts';
import { compileFilter } from './filter.ts';
import { Unavailable } from './invalid-request.ts';
import { openLogStore } from './log-store.ts';
import type { LogStore, StoredShape } from './log-store.ts';
import { quoteTable } from './names.ts';
import type { TableName } from './names.ts';
import { parseLsn, SNAPSHOT_END } from './offset.ts';
import type { Transaction } from './pgoutput.ts';
import { createRegistry } from './registry.ts';
import { createReplicationStream } from './replication.ts';
import type { StreamState } from './replication.ts';
import { createPool, isUnreachable } from './sessions.ts';
import type { ShapeEngineSettings } from './settings.ts';
import { wake } from './shape.ts';
import type { Shape } from './shape.ts';
import { beginSnapshot, isVisible, snapshotChunks, snapshotEnd } from './snapshot.ts';
import type { SnapshotMark } from './snapshot.ts';
import { loadWhereParser, parseWhere } from './where.ts';

export interface Engine {
  readonly pool: pg.Pool;
  readonly store: LogStore;
  readonly state: StreamState;
  /** Everything committed before it has reached the shapes. */
  readonly seenLsn: number;
  readonly shapeCount: number;
  /** Where Postgres is writing. */
  currentLsn(): Promise<number>;
  find(handle: string): Shape | undefined;
  /** The shape of that definition when there is one already. */
  findSame(request: ShapeRequest): Shape | undefined;
  /** The shape of that definition, made when there is none. Throws InvalidRequest; rejects when Postgres is away. */
  obtain(request: ShapeRequest): Promise<Shape>;
  /** Its readers are told to fetch anew, and are given the next one a moment later. */
  retire(shape: Shape): void;
  close(): Promise<void>;
}

export type Log = (level: 'info' | 'warn' | 'error', message: string, problem?: unknown) => void;

/** How often tables are compared with the catalogue: a table that is dropped tells nobody. */
const RECONCILE_MS = 5_000;
/** A catalogue look that is younger than this is good enough for one more reader from the start. */
const TABLE_FRESH_MS = 250;
/**
 * Who deletes a shape by hand is about to change what it shows, as a rule. Its readers come back at once; without a rest they would
 * begin on a table that is on its way out.
 */
const REST_MS = 250;
const SYNC_MS = 200;
const RETRY_MS = 500;
/** How long a snapshot may take to show what the stream has already sent. */
const VISIBLE_MS = 5_000;
const BATCH_BYTES = 16 * 1024 * 1024;
const QUEUE_BYTES = 64 * 1024 * 1024;
/** A log that stays longer than this many times the compaction size is begun anew. */
const ROTATE_FACTOR = 16;

/** Follows the database. Resolves when the stream has begun, or is waiting for its slot. */
export async function createEngine(settings: ShapeEngineSettings, log: Log): Promise<Engine> {
  await loadWhereParser();
  const slot = `electric_slot_${settings.streamId}`;
  const publication = `electric_publication_${settings.streamId}`;
  const store = openLogStore(settings.storageDir);
  const pool = createPool(settings.databaseUrl, settings.poolSize);
  const evaluator = createEvaluator(settings.databaseUrl);

  const registry = createRegistry();
  const { tables } = registry;
  const looks = new Map<string, { readonly table: Promise<Table | undefined>; readonly untilMs: number }>();
  const making = new Map<string, Promise<Shape>>();
  const resting = new Map<string, number>();
  let state: StreamState = 'starting';
  let seenLsn = store.storedLsn;
  let lastSaid = '';
  let isClosed = false;
  let isDraining = false;
  let queue: Transaction[] = [];
  let queueBytes = 0;
  let recent: Transaction[] = [];
  const afterDrain: (() => void)[] = [];
  /** Applying and beginning a snapshot exclude each other. */
  let turn: Promise<unknown> = Promise.resolve();

  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  function drop(shape: Shape): void {
    if (!registry.remove(shape)) return;
    store.drop(shape.id).catch((error: unknown) => log('warn', `could not clear shape ${shape.handle}`, error));
  }

  function dropTable(oid: number, why: string): void {
    looks.clear();
    const shapes = [...(tables.get(oid)?.shapes.all() ?? [])];
    if (shapes.length > 0) log('info', `${shapes.length} shapes begin anew: ${why}`);
    for (const shape of shapes) drop(shape);
  }

  async function reconcile(): Promise<void> {
    if (tables.size === 0) return;
    const found = await describeTables(pool, publication, [...tables.keys()]);
    for (const [oid, { table }] of [...tables]) {
      const now = found.get(oid);
      if (!now) dropTable(oid, 'the table is gone');
      else if (now.signature !== table.signature || now.name !== table.name || now.schema !== table.schema)
        dropTable(oid, 'the table was changed');
      else if (!now.isPublished || !now.hasFullIdentity) dropTable(oid, 'the table was taken out of the stream');
    }
  }

  async function drain(): Promise<void> {
    if (isDraining) return;
    isDraining = true;
    while (queue.length > 0 && !isClosed) await exclusively(applyNext);
    isDraining = false;
  }

  async function applyNext(): Promise<void> {
    let bytes = 0;
    const count = queue.findIndex((transaction) => (bytes += transaction.bytes) > BATCH_BYTES) + 1 || queue.length;
    const batch = queue.slice(0, count);
    const last = batch.at(-1);
    if (!last) return;
    try {
      const result = await applyTransactions(batch, tables, evaluator, settings.chunkBytes);
      if (isClosed) return;
      store.append(result.entries, last.endLsn);
      seenLsn = last.endLsn;
      for (const [shape, why] of result.lost) {
        log('info', `shape ${shape.handle} begins anew: ${why}`);
        drop(shape);
      }
      if (result.lost.size > 0) looks.clear();
      for (const [shape, { bytes: added, openBytes, last: entry }] of result.progress) {
        shape.last = { lsn: entry.lsn, op: entry.op };
        shape.openBytes = openBytes;
        shape.logBytes += added;
        wake(shape);
        if (shape.logBytes > shape.compactAtBytes) setImmediate(() => shorten(shape));
      }
    } catch (error) {
      // Postgres away, or the disk full: the batch stays, and Postgres keeps it too.
      log('error', 'changes cannot be applied; trying again', error);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      return;
    }
    queue = queue.slice(count);
    queueBytes -= batch.reduce((sum, transaction) => sum + transaction.bytes, 0);
    recent = [...recent, ...batch.filter((transaction) => transaction.changes.length > 0)].slice(-1000);
    if (queueBytes < QUEUE_BYTES / 2) for (const resolve of afterDrain.splice(0)) resolve();
  }

  function shorten(shape: Shape): void {
    if (shape.isDropped || isClosed || shape.logBytes <= shape.compactAtBytes) return;
    try {
      const entries = store.entries(shape.id);
      // The newest chunk stays as it is: most readers are in it.
      const end = entries.findLastIndex((entry) => entry.endsChunk);
      const upTo = entries[end];
      if (upTo) store.replace(shape.id, upTo, compact(entries.slice(0, end + 1), settings.chunkBytes));
      shape.logBytes = store.entries(shape.id).reduce((sum, entry) => sum + Buffer.byteLength(entry.body) + 1, 0);
      shape.compactAtBytes = Math.max(settings.compactBytes, 2 * shape.logBytes);
      if (shape.logBytes <= ROTATE_FACTOR * settings.compactBytes) return;
      log('info', `shape ${shape.handle} begins anew: its log is too long`);
      drop(shape);
    } catch (error) {
      log('warn', `the log of shape ${shape.handle} could not be shortened`, error);
    }
  }

  /** A snapshot that shows everything the stream has already given: a commit is in the log a moment before others can see it. */
  async function beginCompleteSnapshot(client: pg.ClientBase): Promise<SnapshotMark> {
    const deadline = performance.now() + VISIBLE_MS;
    for (;;) {
      const mark = await beginSnapshot(client);
      if (recent.every((transaction) => isVisible(mark, transaction.xid))) return mark;
      await client.query('ROLLBACK');
      if (performance.now() > deadline) throw new Unavailable('the snapshot does not show what was committed');
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async function make(request: ShapeRequest, key: string, attempts = 3): Promise<Shape> {
    let table = requireTable(await lookAt(request.table), request);
    const columns = chooseColumns(table, request.columns);
    const where = request.where === null ? null : parseWhere(request.where, request.params, 'where');
    const filter = where && (await compileFilter(pool, table, where, 'where'));
    if (state !== 'active') throw new Unavailable('the stream is not active');
    if (!table.isPublished || !table.hasFullIdentity) {
      if (settings.hasManualPublishing)
        throw new Unavailable(`"${table.schema}"."${table.name}" is not published with full replica identity`);
      await publishTable(pool, publication, table);
      looks.delete(quoteTable(table));
      table = requireTable(await describeTable(pool, publication, request.table), request);
    }
    const oldest = registry.size >= (settings.maxShapes ?? Infinity) ? registry.oldest() : undefined;
    if (oldest) drop(oldest);
    const client = await pool.connect();
    let shape: Shape | null;
    try {
      shape = await exclusively(async () => {
        const mark = await beginCompleteSnapshot(client);
        if (!(await isStill(client, table))) return null;
        const followed = tables.get(table.oid);
        if (followed && followed.table.signature !== table.signature) dropTable(table.oid, 'the table was changed');
        const definition: Definition = { ...request, tableOid: table.oid, filter };
        const handle = newHandle(key);
        const id = store.addShape(handle, definition, table.signature, mark);
        const made = shapeOf({ id, handle, key, definition, table, columns, mark });
        registry.add(made);
        return made;
      });
    } catch (error) {
      client.release(true);
      throw error;
    }
    if (!shape) {
      // The look at the table was too old.
      client.release(true);
      looks.delete(quoteTable(table));
      if (attempts === 1) throw new Unavailable('the table is being changed');
      return make(request, key, attempts - 1);
    }
    void writeSnapshot(shape, client);
    return shape;
  }

  async function writeSnapshot(shape: Shape, client: pg.PoolClient): Promise<void> {
    try {
      const end = snapshotEnd(shape.mark);
      const chunks: AsyncIterable<Buffer> | Iterable<Buffer> =
        shape.definition.log === 'changes_only'
          ? [Buffer.from(end)]
          : snapshotChunks(client, shape.view, shape.filter?.sql ?? null, end, settings.chunkBytes);
      for await (const chunk of chunks) {
        if (shape.isDropped || isClosed) throw new Error('dropped');
        store.addChunk(shape.id, shape.chunkCount, chunk);
        shape.chunkCount += 1;
        wake(shape);
      }
      store.finishSnapshot(shape.id, shape.chunkCount);
      shape.isSnapshotDone = true;
      wake(shape);
      // Nothing was written; whether the end of it can still be told does not matter to the shape.
      await client.query('COMMIT').catch(() => undefined);
      client.release();
    } catch (error) {
      client.release(true);
      if (shape.isDropped || isClosed) return;
      log('warn', `the snapshot of shape ${shape.handle} failed`, error);
      shape.failure = error;
      drop(shape);
    }
  }

  /** The table as the catalogue has it, or had it just now. */
  function lookAt(name: TableName): Promise<Table | undefined> {
    const nowMs = performance.now();
    const key = quoteTable(name);
    const last = looks.get(key);
    if (last && last.untilMs > nowMs) return last.table;
    for (const [old, { untilMs }] of looks) if (untilMs <= nowMs) looks.delete(old);
    const table = describeTable(pool, publication, name);
    looks.set(key, { table, untilMs: nowMs + TABLE_FRESH_MS });
    table.then(
      (found) => found ?? looks.delete(key),
      () => looks.delete(key),
    );
    return table;
  }

  async function checkTable(shape: Shape): Promise<void> {
    const { table } = shape.view;
    const now = await lookAt(table);
    if (now?.oid !== table.oid || now.signature !== table.signature) dropTable(table.oid, 'the table was changed');
  }

  async function restore(stored: readonly StoredShape[]): Promise<void> {
    const found = await describeTables(pool, publication, [...new Set(stored.map((one) => one.definition.tableOid))]);
    for (const one of stored) {
      const table = found.get(one.definition.tableOid);
      if (!table || table.signature !== one.signature) {
        void store.drop(one.id);
        continue;
      }
      const { id, handle, definition, mark } = one;
      const columns = chooseColumns(table, definition.columns);
      const shape = shapeOf({ id, handle, key: definitionKey(definition), definition, table, columns, mark });
      shape.chunkCount = one.chunkCount;
      shape.isSnapshotDone = true;
      shape.last = one.last ?? SNAPSHOT_END;
      shape.logBytes = one.logBytes;
      shape.openBytes = one.openBytes;
      shape.compactAtBytes = Math.max(settings.compactBytes, 2 * one.logBytes);
      registry.add(shape);
    }
  }

  function shapeOf(from: {
    id: number;
    handle: string;
    key: string;
    definition: Definition;
    table: Table;
    columns: readonly number[];
    mark: SnapshotMark;
  }): Shape {
    const { id, handle, key, definition, table, columns, mark } = from;
    return {
      id,
      handle,
      key,
      definition,
      mark,
      view: { table, columns, isFull: definition.replica === 'full' },
      filter: definition.filter,
      schema: schemaHeader(table, columns),
      chunkCount: 0,
      isSnapshotDone: false,
      failure: undefined,
      isDropped: false,
      last: SNAPSHOT_END,
      logBytes: 0,
      openBytes: 0,
      compactAtBytes: settings.compactBytes,
      lastReadMs: performance.now(),
      waiting: new Set(),
    };
  }

  const started = Promise.withResolvers<void>();
  let isRestored = false;
  const stream = createReplicationStream({
    databaseUrl: settings.databaseUrl,
    pool,
    slot,
    publication,
    async onReady({ origin, isNew, confirmedLsn }) {
      await exclusively(async () => {
        // What was not stored yet is sent again.
        queue = [];
        queueBytes = 0;
        const isOurs = store.origin === origin;
        // What the slot no longer has and we have not stored is lost: every shape must begin anew.
        if (isNew || !isOurs || confirmedLsn > store.storedLsn) {
          if (registry.size > 0 || store.origin !== null)
            log('info', 'every shape begins anew: the slot has no past of ours');
          for (const shape of registry.all()) registry.remove(shape);
          store.reset(origin, confirmedLsn);
          recent = [];
        } else if (!isRestored) {
          await restore(store.shapes());
        } else {
          await reconcile();
        }
        isRestored = true;
        seenLsn = store.storedLsn;
      });
      return store.storedLsn;
    },
    onTransaction(transaction) {
      if (transaction.endLsn <= store.storedLsn) return;
      queue.push(transaction);
      queueBytes += transaction.bytes;
      void drain();
      if (queueBytes < QUEUE_BYTES) return;
      return new Promise((resolve) => afterDrain.push(resolve));
    },
    onIdle(lsn) {
      if (queue.length > 0 || lsn <= store.storedLsn) return;
      store.append([], lsn);
      seenLsn = lsn;
    },
    onState(next, problem) {
      const said = `${next} ${problem instanceof Error ? problem.message : ''}`;
      // Said once, not four times a second.
      if (said !== lastSaid) log(next === 'active' ? 'info' : 'warn', `the stream is ${next}`, problem);
      lastSaid = said;
      state = next;
      if (next === 'active' || problem !== undefined) started.resolve();
    },
  });

  let syncedLsn = store.storedLsn;
  let isSyncing = false;
  const syncTimer = setInterval(() => {
    if (isSyncing || isClosed || state !== 'active' || store.storedLsn <= syncedLsn) return;
    isSyncing = true;
    store
      .sync()
      .then((lsn) => {
        syncedLsn = lsn;
        if (!isClosed) stream.acknowledge(lsn);
      })
      .catch((error: unknown) => log('error', 'the log cannot be made safe on the disk', error))
      .finally(() => (isSyncing = false));
  }, SYNC_MS);
  const reconcileTimer = setInterval(() => {
    if (state === 'active')
      void exclusively(reconcile).catch((error: unknown) => log('warn', 'tables could not be checked', error));
  }, RECONCILE_MS);

  await started.promise;

  return {
    pool,
    store,
    get state() {
      return state;
    },
    get seenLsn() {
      return seenLsn;
    },
    get shapeCount() {
      return registry.size;
    },
    async currentLsn() {
      const { rows } = await pool.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn()::text AS lsn');
      return parseLsn(rows[0]?.lsn ?? '0/0');
    },
    find: registry.find,
    findSame: (request) => registry.findSame(definitionKey(request)),
    async obtain(request) {
      const key = definitionKey(request);
      const restMs = (resting.get(key) ?? 0) - performance.now();
      if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
      const existing = registry.findSame(key);
      if (existing) {
        await checkTable(existing);
        if (!existing.isDropped) return existing;
      }
      const under = making.get(key) ?? make(request, key).finally(() => making.delete(key));
      making.set(key, under);
      return under;
    },
    retire(shape) {
      const untilMs = performance.now() + REST_MS;
      for (const [key, endMs] of resting) if (endMs < untilMs - REST_MS) resting.delete(key);
      resting.set(shape.key, untilMs);
      drop(shape);
    },
    async close() {
      isClosed = true;
      clearInterval(syncTimer);
      clearInterval(reconcileTimer);
      for (const shape of registry.all()) wake(shape);
      await stream.close();
      await turn;
      if (settings.dropsSlotOnClose)
        await pool.query('SELECT pg_drop_replication_slot($1)', [slot]).catch((error: unknown) => {
          if (!isUnreachable(error)) log('warn', 'the slot could not be dropped', error);
        });
      await Promise.all([pool.end(), evaluator.close()]);
      await store.sync().catch(() => 0);
      store.close();
    },
  };
}
