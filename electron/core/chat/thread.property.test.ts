import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#shared/base/assert.ts';
import { newId, type CharacterId, type ConversationId, type MessageId } from '#shared/entities.ts';
import { seededRandom } from '#shared/base/random.ts';
import { insertCharacter } from '../characters/character-store.ts';
import { sampleCharacter, openTestDb, type TestDb } from '../core-harness.ts';
import { findConversation, insertConversation, setActiveLeaf } from './conversation-store.ts';
import { ancestorAt, findNode, firstOnPathSince, insertMessage } from './message-store.ts';
import { endThreadAt, readThread, showBranch } from './thread.ts';

const random = seededRandom(7);
let test: TestDb;

beforeAll(async () => {
  test = await openTestDb();
});
afterAll(() => test.close());

/** What the tree is, said as plainly as can be: each message's parent. */
interface Model {
  readonly conversationId: ConversationId;
  readonly parents: Map<MessageId, MessageId | null>;
  readonly order: MessageId[];
}

function pathTo(model: Model, id: MessageId | null): MessageId[] {
  const path: MessageId[] = [];
  for (let at = id; at !== null; at = model.parents.get(at) ?? null) path.unshift(at);
  return path;
}

function startConversation(): Model {
  const characterId = newId<CharacterId>(1, random);
  const conversationId = newId<ConversationId>(1, random);
  test.db.write((tx) => {
    insertCharacter(tx, { ...sampleCharacter, id: characterId, builtIn: null, createdAtMs: 1 }, tx.hlc());
    insertConversation(tx, { id: conversationId, characterId, createdAtMs: 1 }, tx.hlc());
  });
  return { conversationId, parents: new Map(), order: [] };
}

function add(model: Model, parentId: MessageId | null): MessageId {
  const id = newId<MessageId>(1, random);
  test.db.write((tx) => {
    const hlc = tx.hlc();
    insertMessage(
      tx,
      {
        id,
        conversationId: model.conversationId,
        parentId,
        author: 'person',
        kind: 'text',
        text: id,
        state: 'complete',
        expression: null,
        rung: null,
        model: null,
        createdAtMs: model.order.length,
      },
      hlc,
    );
    setActiveLeaf(tx, model.conversationId, id, hlc);
  });
  model.parents.set(id, parentId);
  model.order.push(id);
  return id;
}

const conversationOf = (model: Model) =>
  test.db.read((tx) => present(findConversation(tx, model.conversationId), 'conversation'));

const visibleIds = (model: Model, before?: number, limit = 200): MessageId[] =>
  test.db
    .read((tx) => readThread(tx, present(findConversation(tx, model.conversationId), 'it'), before, limit).messages)
    .map((m) => m.id);

describe('the thread of a conversation', () => {
  it('the visible thread is the path to the active leaf, whatever is sent, branched or chosen', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('send' as const) }),
      fc.record({ kind: fc.constant('branch' as const), at: fc.nat() }),
      fc.record({ kind: fc.constant('show' as const), at: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const model = startConversation();
        let leaf: MessageId | null = null;
        for (const move of steps) {
          const target = move.kind === 'send' ? undefined : model.order[move.at % Math.max(1, model.order.length)];
          if (move.kind === 'send' || target === undefined) leaf = add(model, leaf);
          else if (move.kind === 'branch') {
            test.db.write((tx) =>
              endThreadAt(
                tx,
                present(findConversation(tx, model.conversationId), 'it'),
                present(findNode(tx, target), 'node'),
                tx.hlc(),
              ),
            );
            leaf = target;
          } else {
            const shown = test.db.write((tx) =>
              showBranch(
                tx,
                present(findConversation(tx, model.conversationId), 'it'),
                present(findNode(tx, target), 'node'),
                tx.hlc(),
              ),
            );
            expect(pathTo(model, shown)).toContain(target);
            leaf = shown;
          }
          expect(conversationOf(model).activeLeafId).toBe(leaf);
          expect(visibleIds(model)).toEqual(pathTo(model, leaf));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('choosing another branch and coming back shows the branch where it was left', () => {
    const model = startConversation();
    const root = add(model, null);
    const one = add(model, root);
    const oneEnd = add(model, add(model, one));
    const other = add(model, root);
    const back = test.db.write((tx) =>
      showBranch(tx, present(findConversation(tx, model.conversationId), 'it'), { id: one, depth: 1 }, tx.hlc()),
    );
    expect(back).toBe(oneEnd);
    const again = test.db.write((tx) =>
      showBranch(tx, present(findConversation(tx, model.conversationId), 'it'), { id: other, depth: 1 }, tx.hlc()),
    );
    expect(again).toBe(other);
  });

  it('finds the ancestor at any depth, and the first message since any time, in few steps', () => {
    const model = startConversation();
    let leaf = add(model, null);
    for (let count = 1; count < 1500; count += 1) leaf = add(model, leaf);
    const path = pathTo(model, leaf);
    fc.assert(
      fc.property(fc.nat(path.length - 1), fc.nat(path.length - 1), (from, depth) => {
        const low = Math.min(from, depth);
        const start = present(path[Math.max(from, depth)], 'start');
        let lookups = 0;
        test.db.read((tx) => {
          const counting = { ...tx, get: (statement: Parameters<typeof tx.get>[0]) => (lookups++, tx.get(statement)) };
          expect(ancestorAt(counting, start, low).id).toBe(path[low]);
        });
        expect(lookups).toBeLessThan(6 * Math.log2(path.length) + 4);
        expect(test.db.read((tx) => firstOnPathSince(tx, leaf, low)).id).toBe(path[low]);
      }),
    );
  });

  it('pages of any size, read one above the other, are the whole thread', () => {
    const model = startConversation();
    let leaf: MessageId | null = null;
    for (let count = 0; count < 57; count += 1) leaf = add(model, leaf);
    for (const limit of [1, 7, 50, 200]) {
      const read: MessageId[] = [];
      for (let before: number | undefined; before !== 0; before = 57 - read.length)
        read.unshift(...visibleIds(model, before, limit));
      expect(read).toEqual(pathTo(model, leaf));
    }
  });
});
