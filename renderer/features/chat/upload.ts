import { ATTACHMENT_CHUNK_BYTES, type Attachment, MAX_ATTACHMENT_BYTES } from '#shared/chat/contract.ts';
import type { CoreClient } from '#shared/contract.ts';
import { AppError } from '#shared/rpc/errors.ts';
import { toAppError } from '../../data/failure.ts';

export type UploadPurpose = 'file' | 'sticker' | 'voice';

export type UploadResult =
  | { readonly kind: 'stored'; readonly attachment: Attachment }
  | { readonly kind: 'too_large'; readonly sizeBytes: number; readonly limitBytes: number }
  | { readonly kind: 'unsupported' | 'disk_full' | 'cancelled' }
  | { readonly kind: 'failed'; readonly error: AppError };

/**
 * Hands a file to the core part by part; never holds more of it than one part. One that is too large is refused before a byte of
 * it is read. `onProgress` hears [0,1]. Never rejects.
 */
export async function uploadFile(
  client: Pick<CoreClient, 'chat'>,
  file: Blob & { readonly name: string },
  purpose: UploadPurpose,
  onProgress: (ratio: number) => void,
  signal: AbortSignal,
): Promise<UploadResult> {
  const { size } = file;
  if (size > MAX_ATTACHMENT_BYTES) return { kind: 'too_large', sizeBytes: size, limitBytes: MAX_ATTACHMENT_BYTES };
  let uploadId: string | null = null;
  try {
    const begun = await client.chat.beginAttachment({ name: shortName(file.name), sizeBytes: size, purpose });
    if (begun.kind === 'too_large') return begun;
    uploadId = begun.uploadId;
    const step = Math.min(begun.chunkBytes, ATTACHMENT_CHUNK_BYTES);
    for (let offset = 0; offset < size; offset += step) {
      const base64 = await readBase64(file.slice(offset, offset + step));
      if (signal.aborted) return await cancel(client, uploadId);
      await client.chat.attachmentChunk({ uploadId, base64 });
      if (signal.aborted) return await cancel(client, uploadId);
      onProgress(Math.min(1, (offset + step) / size));
    }
    const finished = await client.chat.finishAttachment({ uploadId });
    return finished.kind === 'unsupported' ? { kind: 'unsupported' } : finished;
  } catch (thrown) {
    const error =
      thrown instanceof DOMException ? new AppError('invalid', 'file_unreadable', thrown.name) : toAppError(thrown);
    if (uploadId !== null) await cancel(client, uploadId);
    return error.reason === 'disk_full' ? { kind: 'disk_full' } : { kind: 'failed', error };
  }
}

async function cancel(client: Pick<CoreClient, 'chat'>, uploadId: string): Promise<{ kind: 'cancelled' }> {
  // What cannot be cancelled (the connection is gone) the core throws away by itself.
  await client.chat.cancelAttachment({ uploadId }).catch(() => undefined);
  return { kind: 'cancelled' };
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

/** At most 255 characters, keeping the ending. */
function shortName(name: string): string {
  const clean = name.toWellFormed().trim() || 'file';
  return clean.length <= 255 ? clean : `${clean.slice(0, 240).toWellFormed()}…${clean.slice(-12).toWellFormed()}`;
}
