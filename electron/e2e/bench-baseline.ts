import { rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { openConnection } from '#core/db/connection.ts';
import type { GeneratedConversation } from '#core/db/generate-database.ts';
import { seededRandom } from '#shared/base/random.ts';
import { percentile, timeEach } from './bench-tools.ts';
import { SEARCHES, type CoreFigures } from './bench-core.ts';

const OPENINGS = 300;
const SENDS = 1000;

/**
 * The same messages in a bare better-sqlite3 file: no encryption, one flat table, one index, LIKE for a search, each message
 * one synchronous transaction. What a quick program would do, as a yardstick.
 */
export async function benchBaseline(
  source: { readonly file: string; readonly keyHex: string },
  conversations: readonly GeneratedConversation[],
): Promise<CoreFigures> {
  const file = path.join(path.dirname(source.file), 'bare.sqlite');
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  copyBare(source, file);

  const begin = performance.now();
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.prepare('SELECT conversation_id, MAX(id) FROM message GROUP BY conversation_id').all();
  const coreReadyMs = performance.now() - begin;

  const random = seededRandom(3);
  const any = (): string => conversations[Math.floor(random() * conversations.length)]?.id ?? '';
  const newest = database.prepare('SELECT * FROM message WHERE conversation_id = ? ORDER BY id DESC LIMIT 50');
  const opened = await timeEach(Array.from({ length: OPENINGS }, any), (id) => newest.all(id));
  const before = database.prepare(
    'SELECT * FROM message WHERE conversation_id = ? AND id < ? ORDER BY id DESC LIMIT 50',
  );
  const total = conversations.reduce((sum, { messages }) => sum + messages, 0);
  const pages = Array.from({ length: OPENINGS }, () => ({ id: any(), before: Math.floor(random() * total) }));
  const pagedUp = await timeEach(pages, (page) => before.all(page.id, page.before));
  const find = database.prepare('SELECT * FROM message WHERE text LIKE ? ORDER BY id DESC LIMIT 30');
  const searched = await timeEach(SEARCHES, (text) => find.all(`%${text}%`));
  const insert = database.prepare(
    'INSERT INTO message (conversation_id, author, text, created_at_ms) VALUES (?, ?, ?, ?)',
  );
  const sends = Array.from({ length: SENDS }, any);
  const sent = await timeEach(sends, (id) =>
    insert.run(id, 'person', '今日は仕事でへとへとだったけど、帰り道の月がきれいだったよ。', Date.now()),
  );
  database.close();
  return {
    coreReadyMs,
    openP95Ms: percentile(opened, 0.95),
    pageUpP95Ms: percentile(pagedUp, 0.95),
    searchP95Ms: percentile(searched, 0.95),
    sendP99Ms: percentile(sent, 0.99),
  };
}

function copyBare(source: { readonly file: string; readonly keyHex: string }, file: string): void {
  const bare = new Database(file);
  bare.exec(`CREATE TABLE message (
    id INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL, created_at_ms INTEGER NOT NULL
  ) STRICT`);
  bare.close();
  const encrypted = openConnection({
    file: source.file,
    key: Buffer.from(source.keyHex, 'hex'),
    readOnly: false,
    cacheKib: 262_144,
  });
  encrypted.exec(`ATTACH DATABASE '${file}' AS bare KEY ''`);
  encrypted.exec('INSERT INTO bare.message SELECT seq, conversation_id, author, text, created_at_ms FROM main.message');
  encrypted.exec('CREATE INDEX bare.message_by_conversation ON message (conversation_id, id)');
  encrypted.close();
}
