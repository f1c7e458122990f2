import * as fs from 'node:fs';
import { assert, present } from '#shared/base/assert.ts';
import { seededRandom, type Random } from '#shared/base/random.ts';
import { MS_PER_DAY, type EpochMs } from '#shared/base/time.ts';
import { newId, type CharacterId, type ConversationId, type MessageId, type RevisionId } from '#shared/entities.ts';
import { indexRowTokens } from '../chat/search-store.ts';
import { USE_LITE_MODEL } from '../embedding/use-lite.ts';
import { openConnection, type Connection } from './connection.ts';
import { createLineMaker } from './generated-text.ts';
import { keyId, writeEnvelope } from './key-envelope.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { vaultPaths } from './vault-paths.ts';

export interface GenerateOptions {
  /** Becomes a vault folder; must hold no database yet. */
  readonly folder: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Default 1,000,000. */
  readonly messages?: number;
  /** Default 40. The first holds about a third of all messages, nearly all on one path. */
  readonly conversations?: number;
  readonly seed?: number;
  /** When the newest message was written. Default 2026-01-01. */
  readonly endMs?: EpochMs;
  readonly onProgress?: (made: number) => void;
}

export interface GeneratedConversation {
  readonly id: ConversationId;
  readonly characterId: CharacterId;
  readonly leafId: MessageId;
  readonly messages: number;
  /** Messages on the path to the leaf. */
  readonly pathLength: number;
}

/**
 * Makes a vault with a long life in it, the same for the same seed: Japanese and English, variants, branches, edits, deletions
 * and the search index. For benchmarks and tests; about two minutes for a million messages.
 */
export function generateDatabase(options: GenerateOptions): GeneratedConversation[] {
  const paths = vaultPaths(options.folder);
  fs.mkdirSync(paths.snapshots, { recursive: true, mode: 0o700 });
  assert(!fs.existsSync(paths.database), 'the folder has no database yet');
  writeEnvelope(paths.envelopes, {
    version: 1,
    revision: 1,
    state: 'made',
    keyId: keyId(options.key),
    passphrase: null,
  });

  const connection = openConnection({ file: paths.database, key: options.key, readOnly: false, cacheKib: 524_288 });
  // Nothing to lose yet: a crash means starting over.
  connection.pragma('journal_mode = OFF');
  connection.pragma('synchronous = OFF');
  const migrated = migrate(connection, { migrations: MIGRATIONS, now: START_MS, backUp: () => undefined });
  assert(migrated.kind === 'done', 'the schema could be made');

  // As of a person whose messages were all read for memories, words and vectors long ago: nothing waits to be done.
  const triggers = connection
    .prepare<[], { name: string; sql: string }>(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`)
    .all();
  for (const { name } of triggers) connection.exec(`DROP TRIGGER ${name}`);
  const made = fill(connection, options);
  for (const { sql } of triggers) connection.exec(sql);
  connection
    .prepare(
      `INSERT INTO embedding_model (name, dimensions, provider_id, provider_model, complete, message_cursor, memory_cursor)
       SELECT ?, ?, NULL, NULL, 1, MAX(seq), 0 FROM message`,
    )
    .run(USE_LITE_MODEL, USE_LITE_DIMENSIONS);
  connection.pragma('journal_mode = WAL');
  connection.close();
  return made;
}

const USE_LITE_DIMENSIONS = 512;
const DAYS = 1100;
const START_MS = Date.UTC(2022, 11, 28);
const DEVICE = '00000000generate';
const BATCH = 20_000;

interface Place {
  readonly id: MessageId;
  readonly depth: number;
  readonly jump: Place | null;
}

interface Growing {
  readonly id: ConversationId;
  readonly characterId: CharacterId;
  readonly english: boolean;
  readonly share: number;
  readonly variantShare: number;
  readonly forkShare: number;
  leaf: Place | null;
  before: Place | null;
  count: number;
  lastMs: EpochMs;
}

function fill(connection: Connection, options: GenerateOptions): GeneratedConversation[] {
  const total = options.messages ?? 1_000_000;
  const random = seededRandom(options.seed ?? 1);
  const endMs = options.endMs ?? START_MS + DAYS * MS_PER_DAY;
  const startMs = endMs - DAYS * MS_PER_DAY;
  const lines = createLineMaker(random);
  const insert = prepareInserts(connection);
  let counter = 0;
  const hlcAt = (atMs: EpochMs): string =>
    `${String(Math.floor(atMs)).padStart(15, '0')}-${(counter++ & 0xffff).toString(16).padStart(4, '0')}-${DEVICE}`;

  connection.exec('BEGIN');
  const growing = beginConversations(connection, options.conversations ?? 40, startMs, random, hlcAt);
  const add = (into: Growing, parent: Place | null, author: 'person' | 'character', atMs: EpochMs): Place => {
    const place: Place = {
      id: newId<MessageId>(atMs, random),
      depth: parent === null ? 0 : parent.depth + 1,
      jump: jumpOf(parent),
    };
    const text = into.english ? lines.en(author) : lines.ja(author);
    const hlc = hlcAt(atMs);
    const paid = author === 'character' && random() < 0.1;
    const deleted = random() < 0.004 ? hlc : null;
    const edited = random() < 0.01;
    const seq = insert.message.run(
      place.id,
      into.id,
      parent?.id ?? null,
      author,
      text,
      author === 'character' ? 'primary' : null,
      author === 'character' ? 'gpt-4o-mini' : null,
      paid ? 900 : null,
      paid ? 700 : null,
      paid ? 60 : null,
      paid ? 120 : null,
      edited ? 1 : 0,
      Math.floor(atMs),
      hlc,
      hlc,
      deleted,
      place.depth,
      place.jump?.id ?? null,
    ).lastInsertRowid;
    let newest = text;
    if (edited) {
      newest = into.english ? lines.en(author) : lines.ja(author);
      insert.revision.run(newId<RevisionId>(atMs, random), place.id, newest, Math.floor(atMs), hlc);
    }
    if (deleted === null) insert.index.run(seq, indexRowTokens(newest, into.id, into.characterId));
    into.count += 1;
    into.lastMs = atMs;
    return place;
  };

  let made = 0;
  const perMessageMs = (endMs - startMs) / total;
  while (made < total) {
    const into = chooseByShare(growing, random);
    const session = Math.min(total - made, 10 + Math.floor(random() * 50));
    if (into.leaf !== null && random() < into.forkShare && into.before !== null) into.leaf = into.before;
    for (let index = 0; index < session; index++) {
      const atMs = startMs + made * perMessageMs;
      const author = into.leaf === null || into.leaf.depth % 2 === 0 ? 'character' : 'person';
      const parent = into.leaf;
      into.leaf = add(into, parent, author, atMs);
      into.before = parent;
      made += 1;
      if (author === 'character' && made < total && random() < into.variantShare) {
        into.leaf = add(into, parent, author, atMs);
        made += 1;
        index += 1;
      }
      if (made % BATCH === 0) {
        connection.exec('COMMIT; BEGIN');
        options.onProgress?.(made);
      }
    }
  }
  const finish = connection.prepare('UPDATE conversation SET active_leaf_id = ?, last_message_at_ms = ? WHERE id = ?');
  const markRead = connection.prepare('INSERT INTO read_mark (conversation_id, read_hlc) VALUES (?, ?)');
  const local = connection.prepare('INSERT INTO local_state (key, value) VALUES (?, ?)');
  local.run('device_id', DEVICE);
  local.run('write_seq', String(made));
  const lastHlc = hlcAt(endMs);
  local.run('last_hlc', lastHlc);
  const used = growing.filter((each) => each.leaf !== null);
  for (const each of used) {
    finish.run(present(each.leaf, 'leaf').id, Math.floor(each.lastMs), each.id);
    markRead.run(each.id, lastHlc);
  }
  connection.exec('COMMIT');
  return used.map((each) => {
    const leaf = present(each.leaf, 'leaf');
    return {
      id: each.id,
      characterId: each.characterId,
      leafId: leaf.id,
      messages: each.count,
      pathLength: leaf.depth + 1,
    };
  });
}

function prepareInserts(connection: Connection) {
  return {
    message: connection.prepare(
      `INSERT INTO message (id, conversation_id, parent_id, author, kind, text, state, rung, model, prompt_tokens, cached_tokens,
        completion_tokens, cost_micro_usd, edited, created_at_ms, created_hlc, state_hlc, deleted_hlc, depth, jump_id)
       VALUES (?, ?, ?, ?, 'text', ?, 'complete', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    revision: connection.prepare(
      'INSERT INTO message_revision (id, message_id, text, created_at_ms, created_hlc) VALUES (?, ?, ?, ?, ?)',
    ),
    index: connection.prepare('INSERT INTO message_index (rowid, tokens) VALUES (?, ?)'),
  };
}

function beginConversations(
  connection: Connection,
  count: number,
  startMs: EpochMs,
  random: Random,
  hlcAt: (atMs: EpochMs) => string,
): Growing[] {
  const hlc = hlcAt(startMs);
  const insertCharacter = connection.prepare(
    `INSERT INTO character (id, built_in, name, nickname, gender, age, occupation, hobbies_json, tagline, identity_hlc, backstory,
      traits_json, persona_hlc, speech_json, speech_hlc, greetings_json, starters_json, greeting_hlc, avatar, look_hlc,
      relationship_level, relationship_hlc, created_at_ms)
     VALUES (?, ?, ?, '', ?, ?, '', '[]', '', ?, '', ?, ?, ?, ?, '[]', '[]', ?, ?, ?, 1, ?, ?)`,
  );
  const traits = JSON.stringify({ kindness: 50, humour: 50, seriousness: 50, activeness: 50, empathy: 50 });
  const characters = BUILT_IN.map(({ builtIn, name, gender, age, register }) => {
    const id = newId<CharacterId>(startMs, random);
    const speech = JSON.stringify({ register, firstPerson: '', endings: [], notes: '' });
    insertCharacter.run(id, builtIn, name, gender, age, hlc, traits, hlc, speech, hlc, hlc, builtIn, hlc, hlc, startMs);
    return id;
  });
  const insertConversation = connection.prepare(
    `INSERT INTO conversation (id, character_id, title, title_hlc, active_leaf_id, leaf_hlc, draft, draft_hlc, pinned, pinned_hlc,
      archived, archived_hlc, created_at_ms, last_message_at_ms) VALUES (?, ?, '', ?, NULL, ?, '', ?, 0, ?, 0, ?, ?, ?)`,
  );
  return Array.from({ length: count }, (_, index) => {
    const id = newId<ConversationId>(startMs, random);
    const characterId = present(characters[index % characters.length], 'character');
    insertConversation.run(id, characterId, hlc, hlc, hlc, hlc, hlc, startMs, startMs);
    const longest = index === 0;
    return {
      id,
      characterId,
      english: index % 4 === 3,
      share: longest ? 0.36 : (0.64 * 2 * (count - index)) / (count * (count - 1)),
      variantShare: longest ? 0.01 : 0.06,
      forkShare: longest ? 0 : 0.1,
      leaf: null,
      before: null,
      count: 0,
      lastMs: startMs,
    };
  });
}

const BUILT_IN = [
  { builtIn: 'akari', name: '灯里', gender: 'girlfriend', age: 24, register: 'casual' },
  { builtIn: 'mio', name: '澪', gender: 'girlfriend', age: 27, register: 'polite' },
  { builtIn: 'ren', name: '蓮', gender: 'boyfriend', age: 26, register: 'cool' },
  { builtIn: 'haruto', name: '陽斗', gender: 'boyfriend', age: 23, register: 'lively' },
] as const;

function chooseByShare(growing: readonly Growing[], random: Random): Growing {
  let left = random() * growing.reduce((sum, each) => sum + each.share, 0);
  for (const each of growing) {
    left -= each.share;
    if (left < 0) return each;
  }
  return present(growing[0], 'conversation');
}

/** The jump pointer of a child of `parent`, as message-store.ts makes it. */
function jumpOf(parent: Place | null): Place | null {
  if (parent === null) return null;
  const jump = parent.jump ?? parent;
  const farther = jump.jump ?? jump;
  return parent.depth - jump.depth === jump.depth - farther.depth ? farther : parent;
}
