import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { present } from '#shared/base/assert.ts';
import { newId, type AttachmentId, type ConversationId, type MessageId } from '#shared/entities.ts';
import { createTestCore, sampleCharacter, type TestCore } from '../core-harness.ts';
import { createScriptedLlm } from '../llm/scripted-llm.ts';
import { strongRandom } from '../strong-random.ts';

let test: TestCore;
let conversationId: ConversationId;

beforeEach(async () => {
  test = await createTestCore({ mind: createScriptedLlm({ scripts: [[{ text: '見たよ。' }]] }) });
  const { characterId } = await test.client.characters.create(sampleCharacter);
  ({ conversationId } = await test.client.chat.createConversation({ characterId }));
});
afterEach(() => test.close());

/** A real PNG of one pixel with a comment as long as wished after its image. */
function png(padding: number): Buffer {
  const pixel = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  return Buffer.concat([pixel, Buffer.alloc(padding, 'A secret in the picture. ')]);
}

async function upload(name: string, bytes: Buffer, purpose: 'file' | 'sticker' = 'file') {
  const begun = await test.client.chat.beginAttachment({ name, sizeBytes: bytes.length, purpose });
  if (begun.kind !== 'ready') return begun;
  for (let at = 0; at < bytes.length; at += begun.chunkBytes) {
    const base64 = bytes.subarray(at, at + begun.chunkBytes).toString('base64');
    await test.client.chat.attachmentChunk({ uploadId: begun.uploadId, base64 });
  }
  return test.client.chat.finishAttachment({ uploadId: begun.uploadId });
}

async function download(attachmentId: AttachmentId): Promise<Buffer> {
  const parts: Buffer[] = [];
  let read = 0;
  for (;;) {
    const part = await test.client.chat.readAttachment({ attachmentId, offset: read });
    parts.push(Buffer.from(part.base64, 'base64'));
    read += present(parts.at(-1), 'part').length;
    if (read >= part.sizeBytes) return Buffer.concat(parts);
  }
}

describe('attachments', () => {
  it('an image travels in parts, comes back whole and shows with its message', async () => {
    const bytes = png(1_300_000);
    const stored = await upload('写真.png', bytes);
    if (stored.kind !== 'stored') throw new Error(`not stored: ${stored.kind}`);
    expect(stored.attachment).toMatchObject({ kind: 'image', mediaType: 'image/png', width: 1, height: 1 });
    expect((await download(stored.attachment.id)).equals(bytes)).toBe(true);

    const messageId = newId<MessageId>(Date.now(), strongRandom());
    const sent = await test.client.chat.sendMessage({
      conversationId,
      messageId,
      text: '',
      attachmentIds: [stored.attachment.id],
    });
    expect(sent).toEqual({ kind: 'sent', messageId });
    const { messages } = await test.client.chat.thread({ conversationId });
    expect(messages.find((message) => message.id === messageId)).toMatchObject({
      kind: 'image',
      attachments: [{ name: '写真.png' }],
    });
  });

  it('the same content is kept once, encrypted, under a name that tells nothing', async () => {
    await upload('one.png', png(5000));
    await upload('two.png', png(5000));
    const folder = join(test.dataDir, 'blobs');
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(files).toHaveLength(1);
    const file = present(files[0], 'the blob');
    expect((await readFile(join(file.parentPath, file.name))).includes('A secret')).toBe(false);
  });

  it('a 200 MB file is refused before any of it is sent', async () => {
    const sizeBytes = 200 * 1024 * 1024;
    const answer = await test.client.chat.beginAttachment({ name: '映画.png', sizeBytes, purpose: 'file' });
    expect(answer).toEqual({ kind: 'too_large', sizeBytes, limitBytes: 50 * 1024 * 1024 });
  });

  it('an executable called .png and an SVG with a script are told from images by their bytes', async () => {
    const executable = Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]), Buffer.alloc(500)]);
    expect(await upload('cat.png', executable)).toEqual({ kind: 'unsupported', name: 'cat.png' });
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    expect(await upload('drawing.svg', svg)).toEqual({ kind: 'unsupported', name: 'drawing.svg' });
    expect(await upload('cut.png', png(0).subarray(0, 20))).toEqual({ kind: 'unsupported', name: 'cut.png' });
  });

  it('more bytes than were announced end the upload', async () => {
    const begun = await test.client.chat.beginAttachment({ name: 'a.png', sizeBytes: 10, purpose: 'file' });
    if (begun.kind !== 'ready') throw new Error('not ready');
    const chunk = { uploadId: begun.uploadId, base64: Buffer.alloc(11).toString('base64') };
    await expect(test.client.chat.attachmentChunk(chunk)).rejects.toMatchObject({ reason: 'upload_longer_than_said' });
    await expect(test.client.chat.finishAttachment({ uploadId: begun.uploadId })).rejects.toMatchObject({
      reason: 'upload_gone',
    });
  });

  it('a file that was lost is told as such', async () => {
    const stored = await upload('a.png', png(10));
    if (stored.kind !== 'stored') throw new Error('not stored');
    const folder = join(test.dataDir, 'blobs');
    await rm(folder, { recursive: true });
    await expect(download(stored.attachment.id)).rejects.toMatchObject({ code: 'not_found', reason: 'blob_missing' });
  });
});
