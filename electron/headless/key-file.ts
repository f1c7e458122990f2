import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Where a key rests as a file that only its owner may read. Structurally the core's KeySource. */
export interface KeyFile {
  readonly kind: 'key-file';
  load(): Promise<Uint8Array | null>;
  save(key: Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

export const KEY_BYTES = 32;

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/**
 * A key of 32 bytes in a file of mode 0600. A file others could read is tightened when it is met; one of another size
 * throws, because writing a new key over it could lose the person's data for good.
 */
export function openKeyFile(file: string): KeyFile {
  return {
    kind: 'key-file',
    async load() {
      const key = await readFile(file).catch((error: unknown) => {
        if (isMissing(error)) return null;
        throw error;
      });
      if (key === null) return null;
      if (key.length !== KEY_BYTES) throw new Error(`${file} does not hold a key of ${KEY_BYTES} bytes`);
      const { mode } = await stat(file);
      if (process.platform !== 'win32' && (mode & OTHERS) !== 0) await chmod(file, OWNER_ONLY);
      return new Uint8Array(key);
    },
    async save(key) {
      if (key.length !== KEY_BYTES) throw new Error(`a key has ${KEY_BYTES} bytes`);
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const draft = `${file}.${randomBytes(6).toString('hex')}.draft`;
      const handle = await open(draft, 'wx', OWNER_ONLY);
      try {
        await handle.writeFile(key);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, file);
      await syncFolder(path.dirname(file));
    },
    async remove() {
      await rm(file, { force: true });
      await syncFolder(path.dirname(file));
    },
  };
}

/** The key of a key file, made and saved when there is none. */
export async function loadOrMakeKey(keyFile: Pick<KeyFile, 'load' | 'save'>): Promise<Uint8Array> {
  const known = await keyFile.load();
  if (known !== null) return known;
  const made = new Uint8Array(randomBytes(KEY_BYTES));
  await keyFile.save(made);
  return made;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** A rename survives a power cut only once its folder has been written; Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
