import type { CharacterId, LorebookId } from '#shared/entities.ts';
import type { CoreClient } from '#shared/contract.ts';
import { LORE_CHUNK_BYTES, MAX_LORE_IMPORT_BYTES } from '#shared/lorebook/contract.ts';
import type { LoreFormat } from '#shared/lorebook/write-lorebook.ts';

export type ImportResult = Awaited<ReturnType<CoreClient['lorebook']['finishImport']>> | TooLarge;
interface TooLarge {
  readonly kind: 'too_large';
}

/** How much of the way handing the file over is; reading and storing it is the rest. */
const SENDING_SHARE = 0.2;

/**
 * Hands a file to the core part by part and waits until it is a book. `onProgress` hears [0,1]. When `signal` is aborted nothing
 * of it stays. Rejects with AppError.
 */
export async function importFile(
  client: CoreClient,
  file: File,
  characterId: CharacterId | null,
  onProgress: (ratio: number) => void,
  signal: AbortSignal,
): Promise<ImportResult> {
  if (file.size > MAX_LORE_IMPORT_BYTES) return { kind: 'too_large' };
  const begun = await client.lorebook.beginImport({
    name: file.name.slice(0, 255).toWellFormed(),
    sizeBytes: file.size,
  });
  if (begun.kind === 'too_large') return { kind: 'too_large' };
  const { importId } = begun;
  const cancel = (): void => {
    // What cannot be called off has ended.
    client.lorebook.cancelImport({ importId }).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  const unlisten = client.lorebook.onImportProgress((progress) => {
    if (progress.importId === importId) onProgress(SENDING_SHARE + (1 - SENDING_SHARE) * progress.ratio);
  });
  try {
    const step = Math.min(begun.chunkBytes, LORE_CHUNK_BYTES);
    for (let offset = 0; offset < file.size; offset += step) {
      const base64 = await readBase64(file.slice(offset, offset + step));
      if (signal.aborted) return { kind: 'cancelled' };
      await client.lorebook.importChunk({ importId, base64 });
      onProgress(SENDING_SHARE * Math.min(1, (offset + step) / file.size));
    }
    if (signal.aborted) return { kind: 'cancelled' };
    return await client.lorebook.finishImport({ importId, characterId });
  } catch (thrown) {
    if (signal.aborted) return { kind: 'cancelled' };
    cancel();
    throw thrown;
  } finally {
    unlisten();
    signal.removeEventListener('abort', cancel);
  }
}

/** Writes a book into a file among the downloads. */
export async function exportBook(
  client: CoreClient,
  lorebookId: LorebookId,
  name: string,
  format: LoreFormat,
): Promise<void> {
  const parts: string[] = [];
  let cursor: number | null = null;
  do {
    const part: Awaited<ReturnType<CoreClient['lorebook']['exportPart']>> = await client.lorebook.exportPart({
      lorebookId,
      format,
      cursor,
    });
    parts.push(part.text);
    cursor = part.nextCursor;
  } while (cursor !== null);
  const url = URL.createObjectURL(new Blob(parts, { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name.replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '_').slice(0, 100) || 'lorebook'}.json`;
  link.click();
  // The download has the bytes once the click is over; a minute is more than any browser takes to see that.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Reads off the main thread, unlike converting bytes here. */
function readBase64(part: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () =>
      resolve(typeof reader.result === 'string' ? reader.result.slice(reader.result.indexOf(',') + 1) : ''),
    );
    reader.addEventListener('error', () =>
      reject(reader.error ?? new DOMException('The file could not be read.', 'NotReadableError')),
    );
    reader.readAsDataURL(part);
  });
}
