import * as fs from 'node:fs';
import { present } from '#shared/base/assert.ts';
import { seededRandom, type Random } from '#shared/base/random.ts';
import { newId, type CharacterId, type ConversationId, type MemoryId, type MessageId } from '#shared/entities.ts';
import { openConnection, type Connection } from '../db/connection.ts';
import { createLineMaker } from '../db/generated-text.ts';
import { keyId, writeEnvelope } from '../db/key-envelope.ts';
import { migrate } from '../db/migrate.ts';
import { MIGRATIONS } from '../db/migrations.ts';
import { vaultPaths } from '../db/vault-paths.ts';
import { toBytes } from '../embedding/quantise.ts';

export interface LongLifeOptions {
  readonly folder: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly characters: number;
  readonly messagesEach: number;
  /** Of the first character. */
  readonly memories: number;
  /** The embedder's model, and vectors of real sentences: every other vector is a mixture of them. */
  readonly model: string;
  readonly pool: readonly Float32Array[];
  /** Where the memories' vectors are written as they were made, before they are stored in bytes: 32-bit floats, one after another. */
  readonly exactFile: string;
  readonly onProgress: (note: string) => void;
}

export interface LongLife {
  readonly characters: readonly { readonly characterId: CharacterId; readonly conversationId: ConversationId }[];
}

const START_MS = Date.UTC(2023, 0, 1);
const END_MS = Date.UTC(2026, 0, 1);
const BATCH = 20_000;

/**
 * Makes a vault of people who have talked a great deal, with a vector for everything. The texts are generated; the vectors are
 * mixtures of real ones (embedding a million texts would take hours), so their spread is that of sentences.
 */
export function generateLongLife(options: LongLifeOptions): LongLife {
  const paths = vaultPaths(options.folder);
  fs.mkdirSync(paths.snapshots, { recursive: true, mode: 0o700 });
  const envelope = { version: 1, revision: 1, state: 'made', keyId: keyId(options.key), passphrase: null } as const;
  writeEnvelope(paths.envelopes, envelope);
  const connection = openConnection({ file: paths.database, key: options.key, readOnly: false, cacheKib: 524_288 });
  connection.pragma('journal_mode = OFF');
  connection.pragma('synchronous = OFF');
  migrate(connection, { migrations: MIGRATIONS, now: START_MS, backUp: () => undefined });
  const restoreTriggers = dropTriggers(connection);

  const random = seededRandom(11);
  const maker = createMaker(connection, options, random);
  connection.exec('BEGIN');
  const characters = Array.from({ length: options.characters }, (_, index) => maker.character(index));
  for (const { characterId, conversationId } of characters) {
    maker.fill(options.messagesEach, 'message', characterId, conversationId);
    options.onProgress(`${options.messagesEach} messages of a character made`);
  }
  const [first] = characters;
  const exact = fs.openSync(options.exactFile, 'w');
  if (first !== undefined) {
    maker.fill(options.memories, 'memory', first.characterId, first.conversationId, (vector) =>
      fs.writeSync(exact, vector),
    );
  }
  fs.closeSync(exact);
  // What the triggers would have noted. Recall reads it when the file is opened first.
  for (const space of ['message', 'memory']) {
    connection.exec(`INSERT INTO recall_job (space, item_seq) SELECT '${space}', seq FROM ${space} ORDER BY seq`);
  }
  connection.exec('COMMIT');
  restoreTriggers();
  connection.exec('ANALYZE');
  connection.pragma('journal_mode = WAL');
  connection.close();
  return { characters };
}

/** A sentence's vector as another sentence might have it: three of the pool, weighed by chance. */
function mixture(pool: readonly Float32Array[], random: Random): Float32Array {
  const parts = [1, 0.6, 0.35].map((weight) => ({
    vector: present(pool[Math.floor(random() * pool.length)], 'vector'),
    weight: weight * (0.5 + random()),
  }));
  const sum = new Float32Array(parts[0]?.vector.length ?? 0);
  for (const { vector, weight } of parts) {
    for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] ?? 0) + weight * (vector[i] ?? 0);
  }
  let square = 0;
  for (const value of sum) square += value * value;
  return sum.map((value) => value / Math.sqrt(square));
}

function createMaker(connection: Connection, options: LongLifeOptions, random: Random) {
  const lines = createLineMaker(random);
  let counter = 0;
  const hlcAt = (atMs: number): string =>
    `${String(Math.floor(atMs)).padStart(15, '0')}-${(counter++ & 0xffff).toString(16).padStart(4, '0')}-0000000000bench1`;
  const modelId = Number(
    connection
      .prepare(
        `INSERT INTO embedding_model (name, dimensions, complete, message_cursor, memory_cursor) VALUES (?, ?, 1, ?, ?)`,
      )
      .run(options.model, options.pool[0]?.length ?? 0, options.characters * options.messagesEach, options.memories)
      .lastInsertRowid,
  );
  const insert = {
    character: connection.prepare(
      `INSERT INTO character (id, built_in, name, nickname, gender, age, occupation, hobbies_json, tagline, identity_hlc, backstory,
        traits_json, persona_hlc, speech_json, speech_hlc, greetings_json, starters_json, greeting_hlc, avatar, look_hlc,
        relationship_level, relationship_hlc, created_at_ms)
       VALUES (?, NULL, ?, '', 'girlfriend', 24, '', '[]', '', ?, '', ?, ?, ?, ?, '[]', '[]', ?, 'akari', ?, 1, ?, ?)`,
    ),
    conversation: connection.prepare(
      `INSERT INTO conversation (id, character_id, title, title_hlc, active_leaf_id, leaf_hlc, draft, draft_hlc, pinned, pinned_hlc,
        archived, archived_hlc, created_at_ms, last_message_at_ms) VALUES (?, ?, '', ?, NULL, ?, '', ?, 0, ?, 0, ?, ?, ?)`,
    ),
    leaf: connection.prepare('UPDATE conversation SET active_leaf_id = ? WHERE id = ?'),
    message: connection.prepare(
      `INSERT INTO message (id, conversation_id, parent_id, author, kind, text, state, created_at_ms, created_hlc, state_hlc, depth)
       VALUES (?, ?, ?, ?, 'text', ?, 'complete', ?, ?, ?, ?)`,
    ),
    memory: connection.prepare(
      `INSERT INTO memory (id, character_id, kind, text, subject, tags_json, origin, edited, told_at_ms, content_hlc, importance,
        importance_hlc, validity_hlc, term, term_hlc, pinned, pinned_hlc, created_at_ms, created_hlc)
       VALUES (?, ?, 'event', ?, 'person', '[]', 'rules', 0, ?, ?, ?, ?, ?, 'long', ?, 0, ?, ?, ?)`,
    ),
    partition: connection.prepare(
      'INSERT INTO embedding_partition (model_id, space, character_id, next_place) VALUES (?, ?, ?, ?)',
    ),
    vector: connection.prepare(
      'INSERT INTO embedding (place, space, item_seq, model_id, scale, vector) VALUES (?, ?, ?, ?, ?, ?)',
    ),
  };
  return {
    character(index: number) {
      const characterId = newId<CharacterId>(START_MS, random);
      const conversationId = newId<ConversationId>(START_MS, random);
      const hlc = hlcAt(START_MS);
      const traits = JSON.stringify({ kindness: 50, humour: 50, seriousness: 50, activeness: 50, empathy: 50 });
      const speech = JSON.stringify({ register: 'casual', firstPerson: '', endings: [], notes: '' });
      insert.character.run(characterId, `${index}`, hlc, traits, hlc, speech, hlc, hlc, hlc, hlc, START_MS);
      insert.conversation.run(conversationId, characterId, hlc, hlc, hlc, hlc, hlc, START_MS, END_MS);
      return { characterId, conversationId };
    },
    fill(
      count: number,
      space: 'message' | 'memory',
      characterId: CharacterId,
      conversationId: ConversationId,
      onVector: (vector: Float32Array) => void = () => undefined,
    ): void {
      const partition = Number(insert.partition.run(modelId, space, characterId, count).lastInsertRowid);
      let parent: MessageId | null = null;
      for (let index = 0; index < count; index += 1) {
        const atMs = Math.floor(START_MS + ((END_MS - START_MS) * index) / count);
        const author = index % 2 === 0 ? 'person' : 'character';
        const text = random() < 0.7 ? lines.ja(author) : lines.en(author);
        const hlc = hlcAt(atMs);
        let seq: number | bigint;
        if (space === 'message') {
          const id = newId<MessageId>(atMs, random);
          seq = insert.message.run(id, conversationId, parent, author, text, atMs, hlc, hlc, index).lastInsertRowid;
          parent = id;
        } else {
          const id = newId<MemoryId>(atMs, random);
          const stamps = [hlc, hlc, hlc, hlc];
          seq = insert.memory.run(id, characterId, text, atMs, hlc, random(), ...stamps, atMs, hlc).lastInsertRowid;
        }
        const vector = mixture(options.pool, random);
        onVector(vector);
        const { scale, bytes } = toBytes(vector);
        insert.vector.run(partition * 2 ** 32 + index, space, seq, modelId, scale, Buffer.from(bytes.buffer));
        if (index % BATCH === BATCH - 1) connection.exec('COMMIT; BEGIN');
      }
      if (parent !== null) insert.leaf.run(parent, conversationId);
    },
  };
}

/** What triggers note is written here in bulk, or not wanted. Answers with the way to put them back. */
function dropTriggers(connection: Connection): () => void {
  const triggers = connection
    .prepare<[], { name: string; sql: string }>(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`)
    .all();
  for (const { name } of triggers) connection.exec(`DROP TRIGGER ${name}`);
  return () => {
    for (const { sql } of triggers) connection.exec(sql);
  };
}
