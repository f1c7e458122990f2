import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '#shared/base/random.ts';
import type { LorebookId } from '#shared/entities.ts';
import { estimateTokens } from '#shared/llm/tokens.ts';
import { compileBook } from '#shared/lorebook/compile.ts';
import { EMPTY_LORE_BOOK, EMPTY_LORE_ENTRY } from '#shared/lorebook/entry.ts';
import { runScan } from '#shared/lorebook/scan.ts';
import { percentile, reportFigures, timeEach } from '../../e2e/bench-tools.ts';
import { createTestCore, sampleCharacter } from '../core-harness.ts';

// `npm run bench -- lorebook`: a file of 50 MB with 50,000 entries and 150,000 keys is imported while others call, and searched.
const ENTRIES = 50_000;
const TURNS = 100;
const MB = 1_000_000;

const random = seededRandom(7);
const KANA = [...'かきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろ山川海空花月日星'];
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const word = (from: readonly string[], least: number, more: number): string =>
  Array.from({ length: least + Math.floor(random() * more) }, () => from[Math.floor(random() * from.length)]).join('');

const keys = Array.from({ length: ENTRIES }, () => [word(KANA, 3, 4), word(KANA, 3, 4), word(LETTERS, 5, 6)]);
const file = Buffer.from(
  JSON.stringify({
    name: 'A world',
    recursive_scanning: true,
    scan_depth: 10,
    entries: Object.fromEntries(
      keys.map((key, uid) => [
        uid,
        { uid, key, comment: key[0], content: `${key[0]}は${word(KANA, 300, 20)}。`, order: uid % 300 },
      ]),
    ),
  }),
);

const test = await createTestCore();
const { client } = test;
const { characterId } = await client.characters.create(sampleCharacter);

const delay = monitorEventLoopDelay({ resolution: 5 });
const calls: number[] = [];
delay.enable();
let begin = performance.now();
const importing = importBook();
let done = false;
void importing.finally(() => (done = true));
while (!done) {
  calls.push(...(await timeEach([null], () => client.characters.list({}))));
  await pause(20);
}
const lorebookId = await importing;
const importMs = performance.now() - begin;
delay.disable();

begin = performance.now();
await client.lorebook.test({ characterId, lorebookId, text: 'first' });
const firstMs = performance.now() - begin;

const turns = Array.from({ length: TURNS }, () =>
  Array.from({ length: 10 }, () =>
    Array.from({ length: 40 }, () =>
      random() < 0.02 ? (keys[Math.floor(random() * ENTRIES)]?.[0] ?? '') : word(KANA, 2, 5),
    ).join('、'),
  ).join('\n\n'),
);
const inside: number[] = [];
const whole = await timeEach(turns, async (text) => {
  const { tookMs } = await client.lorebook.test({ characterId, lorebookId, text });
  inside.push(tookMs);
});

// What the search itself costs, whatever else this machine does: the time this thread was on a processor.
const book = compileBook(
  'book',
  { ...EMPTY_LORE_BOOK, recursive: true, scanDepth: 10 },
  keys.map((key, uid) => ({
    id: String(uid),
    fields: { ...EMPTY_LORE_ENTRY, keys: key, content: `${key[0]}は${word(KANA, 300, 20)}。`, order: uid % 300 },
  })),
  { char: 'A', user: 'B' },
);
const busy = turns.map((text) => {
  const before = process.threadCpuUsage();
  runScan(
    {
      books: [book],
      messages: text.split('\n\n').reverse(),
      messageCount: 10,
      replyCount: 5,
      greeting: null,
      firedAt: new Map(),
      budget: 2000,
      countTokens: estimateTokens,
      random,
      seed: 1,
    },
    () => [],
  );
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
});

reportFigures('lorebook', [
  { key: 'fileMb', label: 'file, MB', value: file.length / MB, atLeast: 50 },
  { key: 'importSeconds', label: 'import, s', value: importMs / 1000 },
  { key: 'importStallMs', label: 'longest stall of the core meanwhile, ms', value: delay.max / 1e6 },
  { key: 'importCallP99Ms', label: 'another call meanwhile p99, ms', value: percentile(calls, 0.99) },
  { key: 'firstScanMs', label: 'first search, with reading the book, ms', value: firstMs },
  { key: 'scanP50Ms', label: 'search of a turn p50, ms', value: percentile(inside, 0.5) },
  { key: 'scanP95Ms', label: 'search of a turn p95, ms', value: percentile(inside, 0.95), budget: 20 },
  {
    key: 'scanBusyP95Ms',
    label: 'processor time of such a search p95, ms',
    value: percentile(busy, 0.95),
    budget: 20,
  },
  { key: 'scanCallP95Ms', label: 'search of a turn, asked over the contract p95, ms', value: percentile(whole, 0.95) },
]);
await test.close();

async function importBook(): Promise<LorebookId> {
  const begun = await client.lorebook.beginImport({ name: 'world.json', sizeBytes: file.length });
  if (begun.kind !== 'ready') throw new Error(begun.kind);
  const { importId, chunkBytes } = begun;
  for (let at = 0; at < file.length; at += chunkBytes) {
    await client.lorebook.importChunk({ importId, base64: file.subarray(at, at + chunkBytes).toString('base64') });
  }
  const finished = await client.lorebook.finishImport({ importId, characterId });
  if (finished.kind !== 'imported') throw new Error(finished.kind);
  return finished.lorebookId;
}
