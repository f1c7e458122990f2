import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '#shared/base/random.ts';
import type { SummaryLine } from '#shared/chat/scene.ts';
import { newId, type CharacterId, type ConversationId, type MessageId, type RevisionId } from '#shared/entities.ts';
import { insertCharacter } from '../characters/character-store.ts';
import { createCharacters } from '../characters/characters.ts';
import { fakeDeps, openTestDb, sampleCharacter, type TestDb } from '../core-harness.ts';
import { LlmFailure, type Llm } from '../llm/llm.ts';
import { createScriptedLlm } from '../llm/scripted-llm.ts';
import { settingValues } from '#shared/settings/contract.ts';
import { insertConversation } from './conversation-store.ts';
import { insertMessage, insertRevision, setDeleted } from './message-store.ts';
import { createSummaries, STRETCH, type Summaries } from './summaries.ts';
import { findSummaries, wantSummaries } from './summary-store.ts';

// A real file each, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const random = seededRandom(3);
const open: Summaries[] = [];
let test: TestDb;
let path: MessageId[];
let mind: Llm | null;
let replying: boolean;
let conversationId: ConversationId;

beforeEach(async () => {
  test = await openTestDb();
  mind = null;
  replying = false;
  path = [];
  const characterId = newId<CharacterId>(1, random);
  conversationId = newId<ConversationId>(1, random);
  test.db.write((tx) => {
    insertCharacter(tx, { ...sampleCharacter, id: characterId, builtIn: null, createdAtMs: 1 }, tx.hlc());
    insertConversation(tx, { id: conversationId, characterId, createdAtMs: 1 }, tx.hlc());
  });
  for (let at = 0; at < STRETCH; at += 1) say(at === 4 ? '金曜に面接があるんだ。' : `うん${at}`);
});
afterEach(async () => {
  for (const summaries of open.splice(0)) await summaries.close();
  await test.close();
});

function say(text: string): void {
  const id = newId<MessageId>(path.length + 1, random);
  test.db.write((tx) =>
    insertMessage(
      tx,
      {
        id,
        conversationId,
        parentId: path.at(-1) ?? null,
        author: path.length % 2 === 0 ? 'person' : 'character',
        kind: 'text',
        text,
        state: 'complete',
        expression: null,
        rung: null,
        model: null,
        createdAtMs: path.length + 1,
      },
      tx.hlc(),
    ),
  );
  path.push(id);
}

function start(): Summaries {
  const deps = fakeDeps(test.dataDir);
  const summaries = createSummaries({
    ...deps,
    db: test.db,
    characters: createCharacters({ db: test.db, ...deps }),
    settings: () => settingValues.parse({}),
    freeMind: () => mind,
    isReplying: () => replying,
  });
  open.push(summaries);
  summaries.start();
  return summaries;
}

const end = (): MessageId => path[STRETCH - 1] as MessageId;
const want = (): void => test.db.write((tx) => wantSummaries(tx, [end()]));
const lines = (): readonly SummaryLine[] | undefined =>
  test.db.read((tx) => findSummaries(tx, [end()])).written.get(end());

describe('summaries', () => {
  it('are written by rule from the messages when there is no model', async () => {
    want();
    await start().settled();
    expect(lines()).toEqual([{ author: 'person', text: '金曜に面接があるんだ。' }]);
  });

  it('are written by a free model, and by rule when it fails or answers something else', async () => {
    mind = createScriptedLlm({
      scripts: [
        [{ text: '{"text":"金曜に面接がある。"}' }],
        [{ text: '{"note":1}' }],
        [{ fail: new LlmFailure('network', 'gone', true) }],
      ],
    });
    for (const expected of [
      { author: null, text: '金曜に面接がある。' },
      { author: 'person', text: '金曜に面接があるんだ。' },
      { author: 'person', text: '金曜に面接があるんだ。' },
    ]) {
      want();
      await start().settled();
      expect(lines()).toEqual([expected]);
      test.db.write((tx) => setDeleted(tx, path[0] as MessageId, true, tx.hlc()));
      test.db.write((tx) => setDeleted(tx, path[0] as MessageId, false, tx.hlc()));
      for (const summaries of open.splice(0)) await summaries.close();
    }
  });

  it('what waits is in the file: it is written by the next run', async () => {
    replying = true;
    want();
    const first = start();
    await first.settled();
    expect(lines()).toBeUndefined();
    await first.close();
    replying = false;
    await start().settled();
    expect(lines()).toHaveLength(1);
  });

  it('a forgotten message is gone from its summary in the same transaction, and the rest is written anew', async () => {
    want();
    const summaries = start();
    await summaries.settled();
    replying = true;
    test.db.write((tx) => setDeleted(tx, path[4] as MessageId, true, tx.hlc()));
    expect(lines()).toBeUndefined();
    replying = false;
    test.db.write((tx) =>
      insertRevision(
        tx,
        {
          id: newId<RevisionId>(9, random),
          messageId: path[6] as MessageId,
          text: '来週、京都に行く予定。',
          createdAtMs: 9,
        },
        tx.hlc(),
      ),
    );
    await summaries.settled();
    expect(lines()).toEqual([{ author: 'person', text: '来週、京都に行く予定。' }]);
  });

  it('a model that is busy is let go of when a reply is to be made', async () => {
    const hanging = createScriptedLlm({ scripts: [] });
    const asked = new Promise<void>((resolve) =>
      hanging.next(() => {
        resolve();
        return [{ hang: true }];
      }),
    );
    mind = hanging;
    want();
    const summaries = start();
    await asked;
    replying = true;
    summaries.standAside();
    await summaries.settled();
    expect(lines()).toBeUndefined();
  });
});
