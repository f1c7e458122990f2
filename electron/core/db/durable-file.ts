import * as fs from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import * as path from 'node:path';

/** Replaces a file whole: after a power cut it holds the old bytes or the new ones. Readable by this user only. */
export function writeDurably(file: string, bytes: string | Uint8Array): void {
  const temporary = `${file}.tmp`;
  const handle = fs.openSync(temporary, 'w', 0o600);
  try {
    fs.writeFileSync(handle, bytes);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  renameDurably(temporary, file);
}

export function renameDurably(from: string, to: string): void {
  fs.renameSync(from, to);
  syncFolder(path.dirname(to));
}

/** Copies a file so that the copy is on the disk when this resolves. Shares blocks where the file system can. */
export async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to, fs.constants.COPYFILE_FICLONE);
  const handle = await open(to, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function readIfThere(file: string): Buffer | undefined {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes a rename last. Windows cannot open a folder, and needs not: its renames are journalled. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
