import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId, type CharacterId, type ConversationId, type LorebookId, type MessageId } from '#shared/entities.ts';
import { EMPTY_LORE_ENTRY, type LoreEntryFields } from '#shared/lorebook/entry.ts';
import { createTestCore, sampleCharacter, type TestCore } from '../core-harness.ts';
import { createScriptedLlm, type ScriptedLlm } from '../llm/scripted-llm.ts';
import { strongRandom } from '../strong-random.ts';

// Threads start, and files are synced.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const random = strongRandom();

let mind: ScriptedLlm;
let test: TestCore;
let characterId: CharacterId;
let conversationId: ConversationId;
let lorebookId: LorebookId;

beforeEach(async () => {
  mind = createScriptedLlm({ scripts: [[{ text: 'うん。' }]] });
  test = await createTestCore({ mind });
  ({ characterId } = await test.client.characters.create(sampleCharacter));
  ({ conversationId } = await test.client.chat.createConversation({ characterId }));
  ({ lorebookId } = await test.client.lorebook.createBook({ name: '町', characterId }));
});
afterEach(() => test.close());

const add = (fields: Partial<LoreEntryFields>, book = lorebookId) =>
  test.client.lorebook.createEntry({ lorebookId: book, fields: { ...EMPTY_LORE_ENTRY, ...fields } });

const ended = () =>
  new Promise<void>((resolve) => {
    const stop = test.client.chat.onReplyEnded(() => {
      stop();
      resolve();
    });
  });

async function say(text: string): Promise<void> {
  const end = ended();
  await test.client.chat.sendMessage({ conversationId, messageId: newId<MessageId>(Date.now(), random), text });
  await end;
}

const told = (): string[] => (mind.requests.at(-1)?.scene.lore ?? []).map(({ text }) => text);

async function upload(text: string): Promise<string> {
  const bytes = Buffer.from(text);
  const begun = await test.client.lorebook.beginImport({ name: 'book.json', sizeBytes: bytes.length });
  if (begun.kind !== 'ready') throw new Error(begun.kind);
  for (let at = 0; at < bytes.length; at += begun.chunkBytes) {
    const base64 = bytes.subarray(at, at + begun.chunkBytes).toString('base64');
    await test.client.lorebook.importChunk({ importId: begun.importId, base64 });
  }
  return begun.importId;
}

async function exported(book: LorebookId, format: 'world' | 'card'): Promise<string> {
  let text = '';
  let cursor: number | null = null;
  do {
    const part = await test.client.lorebook.exportPart({ lorebookId: book, format, cursor });
    text += part.text;
    cursor = part.nextCursor;
  } while (cursor !== null);
  return text;
}

describe('a reply', () => {
  it('is told what its words bring up, of the companion’s own books and of those all share', async () => {
    await add({ keys: ['喫茶店'], content: '{{char}}の喫茶店は川沿いにある。' });
    const shared = await test.client.lorebook.createBook({ name: '世界', characterId: null });
    await add({ keys: ['川'], content: '川は冬に凍る。', order: 1 }, shared.lorebookId);
    await say('喫茶店は川のそば？');
    expect(told()).toEqual(['川は冬に凍る。', '試験 花の喫茶店は川沿いにある。']);
    await say('それより山の話をしよう。');
    await say('山は高い？');
    expect(told()).toEqual([]);
  });

  it('knows nothing of another companion’s book, of one switched off, or of one deleted', async () => {
    const other = await test.client.characters.create({ ...sampleCharacter, name: '別の人' });
    const books = await Promise.all(
      [other.characterId, characterId, characterId].map((owner) =>
        test.client.lorebook.createBook({ name: 'x', characterId: owner }),
      ),
    );
    for (const book of books) await add({ constant: true, content: 'いつも。' }, book.lorebookId);
    const [, off, gone] = books;
    if (off) await test.client.lorebook.updateBook({ lorebookId: off.lorebookId, changes: { enabled: false } });
    if (gone) await test.client.lorebook.removeBook({ lorebookId: gone.lorebookId });
    await say('やあ');
    expect(told()).toEqual([]);
    if (gone) await test.client.lorebook.restoreBook({ lorebookId: gone.lorebookId });
    await say('やあ');
    expect(told()).toEqual(['いつも。']);
  });

  it('sees a change at once', async () => {
    const { entryId } = await add({ keys: ['猫'], content: '猫は三毛。' });
    await say('猫は？');
    expect(told()).toEqual(['猫は三毛。']);
    await test.client.lorebook.updateEntry({ entryId, changes: { content: '猫は黒。' } });
    await say('猫は？');
    expect(told()).toEqual(['猫は黒。']);
    await test.client.lorebook.removeEntry({ entryId });
    await say('猫は？');
    expect(told()).toEqual([]);
    await test.client.lorebook.restoreEntry({ entryId });
    await say('猫は？');
    expect(told()).toEqual(['猫は黒。']);
  });

  it('what is sticky stays, then rests; another variant of the reply is given the same', async () => {
    await test.client.lorebook.updateBook({ lorebookId, changes: { scanDepth: 1 } });
    await add({ keys: ['祭り'], content: '祭りは秋。', sticky: 3, cooldown: 2 });
    await say('祭りに行こう');
    expect(told()).toEqual(['祭りは秋。']);
    const { messages } = await test.client.chat.thread({ conversationId });
    const end = ended();
    await test.client.chat.regenerate({ messageId: messages.at(-1)?.id ?? newId<MessageId>(0, random) });
    await end;
    expect(told()).toEqual(['祭りは秋。']);
    await say('うん');
    expect(told()).toEqual(['祭りは秋。']);
    await say('祭りだね');
    expect(told()).toEqual([]);
    await say('祭りだね');
    expect(told()).toEqual(['祭りは秋。']);
  });

  it('a regular expression that would run for ever is left out, and the rest is told', async () => {
    await add({ keys: ['/(?=(a+)+$)(a+)+\\1!/'], content: '破局。' });
    await add({ keys: ['/a{3,}/'], content: '長い。' });
    await say(`${'a'.repeat(60)}b`);
    expect(told()).toEqual(['長い。']);
    const result = await test.client.lorebook.test({ characterId, text: `${'a'.repeat(60)}b` });
    expect(result.held.map(({ reason }) => reason)).toEqual(['regex_stopped']);
  });
});

describe('the tester', () => {
  it('says what fires, why, in which step, and what does not', async () => {
    await test.client.lorebook.updateBook({ lorebookId, changes: { recursive: true } });
    const cat = await add({ title: '猫', keys: ['猫'], content: '猫の名前はタマ。' });
    await add({ title: 'タマ', keys: ['タマ'], content: 'タマは港で拾われた。' });
    await add({ title: '犬', keys: ['猫'], secondaryKeys: ['犬'], content: '犬猫の仲。' });
    const { fired, held, tokens, budget } = await test.client.lorebook.test({ characterId, text: '猫がいる' });
    expect(fired.map(({ title, step, by }) => ({ title, step, by }))).toEqual([
      { title: '猫', step: 0, by: { kind: 'key', key: '猫', secondary: [], in: { message: 0 } } },
      { title: 'タマ', step: 1, by: { kind: 'key', key: 'タマ', secondary: [], in: { entryId: cat.entryId } } },
    ]);
    expect(held.map(({ title, reason }) => ({ title, reason }))).toEqual([{ title: '犬', reason: 'secondary' }]);
    expect(tokens).toBeGreaterThan(0);
    expect(budget).toBeGreaterThan(tokens);
  });
});

describe('import and export', () => {
  const world = {
    name: 'エルドリア',
    entries: {
      0: {
        uid: 0,
        key: ['森', 'forest'],
        keysecondary: [],
        comment: '森',
        content: '森は深い。',
        order: 5,
        vectorized: true,
        custom: { a: [1] },
      },
      1: { uid: 1, key: ['x'], content: 'y', disable: true, selectiveLogic: 3, position: 4, depth: 7, role: 2 },
    },
    somethingElse: { kept: true },
  };

  it('world info comes in, works, and goes out with all that is unknown', async () => {
    const importId = await upload(JSON.stringify(world));
    const done = await test.client.lorebook.finishImport({ importId, characterId: null });
    if (done.kind !== 'imported') throw new Error(done.kind);
    expect(done).toMatchObject({ entryCount: 2, skipped: 0 });
    await say('The FOREST is near.');
    expect(told()).toEqual(['森は深い。']);
    const out = JSON.parse(await exported(done.lorebookId, 'world')) as typeof world;
    expect(out).toMatchObject({ name: 'エルドリア', somethingElse: { kept: true } });
    expect(Object.values(out.entries)).toMatchObject([
      { key: ['森', 'forest'], order: 5, vectorized: true, custom: { a: [1] } },
      { disable: true, selectiveLogic: 3, position: 4, depth: 7, role: 2 },
    ]);
  });

  it.each([
    { what: 'half a file', text: '{"entries": ', kind: 'not_json' },
    { what: 'another thing', text: '{"a": 1}', kind: 'not_a_lorebook' },
    { what: 'an empty book', text: '{"entries": {}}', kind: 'no_entries' },
    {
      what: 'a book of one endless entry',
      text: JSON.stringify({ entries: [{ keys: ['a'], content: 'x'.repeat(100_001) }] }),
      kind: 'no_entries',
    },
  ])('$what is refused as $kind, and leaves nothing', async ({ text, kind }) => {
    const importId = await upload(text);
    expect(await test.client.lorebook.finishImport({ importId, characterId: null })).toEqual({ kind });
    expect(await test.client.lorebook.books({})).toHaveLength(1);
  });

  it('a large book is stored while others may write, can be called off, and then leaves nothing', async () => {
    const entries = Array.from({ length: 6000 }, (_, uid) => ({
      uid,
      key: [`鍵${uid}`],
      content: `中身${uid}。`.repeat(60),
    }));
    const importId = await upload(
      JSON.stringify({ entries: Object.fromEntries(entries.map((entry) => [entry.uid, entry])) }),
    );
    const stored = new Promise<void>((resolve) => {
      const stop = test.client.lorebook.onImportProgress(({ ratio }) => {
        if (ratio < 0.3) return;
        stop();
        resolve();
      });
    });
    const finishing = test.client.lorebook.finishImport({ importId, characterId: null });
    await stored;
    expect(await test.client.lorebook.books({})).toHaveLength(1);
    await say('まだ？');
    await test.client.lorebook.cancelImport({ importId });
    expect(await finishing).toEqual({ kind: 'cancelled' });
    expect(await test.client.lorebook.books({})).toHaveLength(1);
  });

  it('a file larger than the limit is refused before it is sent', async () => {
    expect(await test.client.lorebook.beginImport({ name: 'x', sizeBytes: 65 * 1024 * 1024 })).toMatchObject({
      kind: 'too_large',
    });
  });
});

describe('a list of entries', () => {
  it('finds by title, key and text, and turns pages', async () => {
    for (const index of [1, 2, 3])
      await add({ title: `題${index}`, keys: [`鍵${index}`], content: `100% の文${index}` });
    const page = await test.client.lorebook.entries({ lorebookId, limit: 2 });
    expect(page).toMatchObject({ total: 3, entries: [{ title: '題1', keys: ['鍵1'], keyCount: 1 }, { title: '題2' }] });
    expect((await test.client.lorebook.entries({ lorebookId, limit: 2, offset: 2 })).entries).toMatchObject([
      { title: '題3' },
    ]);
    for (const text of ['題3', '鍵3', '文3']) {
      expect(await test.client.lorebook.entries({ lorebookId, text })).toMatchObject({
        total: 1,
        entries: [{ title: '題3' }],
      });
    }
    expect((await test.client.lorebook.entries({ lorebookId, text: '0%' })).total).toBe(3);
    expect((await test.client.lorebook.entries({ lorebookId, text: '1%' })).total).toBe(0);
  });
});
