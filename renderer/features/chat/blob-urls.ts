import { useEffect, useState } from 'react';
import type { Attachment } from '#shared/chat/contract.ts';
import type { CoreClient } from '#shared/contract.ts';
import type { AttachmentId } from '#shared/entities.ts';
import { useClient } from '../../data/connection.ts';

/** How long an address nobody uses is kept, for scrolling back. */
const KEEP_MS = 30_000;

interface Entry {
  readonly url: Promise<string>;
  users: number;
  dropping: ReturnType<typeof setTimeout> | undefined;
}

const shelves = new WeakMap<CoreClient, Map<AttachmentId, Entry>>();

/** A `blob:` address of an attachment while the component is shown; null until it is loaded, `failed` when it cannot be. */
export function useBlobUrl(attachment: Attachment): { readonly url: string | null; readonly failed: boolean } {
  const client = useClient();
  const { id } = attachment;
  const [loaded, setLoaded] = useState<{ readonly id: AttachmentId; readonly url: string | null } | null>(null);
  useEffect(() => {
    let left = false;
    const { url, release } = borrow(client, id);
    url.then(
      (made) => !left && setLoaded({ id, url: made }),
      () => !left && setLoaded({ id, url: null }),
    );
    return () => {
      left = true;
      release();
    };
  }, [client, id]);
  return loaded?.id === id ? { url: loaded.url, failed: loaded.url === null } : { url: null, failed: false };
}

/** The bytes of a stored attachment, part by part. */
export async function readWhole(client: Pick<CoreClient, 'chat'>, attachmentId: AttachmentId): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (;;) {
    const part = await client.chat.readAttachment({ attachmentId, offset });
    const bytes = fromBase64(part.base64);
    parts.push(bytes);
    offset += bytes.length;
    if (offset >= part.sizeBytes || bytes.length === 0) return new Blob(parts, { type: part.mediaType });
  }
}

function borrow(client: CoreClient, id: AttachmentId): { url: Promise<string>; release: () => void } {
  const shelf = shelves.get(client) ?? new Map<AttachmentId, Entry>();
  shelves.set(client, shelf);
  const entry: Entry = shelf.get(id) ?? {
    url: readWhole(client, id).then((blob) => URL.createObjectURL(blob)),
    users: 0,
    dropping: undefined,
  };
  shelf.set(id, entry);
  clearTimeout(entry.dropping);
  entry.users += 1;
  // One that failed is not kept: the next to ask tries again.
  entry.url.catch(() => shelf.get(id) === entry && shelf.delete(id));
  return {
    url: entry.url,
    release() {
      entry.users -= 1;
      if (entry.users > 0) return;
      entry.dropping = setTimeout(() => {
        if (shelf.get(id) === entry) shelf.delete(id);
        entry.url.then(
          (url) => URL.revokeObjectURL(url),
          () => undefined,
        );
      }, KEEP_MS);
    },
  };
}

function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}
