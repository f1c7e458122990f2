import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Random } from '#shared/base/random.ts';
import type { Clock } from '#shared/base/time.ts';
import type { CoreEmit, CoreHandlers } from '#shared/contract.ts';
import { newId, type CharacterId, type LorebookId, type LoreEntryId } from '#shared/entities.ts';
import { LORE_CHUNK_BYTES, MAX_LORE_IMPORT_BYTES } from '#shared/lorebook/contract.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Db } from '../db/db.ts';
import { createWorkerCalls, type WorkerCalls } from '../worker-call.ts';
import { startThread } from '../worker-thread.ts';
import type { LoreBatch, LoreImportJob, ReadFile } from './lore-import-worker.ts';
import { admitBook, discardBook, incomingBooks, insertBook, insertEntry } from './lorebook-store.ts';

type ImportHandlers = Pick<CoreHandlers['lorebook'], 'beginImport' | 'importChunk' | 'finishImport' | 'cancelImport'>;
type Finished = Awaited<ReturnType<ImportHandlers['finishImport']>>;

interface Import {
  readonly name: string;
  readonly sizeBytes: number;
  /** A thread of its own, which holds the file. */
  readonly calls: WorkerCalls<LoreImportJob>;
  readonly stopping: AbortController;
  received: number;
  finishing: Promise<unknown> | null;
}

/** Imports at once; each has a thread that holds its file in memory. The oldest gives way. */
const MAX_IMPORTS = 2;
/** Text of one transaction. */
const BATCH_UNITS = 60_000;
const DISCARD_ROWS = 500;
/** How much of the way reading the file is; storing is the rest. */
const READING_SHARE = 0.2;

/** Files that become books: parsed on a thread of their own, stored by small transactions between which others may write. */
export function createImports(deps: {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: CoreEmit;
}): { readonly handlers: ImportHandlers; removeUnfinished(): Promise<void>; close(): Promise<void> } {
  const { db, clock, random } = deps;
  const imports = new Map<string, Import>();

  const take = (importId: string): Import => {
    const found = imports.get(importId);
    if (!found) throw new AppError('not_found', 'upload_gone');
    return found;
  };

  const discard = async (id: LorebookId): Promise<void> => {
    while (!db.write((tx) => discardBook(tx, id, DISCARD_ROWS))) await setImmediate();
  };

  const drop = async (importId: string): Promise<void> => {
    const found = imports.get(importId);
    imports.delete(importId);
    found?.stopping.abort();
    await found?.finishing?.catch(() => undefined);
    await found?.calls.close(0);
  };

  const finish = async (importId: string, found: Import, characterId: CharacterId | null): Promise<Finished> => {
    const { calls, stopping } = found;
    const { signal } = stopping;
    try {
      const file = (await calls.call({ kind: 'read' }, signal)) as ReadFile;
      if (file.kind !== 'book') return file;
      deps.emit('lorebook', 'onImportProgress', { importId, ratio: READING_SHARE });
      return await store(importId, file, found.name, characterId, calls, signal);
    } catch (error) {
      if (signal.aborted) return { kind: 'cancelled' };
      if (error instanceof AppError && error.reason === 'disk_full') return { kind: 'disk_full' };
      throw error;
    } finally {
      await calls.close(0);
    }
  };

  const store = async (
    importId: string,
    file: Extract<ReadFile, { kind: 'book' }>,
    fileName: string,
    characterId: CharacterId | null,
    calls: WorkerCalls<LoreImportJob>,
    signal: AbortSignal,
  ): Promise<Finished> => {
    const id = newId<LorebookId>(clock(), random);
    const name = file.fields.name.trim() || fileName.replace(/\.json$/i, '').slice(0, 200) || 'Lorebook';
    let [entryCount, skipped] = [0, 0];
    db.write((tx) =>
      insertBook(
        tx,
        {
          id,
          characterId,
          fields: { ...file.fields, name },
          extras: file.extras,
          incoming: true,
          createdAtMs: clock(),
        },
        tx.hlc(),
      ),
    );
    try {
      for (let done = false; !done;) {
        const batch = (await calls.call({ kind: 'take', units: BATCH_UNITS }, signal)) as LoreBatch;
        db.write((tx) => {
          const hlc = tx.hlc();
          for (const { fields, extras } of batch.entries) {
            const entryId = newId<LoreEntryId>(clock(), random);
            insertEntry(tx, { id: entryId, lorebookId: id, fields, extras, createdAtMs: clock() }, hlc);
          }
        });
        entryCount += batch.entries.length;
        skipped += batch.skipped;
        ({ done } = batch);
        const stored = (entryCount + skipped) / file.entryCount;
        deps.emit('lorebook', 'onImportProgress', {
          importId,
          ratio: Math.min(1, READING_SHARE + (1 - READING_SHARE) * stored),
        });
        await setImmediate();
        signal.throwIfAborted();
      }
      if (entryCount === 0) {
        await discard(id);
        return { kind: 'no_entries' };
      }
      db.write((tx) => admitBook(tx, id));
      return { kind: 'imported', lorebookId: id, entryCount, skipped };
    } catch (error) {
      await discard(id);
      throw error;
    }
  };

  return {
    handlers: {
      async beginImport({ name, sizeBytes }) {
        if (sizeBytes > MAX_LORE_IMPORT_BYTES)
          return { kind: 'too_large', sizeBytes, limitBytes: MAX_LORE_IMPORT_BYTES };
        const [oldest] = imports.keys();
        if (imports.size >= MAX_IMPORTS && oldest !== undefined) await drop(oldest);
        const importId = randomUUID();
        imports.set(importId, {
          name,
          sizeBytes,
          calls: createWorkerCalls<LoreImportJob>(() => startThread(import.meta.url, 'lore-import-worker', null), {
            stopped: 'import_stopped',
            closed: 'import_stopped',
          }),
          stopping: new AbortController(),
          received: 0,
          finishing: null,
        });
        return { kind: 'ready', importId, chunkBytes: LORE_CHUNK_BYTES };
      },
      async importChunk({ importId, base64 }) {
        const found = take(importId);
        const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
        if (found.finishing !== null || found.received + bytes.length > found.sizeBytes) {
          await drop(importId);
          throw new AppError('invalid', 'upload_longer_than_said');
        }
        found.received += bytes.length;
        await found.calls.call({ kind: 'add', bytes }, found.stopping.signal);
        return {};
      },
      async finishImport({ importId, characterId }) {
        const found = take(importId);
        if (found.finishing !== null) throw new AppError('conflict', 'import_in_progress');
        const finishing = finish(importId, found, characterId);
        found.finishing = finishing;
        try {
          return await finishing;
        } finally {
          imports.delete(importId);
        }
      },
      async cancelImport({ importId }) {
        await drop(importId);
        return {};
      },
    },
    async removeUnfinished() {
      for (const id of db.read(incomingBooks)) await discard(id);
    },
    async close() {
      await Promise.all([...imports.keys()].map(drop));
    },
  };
}
