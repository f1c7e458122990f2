import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { workerData } from 'node:worker_threads';
import { openConnection, storageFault, type Connection } from './connection.ts';
import { pageFault, wholeFileFault } from './file-check.ts';
import type { CopyFacts, KeeperData, KeeperJob } from './keeper.ts';
import { serveJobs } from '../worker-serve.ts';

const CACHE_KIB = 16_384;
const HASH_CHUNK_BYTES = 4 * 1024 * 1024;

const { file, key, stopped } = workerData as KeeperData;
const isStopped = (): boolean => new Uint8Array(stopped)[0] !== 0;
let connection: Connection | undefined;

serveJobs<KeeperJob>(
  (job) => {
    if (isStopped()) throw new Error('the keeper is closing');
    switch (job.kind) {
      case 'checkpoint':
        opened().pragma('wal_checkpoint(PASSIVE)');
        return null;
      case 'empty-log':
        return isEmptied(opened().pragma('wal_checkpoint(TRUNCATE)'));
      case 'check':
        return pageFault(opened(), isStopped) ?? null;
      case 'copy':
        opened().prepare('VACUUM INTO ?').run(job.to);
        syncFile(job.to);
        return examine(job.to);
      case 'examine':
        return examine(job.file);
    }
  },
  () => {
    connection?.close();
    key.fill(0);
  },
);

function isEmptied(answer: unknown): boolean {
  const [row] = answer as readonly { readonly busy: number }[];
  return row?.busy === 0;
}

function opened(): Connection {
  connection ??= openConnection({ file, key, readOnly: false, cacheKib: CACHE_KIB });
  return connection;
}

function examine(copy: string): CopyFacts {
  const size = fs.statSync(copy).size;
  const facts = { sizeBytes: size, sha256: hashOf(copy) };
  const unreadable = { ...facts, good: false, schemaVersion: -1, writeSeq: -1 };
  let opened: Connection;
  try {
    opened = openConnection({ file: copy, key, readOnly: true, cacheKib: CACHE_KIB });
  } catch (error) {
    if (storageFault(error) !== 'damaged') throw error;
    return unreadable;
  }
  try {
    const good = size > 0 && wholeFileFault(opened, isStopped) === undefined;
    if (!good) return unreadable;
    const seq = opened.prepare<[], { value: string }>(`SELECT value FROM local_state WHERE key = 'write_seq'`).get();
    const schemaVersion: unknown = opened.pragma('user_version', { simple: true });
    return { ...facts, good, schemaVersion: Number(schemaVersion), writeSeq: Number(seq?.value ?? 0) };
  } finally {
    opened.close();
  }
}

function hashOf(copy: string): string {
  const hash = createHash('sha256');
  const handle = fs.openSync(copy, 'r');
  try {
    const chunk = Buffer.allocUnsafe(HASH_CHUNK_BYTES);
    for (let read = fs.readSync(handle, chunk); read > 0; read = fs.readSync(handle, chunk))
      hash.update(chunk.subarray(0, read));
    return hash.digest('hex');
  } finally {
    fs.closeSync(handle);
  }
}

function syncFile(copy: string): void {
  const handle = fs.openSync(copy, 'r+');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
