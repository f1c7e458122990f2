import { seededRandom } from '#shared/base/random.ts';
import type { EpochMs } from '#shared/base/time.ts';
import type { CharacterFields } from '#shared/characters/contract.ts';
import { newId, type CharacterId, type ConversationId, type MessageId } from '#shared/entities.ts';
import type { ExtractedMemory } from '#shared/memory/extract/extracted-memory.ts';
import { insertCharacter } from '../characters/character-store.ts';
import { insertConversation } from '../chat/conversation-store.ts';
import { insertMessage } from '../chat/message-store.ts';
import type { Db, Row } from '../db/db.ts';
import { sql } from '../db/sql.ts';
import { makeTestFolder, TEST_NOW, type TestFolder } from '../db/vault-harness.ts';
import { ingest, type IngestDeps } from './ingest.ts';
import { MEMORY_COLUMNS, memoryFromRow, type StoredMemory } from './memory-store.ts';
import { findSaid, type Said } from './said-store.ts';

/** A character, a conversation and an empty memory on a real file. */
export interface MemoryFolder {
  readonly test: TestFolder;
  readonly db: Db;
  readonly characterId: CharacterId;
  readonly conversationId: ConversationId;
  readonly deps: IngestDeps;
  /** Adds a message, one minute after the last unless told otherwise. */
  say(text: string, author?: 'person' | 'character', atMs?: EpochMs): Said;
  /** Brings memory in line with what was found in these messages. */
  ingest(messages: readonly Said[], found: readonly ExtractedMemory[]): void;
  living(): StoredMemory[];
  /** Closes the file and leaves the folder. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

export async function makeMemoryFolder(): Promise<MemoryFolder> {
  const test = makeTestFolder();
  const vault = await test.open();
  const { db } = vault;
  const random = seededRandom(5);
  const characterId = newId<CharacterId>(TEST_NOW, random);
  const conversationId = newId<ConversationId>(TEST_NOW, random);
  db.write((tx) => {
    const hlc = tx.hlc();
    insertCharacter(tx, { ...CHARACTER, id: characterId, builtIn: null, createdAtMs: TEST_NOW }, hlc);
    insertConversation(tx, { id: conversationId, characterId, createdAtMs: TEST_NOW }, hlc);
  });
  let parentId: MessageId | null = null;
  let nowMs = TEST_NOW;
  const deps: IngestDeps = { nowMs: TEST_NOW, random, utcOffset: () => 540 };
  return {
    test,
    db,
    characterId,
    conversationId,
    deps,
    say(text, author = 'person', atMs = nowMs) {
      nowMs = atMs + 60_000;
      const id = newId<MessageId>(atMs, random);
      const shape = { kind: 'text', state: 'complete', expression: null, rung: null, model: null } as const;
      const parent = parentId;
      db.write((tx) =>
        insertMessage(
          tx,
          { ...shape, id, conversationId, parentId: parent, author, text, createdAtMs: atMs },
          tx.hlc(),
        ),
      );
      parentId = id;
      const said = db.read((tx) => findSaid(tx, id));
      if (!said) throw new Error('the message is not there');
      return said;
    },
    ingest(messages, found) {
      db.write((tx) => ingest(tx, deps, messages, found, 'rules'));
    },
    living: () =>
      db.read((tx) =>
        tx
          .all(sql`SELECT ${MEMORY_COLUMNS} FROM memory WHERE deleted_hlc IS NULL ORDER BY told_at_ms, text`)
          .map((row: Row) => memoryFromRow(row)),
      ),
    leave: () => vault.close(),
    close: () => test.remove(),
  };
}

/** A memory that quotes all of a message. */
export function foundIn(said: Said, memory: Partial<ExtractedMemory> & { readonly text: string }): ExtractedMemory {
  return {
    kind: 'fact',
    subject: 'person',
    importance: 0.6,
    emotion: null,
    tags: [],
    attribute: null,
    validFromMs: null,
    validToMs: null,
    sources: [{ messageId: said.id, start: 0, end: said.text.length }],
    ...memory,
  };
}

const CHARACTER: CharacterFields = {
  name: '試験 花',
  nickname: 'はな',
  gender: 'girlfriend',
  age: 25,
  occupation: '司書',
  hobbies: [],
  backstory: '',
  traits: { kindness: 70, humour: 50, seriousness: 50, activeness: 50, empathy: 70 },
  speech: { register: 'casual', firstPerson: 'わたし', endings: [], notes: '' },
  greetings: [],
  starters: [],
  tagline: '',
  avatar: 'akari',
  relationshipLevel: 3,
};
