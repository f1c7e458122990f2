import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#shared/rpc/errors.ts';

/** Bytes of content in one sealed record; the last may be shorter. */
export const BLOB_RECORD_BYTES = 512 * 1024;

const MAGIC = Buffer.from('TMB1');
const FILE_ID_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = MAGIC.length + FILE_ID_BYTES;
const SEALED_RECORD_BYTES = NONCE_BYTES + BLOB_RECORD_BYTES + TAG_BYTES;
const STAGING = 'staging';

/** A blob being written. Either `finish` or `discard` ends it. */
export interface BlobWriter {
  append(bytes: Uint8Array): Promise<void>;
  /** Makes it durable and answers with the content's SHA-256, hex: the name by which it is read. */
  finish(): Promise<string>;
  discard(): Promise<void>;
}

/**
 * Attachments' bytes: one encrypted file a content, named by a keyed hash so that a name tells nothing of what is inside.
 * File: `TMB1`, 16 random bytes, then records of nonce ‖ AES-256-GCM ciphertext ‖ tag, whose additional data is the random
 * bytes and the record's number, so that records can be neither moved nor exchanged. Writing and reading throw AppError
 * `unavailable` (`disk_full`) or `not_found` (`blob_missing`).
 */
export interface BlobFiles {
  begin(): Promise<BlobWriter>;
  /** Record `index` of a blob. */
  read(contentHash: string, index: number): Promise<Uint8Array>;
  remove(contentHash: string): Promise<void>;
  /** Deletes what uploads of an earlier run left behind. */
  clearStaging(): Promise<void>;
}

export function openBlobFiles(folder: string, key: () => Uint8Array): BlobFiles {
  const pathOf = (contentHash: string): string => {
    const name = createHmac('sha256', key()).update(contentHash).digest('hex');
    return join(folder, name.slice(0, 2), name);
  };
  return {
    async begin() {
      const stagingFolder = join(folder, STAGING);
      await orDiskFull(mkdir(stagingFolder, { recursive: true, mode: 0o700 }));
      const stagingPath = join(stagingFolder, randomBytes(16).toString('hex'));
      const file = await orDiskFull(open(stagingPath, 'wx', 0o600));
      return createWriter(file, stagingPath, key, pathOf);
    },
    async read(contentHash, index) {
      const file = await open(pathOf(contentHash), 'r').catch(() => {
        throw new AppError('not_found', 'blob_missing');
      });
      try {
        return await readRecord(file, key(), index);
      } finally {
        await file.close();
      }
    },
    async remove(contentHash) {
      await rm(pathOf(contentHash), { force: true });
    },
    async clearStaging() {
      const left = await readdir(join(folder, STAGING)).catch(() => []);
      await Promise.all(left.map((name) => rm(join(folder, STAGING, name), { force: true })));
    },
  };
}

function createWriter(
  file: FileHandle,
  stagingPath: string,
  key: () => Uint8Array,
  pathOf: (contentHash: string) => string,
): BlobWriter {
  const fileId = randomBytes(FILE_ID_BYTES);
  const hash = createHash('sha256');
  let pending = Buffer.alloc(0);
  let index = 0;
  let started = false;
  const writeRecord = async (content: Buffer): Promise<void> => {
    if (!started) await orDiskFull(file.write(Buffer.concat([MAGIC, fileId])));
    started = true;
    await orDiskFull(file.write(sealRecord(key(), fileId, index, content)));
    index += 1;
  };
  const discard = async (): Promise<void> => {
    await file.close().catch(() => undefined);
    await rm(stagingPath, { force: true });
  };
  return {
    async append(bytes) {
      hash.update(bytes);
      pending = Buffer.concat([pending, bytes]);
      while (pending.length >= BLOB_RECORD_BYTES) {
        await writeRecord(pending.subarray(0, BLOB_RECORD_BYTES));
        pending = pending.subarray(BLOB_RECORD_BYTES);
      }
    },
    async finish() {
      if (pending.length > 0 || !started) await writeRecord(pending);
      await orDiskFull(file.sync());
      await file.close();
      const contentHash = hash.digest('hex');
      const path = pathOf(contentHash);
      await orDiskFull(mkdir(join(path, '..'), { recursive: true, mode: 0o700 }));
      const already = await stat(path).catch(() => undefined);
      if (already) await rm(stagingPath, { force: true });
      else await orDiskFull(rename(stagingPath, path));
      return contentHash;
    },
    discard,
  };
}

function sealRecord(key: Uint8Array, fileId: Buffer, index: number, content: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(additionalData(fileId, index));
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

async function readRecord(file: FileHandle, key: Uint8Array, index: number): Promise<Uint8Array> {
  const header = Buffer.alloc(HEADER_BYTES);
  await file.read(header, 0, HEADER_BYTES, 0);
  const sealed = Buffer.alloc(SEALED_RECORD_BYTES);
  const { bytesRead } = await file.read(sealed, 0, sealed.length, HEADER_BYTES + index * SEALED_RECORD_BYTES);
  if (!header.subarray(0, MAGIC.length).equals(MAGIC) || bytesRead < NONCE_BYTES + TAG_BYTES) {
    throw new AppError('not_found', 'blob_missing');
  }
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAAD(additionalData(header.subarray(MAGIC.length), index));
  decipher.setAuthTag(sealed.subarray(bytesRead - TAG_BYTES, bytesRead));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, bytesRead - TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new AppError('not_found', 'blob_missing', 'a record does not authenticate', { cause });
  }
}

function additionalData(fileId: Buffer, index: number): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(index);
  return Buffer.concat([fileId, number]);
}

async function orDiskFull<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new AppError('unavailable', 'disk_full', 'no space for a file', { cause });
    throw cause;
  }
}
