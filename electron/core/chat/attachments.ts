import { randomUUID } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import { imageSize } from 'image-size';
import type { Random } from '#shared/base/random.ts';
import type { Clock } from '#shared/base/time.ts';
import { ATTACHMENT_CHUNK_BYTES, MAX_ATTACHMENT_BYTES, type Attachment } from '#shared/chat/contract.ts';
import type { CoreHandlers } from '#shared/contract.ts';
import { newId, type AttachmentId } from '#shared/entities.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Db } from '../db/db.ts';
import { findAttachment, insertAttachment, type StoredAttachment } from './attachment-store.ts';
import { BLOB_RECORD_BYTES, type BlobFiles, type BlobWriter } from './blob-files.ts';

type AttachmentHandlers = Pick<
  CoreHandlers['chat'],
  'beginAttachment' | 'attachmentChunk' | 'finishAttachment' | 'cancelAttachment' | 'readAttachment'
>;

/** Uploads at once; the one untouched longest gives way to a new one. */
const MAX_UPLOADS = 16;
/** As much of a file's beginning as telling its kind and measuring an image may need. */
const HEAD_BYTES = 512 * 1024;
/** Larger sides than this are a damaged header, or a picture no screen can hold. */
const MAX_SIDE_PIXELS = 32_767;

/** What is shown or played. SVG is not among them: it may carry script. */
const IMAGE_TYPES = new Set(['image/png', 'image/apng', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);
const AUDIO_TYPES = new Map([
  ['audio/mpeg', 'audio/mpeg'],
  ['audio/wav', 'audio/wav'],
  ['audio/ogg', 'audio/ogg'],
  ['audio/opus', 'audio/ogg'],
  ['audio/ogg; codecs=opus', 'audio/ogg'],
  ['audio/x-m4a', 'audio/mp4'],
  ['audio/mp4', 'audio/mp4'],
  ['audio/aac', 'audio/aac'],
  ['audio/flac', 'audio/flac'],
  ['audio/webm', 'audio/webm'],
  ['video/webm', 'audio/webm'],
]);

interface Upload {
  readonly name: string;
  readonly purpose: 'file' | 'sticker' | 'voice';
  readonly sizeBytes: number;
  readonly writer: BlobWriter;
  received: number;
  head: Buffer;
  /** Chunks are written one after the other, whatever order the calls are run in. */
  queue: Promise<void>;
}

/** Files that become part of messages: taken in by chunks, judged by their bytes, kept encrypted. */
export function createAttachments(deps: {
  readonly db: Db;
  readonly blobs: BlobFiles;
  readonly clock: Clock;
  readonly random: Random;
}): { readonly handlers: AttachmentHandlers; close(): Promise<void> } {
  const uploads = new Map<string, Upload>();

  const take = (uploadId: string): Upload => {
    const upload = uploads.get(uploadId);
    if (!upload) throw new AppError('not_found', 'upload_gone');
    return upload;
  };
  const discard = async (uploadId: string): Promise<void> => {
    const upload = uploads.get(uploadId);
    uploads.delete(uploadId);
    await upload?.queue.catch(() => undefined);
    await upload?.writer.discard();
  };

  return {
    handlers: {
      async beginAttachment({ name, sizeBytes, purpose }) {
        if (sizeBytes > MAX_ATTACHMENT_BYTES) return { kind: 'too_large', sizeBytes, limitBytes: MAX_ATTACHMENT_BYTES };
        const [oldest] = uploads.keys();
        if (uploads.size >= MAX_UPLOADS && oldest !== undefined) await discard(oldest);
        const uploadId = randomUUID();
        const writer = await deps.blobs.begin();
        const head = Buffer.alloc(0);
        uploads.set(uploadId, { name, purpose, sizeBytes, writer, received: 0, head, queue: Promise.resolve() });
        return { kind: 'ready', uploadId, chunkBytes: ATTACHMENT_CHUNK_BYTES };
      },
      async attachmentChunk({ uploadId, base64 }) {
        const upload = take(uploadId);
        const bytes = Buffer.from(base64, 'base64');
        if (upload.received + bytes.length > upload.sizeBytes) {
          await discard(uploadId);
          throw new AppError('invalid', 'upload_longer_than_said');
        }
        upload.received += bytes.length;
        if (upload.head.length < HEAD_BYTES) {
          upload.head = Buffer.concat([upload.head, bytes.subarray(0, HEAD_BYTES - upload.head.length)]);
        }
        upload.queue = upload.queue.then(() => upload.writer.append(bytes));
        await upload.queue;
        return {};
      },
      async finishAttachment({ uploadId }) {
        const upload = take(uploadId);
        const kind = await judge(upload);
        if (!kind || upload.received !== upload.sizeBytes) {
          await discard(uploadId);
          return { kind: 'unsupported', name: upload.name };
        }
        try {
          await upload.queue;
          const contentHash = await upload.writer.finish();
          uploads.delete(uploadId);
          const now = deps.clock();
          const attachment: Attachment = {
            id: newId<AttachmentId>(now, deps.random),
            ...kind,
            sizeBytes: upload.sizeBytes,
            name: upload.name,
          };
          const stored: StoredAttachment = { ...attachment, contentHash };
          deps.db.write((tx) => insertAttachment(tx, stored, now, tx.hlc()));
          return { kind: 'stored', attachment };
        } catch (error) {
          await discard(uploadId);
          if (error instanceof AppError && error.reason === 'disk_full') return { kind: 'disk_full' };
          throw error;
        }
      },
      async cancelAttachment({ uploadId }) {
        await discard(uploadId);
        return {};
      },
      async readAttachment({ attachmentId, offset }) {
        const stored = deps.db.read((tx) => findAttachment(tx, attachmentId));
        if (!stored) throw new AppError('not_found', 'attachment_gone');
        if (offset % BLOB_RECORD_BYTES !== 0 || offset >= Math.max(1, stored.sizeBytes)) {
          throw new AppError('invalid', 'attachment_offset');
        }
        const bytes = await deps.blobs.read(stored.contentHash, offset / BLOB_RECORD_BYTES);
        return {
          mediaType: stored.mediaType,
          sizeBytes: stored.sizeBytes,
          base64: Buffer.from(bytes).toString('base64'),
        };
      },
    },
    async close() {
      await Promise.all([...uploads.keys()].map(discard));
    },
  };
}

/** What the bytes are, by themselves: a name proves nothing. Undefined when it is nothing we show. */
async function judge(upload: Upload): Promise<Pick<Attachment, 'kind' | 'mediaType' | 'width' | 'height'> | undefined> {
  const type = await fileTypeFromBuffer(upload.head);
  if (!type) return undefined;
  const audioType = AUDIO_TYPES.get(type.mime);
  if (audioType !== undefined && upload.purpose !== 'sticker') {
    return { kind: 'audio', mediaType: audioType, width: null, height: null };
  }
  if (!IMAGE_TYPES.has(type.mime)) return undefined;
  const size = measure(upload.head);
  if (!size) return undefined;
  const kind = upload.purpose === 'sticker' ? 'sticker' : 'image';
  return { kind, mediaType: type.mime, ...size };
}

function measure(head: Buffer): { width: number; height: number } | undefined {
  try {
    const { width, height } = imageSize(head);
    const shown = (side: number): boolean => side > 0 && side <= MAX_SIDE_PIXELS;
    return shown(width) && shown(height) ? { width, height } : undefined;
  } catch {
    // Its beginning says it is an image and its header cannot be read: damaged, so not shown.
    return undefined;
  }
}
