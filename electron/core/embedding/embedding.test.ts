import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '#shared/rpc/errors.ts';
import { insertRevision, setState } from '../chat/message-store.ts';
import { setConversationDeleted } from '../chat/conversation-store.ts';
import { newId, type RevisionId } from '#shared/entities.ts';
import { seededRandom } from '#shared/base/random.ts';
import { createWordEmbedder, startEmbeddingServer } from './embedder-harness.ts';
import { openEmbeddingTest, type EmbeddingTest } from './embedding-harness.ts';

let test: EmbeddingTest;
afterEach(async () => {
  await test.close();
  await test.folder.remove();
});

const status = () => test.vault.db.read(test.embedding.status);

describe('what is written is found by meaning', () => {
  it('messages and memories, each in its space, and by character', async () => {
    test = await openEmbeddingTest();
    test.embedding.start();
    const cat = test.say('my cat is ill');
    test.say('the train was late');
    const memory = test.remember('has a cat');
    const other = test.addCharacter();
    test.say('my cat is ill', other.characterId);
    await test.embedding.settled();
    expect(await test.near('cat ill', 1)).toEqual([cat]);
    expect(await test.near('cat', 5, 'memory')).toEqual([memory]);
    expect(await test.near('cat', 50)).toHaveLength(2);
    expect(status()).toMatchObject({ searched: 'words', building: null, waiting: 0, failed: 0, failure: null });
  });

  it('tells how near any of them is, alone and with its neighbours', async () => {
    test = await openEmbeddingTest();
    test.embedding.start();
    const [one, two] = [test.say('a b c d'), test.say('e f g h')];
    await test.embedding.settled();
    const [vector = new Float32Array()] = await test.embedding.embedder().embed(['a b c d']);
    const query = { characterId: test.characterId, space: 'message', vector } as const;
    const [first, second] = test.vault.db
      .read((tx) => tx.all({ text: 'SELECT seq FROM message WHERE id IN (?, ?) ORDER BY seq', values: [one, two] }))
      .map((row) => Number(row['seq']));
    const places = {
      items: Float64Array.of(second ?? 0, 999, first ?? 0),
      before: Float64Array.of(first ?? 0, -1, -1),
      after: Float64Array.of(-1, -1, second ?? 0),
    };
    const nearness = await test.embedding.index.closeness({ ...query, places });
    const [later, nobody, exact] = [nearness(0), nearness(1), nearness(2)];
    expect(nobody).toBeUndefined();
    expect([...(await test.embedding.index.nearest({ ...query, limit: 2 }))]).toEqual([first, second]);
    expect(exact?.self).toBeCloseTo(1, 2);
    expect(exact?.pair).toBe(exact?.self);
    expect(exact?.window).toBeLessThan(0.95);
    expect(later?.self).toBeLessThan(0.9);
    expect(later?.pair).toBeGreaterThan(later?.self ?? 1);
    expect(later?.pair).toBeCloseTo(exact?.window ?? 0, 5);
  });

  it('what was said before the embedding existed is caught up with', async () => {
    test = await openEmbeddingTest();
    const ids = Array.from({ length: 40 }, (_, index) => test.say(`number ${index}`));
    // As in a file of an earlier version: rows without jobs.
    test.vault.db.write((tx) => tx.runDerived({ text: 'DELETE FROM embedding_job', values: [] }));
    test.embedding.start();
    await test.embedding.settled();
    expect(await test.near('number 7', 1)).toEqual([ids[7]]);
    expect(status()).toMatchObject({ building: null, waiting: 0 });
  });
});

describe('getting ready', () => {
  it('reads the bundled embedder into memory; what cannot be read now is no failure', async () => {
    const asked: (readonly string[])[] = [];
    const embedder = createWordEmbedder({ before: (texts) => void asked.push(texts) });
    test = await openEmbeddingTest({ embedder: () => embedder });
    await test.embedding.warm('ja', test.characterId);
    expect(asked).toEqual([['温かい']]);
    await embedder.close();
    await test.embedding.warm('en', null);
  });
});

describe('what changes', () => {
  it('an edited message is found by its new words, and no more by the old', async () => {
    test = await openEmbeddingTest();
    test.embedding.start();
    const id = test.say('apples and pears');
    await test.embedding.settled();
    const revision = newId<RevisionId>(test.folder.nowMs, seededRandom(3));
    test.vault.db.write((tx) =>
      insertRevision(
        tx,
        { id: revision, messageId: id, text: 'rockets to mars', createdAtMs: test.folder.nowMs },
        tx.hlc(),
      ),
    );
    await test.embedding.settled();
    const [vector = new Float32Array()] = await test.embedding.embedder().embed(['rockets to mars']);
    const [hit] = await test.embedding.index.search({
      characterId: test.characterId,
      space: 'message',
      vector,
      limit: 5,
    });
    expect(hit?.id).toBe(id);
    expect(hit?.cosine).toBeCloseTo(1, 2);
  });

  it('what is deleted is not found from that moment on, and its vector is gone from the file', async () => {
    test = await openEmbeddingTest();
    test.embedding.start();
    const [one, two] = [test.say('red wine'), test.say('red shoes')];
    await test.embedding.settled();
    expect(await test.near('red wine', 2)).toEqual([one, two]);
    test.forget(one);
    expect(await test.near('red wine', 2)).toEqual([two]);
    const rows = test.vault.db.read((tx) => tx.all({ text: 'SELECT item_seq FROM embedding', values: [] }));
    expect(rows).toHaveLength(1);
  });

  it('a conversation that is deleted hides its messages, and shows them when it is restored', async () => {
    test = await openEmbeddingTest();
    test.embedding.start();
    const id = test.say('red wine');
    await test.embedding.settled();
    const mark = (deleted: boolean) =>
      test.vault.db.write((tx) => setConversationDeleted(tx, test.conversationId, deleted, tx.hlc()));
    mark(true);
    expect(await test.near('red wine', 2)).toEqual([]);
    mark(false);
    expect(await test.near('red wine', 2)).toEqual([id]);
  });

  it('a message that changes while its vector is made gets none of the old words', async () => {
    let during: (() => void) | undefined;
    const embedder = createWordEmbedder({ before: () => during?.() });
    test = await openEmbeddingTest({ embedder: () => embedder });
    test.embedding.start();
    const id = test.say('the old words');
    during = () => {
      during = undefined;
      test.forget(id);
    };
    await test.embedding.settled();
    expect(test.vault.db.read((tx) => tx.all({ text: 'SELECT place FROM embedding', values: [] }))).toEqual([]);
    expect(status().waiting).toBe(0);
  });

  it('a message that is still being written waits until it is whole', async () => {
    test = await openEmbeddingTest();
    test.embedding.start();
    const id = test.say('half a');
    test.vault.db.write((tx) => setState(tx, id, 'partial', tx.hlc()));
    await test.embedding.settled();
    expect(await test.near('half a', 1)).toEqual([]);
    test.vault.db.write((tx) => setState(tx, id, 'complete', tx.hlc()));
    await test.embedding.settled();
    expect(await test.near('half a', 1)).toEqual([id]);
  });
});

describe('an embedder that fails', () => {
  it('is tried again later; nothing is lost', async () => {
    let broken = true;
    const embedder = createWordEmbedder({
      before() {
        if (broken) throw new AppError('unavailable', 'embedder_unreachable');
      },
    });
    test = await openEmbeddingTest({ embedder: () => embedder });
    test.embedding.start();
    const id = test.say('patience');
    await test.embedding.settled();
    expect(status()).toMatchObject({ waiting: 1, failure: 'embedder_unreachable' });
    broken = false;
    void test.embedding.handlers.retry({});
    await test.embedding.settled();
    expect(status()).toMatchObject({ waiting: 0, failure: null });
    expect(await test.near('patience', 1)).toEqual([id]);
  });

  it('refusing one text does not keep the others from theirs; that one is given up in the end', async () => {
    const embedder = createWordEmbedder({
      before(texts) {
        if (texts.some((text) => text.includes('poison'))) throw new AppError('unavailable', 'embedder_refused');
      },
    });
    test = await openEmbeddingTest({ embedder: () => embedder });
    test.embedding.start();
    const fine = test.say('fine');
    test.say('poison');
    await test.embedding.settled();
    expect(await test.near('fine', 1)).toEqual([fine]);
    for (let round = 0; round < 3; round += 1) {
      test.folder.nowMs += 60_000;
      test.embedding.start();
      await test.embedding.settled();
    }
    expect(status()).toMatchObject({ waiting: 0, failed: 1 });
  });
});

describe('another model', () => {
  it('in a newer app: everything gets its vectors anew, and the old ones go', async () => {
    test = await openEmbeddingTest({ embedder: () => createWordEmbedder({ model: 'old' }) });
    test.embedding.start();
    const ids = Array.from({ length: 300 }, (_, index) => test.say(`number ${index}`));
    await test.embedding.settled();
    await test.close();
    const embedder = () => createWordEmbedder({ model: 'new', dimensions: 32 });
    test = await openEmbeddingTest({ folder: test.folder, embedder, ids: test });
    test.embedding.start();
    await test.embedding.settled();
    expect(status()).toMatchObject({ searched: 'new', building: null, waiting: 0 });
    expect(await test.near('number 7', 1)).toEqual([ids[7]]);
    expect(vectorsByModel()).toEqual({ new: 300 });
  });

  it('is built while the old one is searched, new messages too; a crash in between costs nothing', async () => {
    const gate = Promise.withResolvers<void>();
    let asked = 0;
    const server = await startEmbeddingServer(async (texts) => {
      asked += texts.length;
      if (asked > 150) await gate.promise;
    });
    try {
      test = await openEmbeddingTest();
      const ids = Array.from({ length: 300 }, (_, index) => test.say(`number ${index}`));
      test.embedding.start();
      await test.embedding.settled();
      test.set({ embedderProviderId: test.addProvider(server.baseUrl), embedderModel: 'far' });
      await vi.waitUntil(() => asked > 150);
      const { searched, building } = status();
      expect(searched).toBe('words');
      expect(building?.model).toMatch(/^far@127/);
      expect(building?.done).toBeLessThanOrEqual(300);
      expect(await test.near('number 7', 1)).toEqual([ids[7]]);
      const done = vectorsByModel()[building?.model ?? ''] ?? 0;
      expect(done).toBeGreaterThan(0);

      await test.close();
      test = await openEmbeddingTest({ folder: test.folder, ids: test });
      const late = test.say('a brand new message');
      asked = 0;
      gate.resolve();
      test.embedding.start();
      await test.embedding.settled();
      expect(status()).toMatchObject({ searched: building?.model, building: null, waiting: 0, failure: null });
      expect(asked).toBeLessThanOrEqual(1 + 1 + 300 - done);
      expect(await test.near('a brand new message', 1)).toEqual([late]);
      expect(vectorsByModel()).toEqual({ [building?.model ?? '']: 301 });
    } finally {
      await server.close();
    }
  });

  it('that is out of reach leaves the bundled one in its place, and says why', async () => {
    const server = await startEmbeddingServer();
    await server.close();
    test = await openEmbeddingTest();
    test.set({ embedderProviderId: test.addProvider(server.baseUrl), embedderModel: 'far' });
    const id = test.say('hello');
    test.embedding.start();
    await test.embedding.settled();
    expect(status()).toMatchObject({ searched: 'words', waiting: 0, failure: 'embedder_unreachable' });
    expect(await test.near('hello', 1)).toEqual([id]);
  });

  it('that answers with vectors of another size than before: nothing of them is stored', async () => {
    let dimensions = 16;
    const server = await startEmbeddingServer(undefined, () => dimensions);
    try {
      test = await openEmbeddingTest();
      test.set({ embedderProviderId: test.addProvider(server.baseUrl), embedderModel: 'far' });
      test.say('one');
      test.embedding.start();
      await test.embedding.settled();
      dimensions = 24;
      test.say('two');
      await test.embedding.settled();
      expect(status()).toMatchObject({ waiting: 1, failure: 'embedder_bad_answer' });
      const sizes = test.vault.db.read((tx) =>
        tx.all({ text: 'SELECT length(vector) AS size FROM embedding', values: [] }),
      );
      expect(sizes).toEqual([{ size: 16 }]);
    } finally {
      await server.close();
    }
  });
});

function vectorsByModel(): Record<string, number> {
  const rows = test.vault.db.read((tx) =>
    tx.all({
      text: 'SELECT name, (SELECT COUNT(*) FROM embedding e WHERE e.model_id = m.id) AS n FROM embedding_model m',
      values: [],
    }),
  );
  return Object.fromEntries(rows.map((row) => [String(row['name']), Number(row['n'])]));
}
