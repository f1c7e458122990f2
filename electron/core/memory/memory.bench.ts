import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { percentile, reportFigures, timeEach } from '../../e2e/bench-tools.ts';
import { seededRandom } from '#shared/base/random.ts';
import { fakeDeps } from '../core-harness.ts';
import { createLineMaker } from '../db/generated-text.ts';
import { MIGRATIONS } from '../db/migrations.ts';
import { openVault, type Vault } from '../db/vault.ts';
import { createEmbedding, type Embedding } from '../embedding/embedding.ts';
import { openEmbeddingTest } from '../embedding/embedding-harness.ts';
import { openUseLite } from '../embedding/use-lite.ts';
import { createSettings } from '../settings/settings.ts';
import { createRecall, type OwnedRecall } from './recall.ts';
import { generateLongLife, type LongLife } from './memory-bench-harness.ts';

// `npm run bench -- memory`: how long it takes to remember. 100,000 memories of one character, and a million messages of ten;
// texts are embedded by the bundled embedder as they are asked for. `--messages N` and `--memories N` make a smaller life.
const MESSAGES = Number(flag('--messages') ?? 1_000_000);
const MEMORIES = Number(flag('--memories') ?? 100_000);
const CHARACTERS = 10;
const POOL = 1500;
const QUERIES = 200;
const EXACT_QUERIES = 60;
const EMBEDDED = 1200;
const KEY = createHash('sha256').update('a key for a life that nobody led').digest();

const throughput = await benchEmbedding();
const { folder, life, queries } = await prepare();
const vault = await openVault({
  ...fakeDeps(folder),
  longWorkDelayMs: 1_000_000_000,
  keySource: {
    kind: 'key-file',
    load: () => Promise.resolve(new Uint8Array(KEY)),
    save: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  },
});
const { embedding, recall } = openRecall(vault);
embedding.start();
await embedding.settled();
let begin = performance.now();
recall.start();
await recall.settled();
const readMs = performance.now() - begin;
if (readMs > 10_000) console.log(`recall has read everything, in ${Math.round(readMs / 1000)} s`);
// The embedder's thread reads its model with the first text, and the dictionary with the first Japanese one.
await embedding.embedder().embed(['warm', '温かい']);

// The first character has talked and is remembered; a million messages are those of all ten.
begin = performance.now();
await ask(0, queries[0] ?? '');
const coldMs = performance.now() - begin;
for (const index of life.characters.keys()) await ask(index, queries[index] ?? '');
const vectorsAlone = await timeEach(queries, (text) => nearest(text, 0, 'memory', 10));
const ofMemories = await timeEach(queries, (text) => ask(0, text));
const ofAll = await timeEach([...queries.entries()], ([index, text]) => ask(index % life.characters.length, text));
const overlap = await overlapWithExact();
await recall.close();
await embedding.close();
await vault.close();

reportFigures('memory', [
  {
    key: 'recallP95Ms',
    label: `recall: ${MEMORIES} memories and ${MESSAGES / CHARACTERS} messages, p95 (ms)`,
    value: percentile(ofMemories, 0.95),
    budget: 25,
  },
  { key: 'recallP50Ms', label: 'the same, median (ms)', value: percentile(ofMemories, 0.5) },
  { key: 'vectorRecallP95Ms', label: 'the same by meaning alone, p95 (ms)', value: percentile(vectorsAlone, 0.95) },
  { key: 'overlapAt10', label: 'of the exact ten nearest, found', value: overlap, atLeast: 0.95 },
  {
    key: 'millionRecallP95Ms',
    label: `recall: ${MESSAGES} messages of ${CHARACTERS} in turn, p95 (ms)`,
    value: percentile(ofAll, 0.95),
    budget: 50,
  },
  { key: 'firstRecallMs', label: 'the first recall of a character (ms)', value: coldMs },
  { key: 'embedPerSecond', label: 'messages embedded a second', value: throughput.perSecond, atLeast: 30 },
  { key: 'embedStallP99Ms', label: 'core held up meanwhile p99 (ms)', value: throughput.stallP99Ms, budget: 16 },
  {
    key: 'embedWriteP99Ms',
    label: 'a reply’s words saved meanwhile p99 (ms)',
    value: throughput.writeP99Ms,
    budget: 50,
  },
]);

/** The whole way, as a reply asks: from a text to what is given to it. */
async function ask(index: number, text: string): Promise<void> {
  const { characterId, conversationId } = person(index);
  const request = {
    characterId,
    conversationId,
    text,
    previousText: '',
    atMs: Date.now(),
    tokenBudget: 600,
    limit: 12,
  };
  const { items } = await recall.recall(request, new AbortController().signal);
  if (items.length === 0) throw new Error('nothing was recalled');
}

/** By meaning alone, from a text to ids. */
async function nearest(text: string, index: number, space: 'message' | 'memory', limit: number): Promise<string[]> {
  const embedder = embedding.embedder();
  const [vector = new Float32Array()] = await embedder.embed([text]);
  const query = { characterId: person(index).characterId, space, vector, model: embedder.model, limit };
  return (await embedding.index.search(query)).map(({ id }) => id);
}

/** Of the ten nearest by exact arithmetic on the vectors as they were made: the share that is among the ten found. */
async function overlapWithExact(): Promise<number> {
  const bytes = readFileSync(path.join(folder, 'exact.f32'));
  const exact = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const embedder = embedding.embedder();
  const ids = vault.db
    .read((tx) => tx.all({ text: 'SELECT id FROM memory ORDER BY seq', values: [] }))
    .map((row) => row['id']);
  let shared = 0;
  const asked = queries.slice(0, EXACT_QUERIES);
  for (const text of asked) {
    const [vector = new Float32Array()] = await embedder.embed([text]);
    const found = new Set(await nearest(text, 0, 'memory', 10));
    shared += nearestRows(exact, vector, 10).filter((row) => found.has(String(ids[row]))).length;
  }
  return shared / (10 * asked.length);
}

function nearestRows(matrix: Float32Array, query: Float32Array, limit: number): number[] {
  const size = query.length;
  const cosines = new Float64Array(matrix.length / size);
  for (let row = 0; row < cosines.length; row += 1) {
    let sum = 0;
    for (let i = 0; i < size; i += 1) sum += (matrix[row * size + i] ?? 0) * (query[i] ?? 0);
    cosines[row] = sum;
  }
  const border = Float64Array.from(cosines).sort().at(-limit) ?? 0;
  return [...cosines.keys()].filter((row) => (cosines[row] ?? 0) >= border).slice(0, limit);
}

/** Messages as they are written get their vectors, while a reply is being written: how fast, and who waits for it. */
async function benchEmbedding() {
  const made = await openEmbeddingTest({ embedder: () => openUseLite() });
  const lines = createLineMaker(seededRandom(5));
  // The first text waits for the model and the dictionary to be read: once a start, and not a rate.
  made.say(lines.ja('person'));
  made.embedding.start();
  await made.embedding.settled();
  await made.embedding.settled();
  await made.embedding.settled();
  for (let index = 0; index < EMBEDDED; index += 1) made.say(index % 3 === 0 ? lines.en('person') : lines.ja('person'));

  const delay = monitorEventLoopDelay({ resolution: 2 });
  delay.enable();
  const writes: number[] = [];
  const writing = setInterval(() => {
    const at = performance.now();
    made.vault.db.write((tx) =>
      tx.runDerived({ text: `UPDATE local_state SET value = 'words' WHERE key = 'none'`, values: [] }),
    );
    writes.push(performance.now() - at);
  }, 40);
  const begin = performance.now();
  await made.embedding.settled();
  const seconds = (performance.now() - begin) / 1000;
  clearInterval(writing);
  delay.disable();
  const { waiting } = made.vault.db.read(made.embedding.status);
  if (waiting > 0) throw new Error(`${waiting} of ${EMBEDDED} messages have no vector`);
  await made.close();
  await made.folder.remove();
  console.log(`${EMBEDDED} messages embedded in ${seconds.toFixed(1)} s`);
  return {
    perSecond: EMBEDDED / seconds,
    stallP99Ms: delay.percentile(99) / 1e6 - 2,
    writeP99Ms: percentile(writes, 0.99),
  };
}

/** The generated life, kept from run to run as long as what makes it has not changed. */
async function prepare() {
  const makers = ['memory-bench-harness.ts', '../db/generated-text.ts'].map((file) =>
    readFileSync(path.join(import.meta.dirname, file), 'utf8'),
  );
  const embedder = openUseLite();
  const version = createHash('sha256')
    .update(JSON.stringify([makers, MIGRATIONS, MESSAGES, MEMORIES, embedder.model]))
    .digest('hex')
    .slice(0, 12);
  const made = path.join(import.meta.dirname, '../../../.data/bench', `memory-${version}`);
  const listFile = path.join(made, 'life.json');
  const lines = createLineMaker(seededRandom(21));
  const line = (_: unknown, index: number): string => (index % 3 === 0 ? lines.en('person') : lines.ja('person'));
  const poolTexts = Array.from({ length: POOL }, line);
  const asked = Array.from({ length: QUERIES }, line).map((text) => text.slice(0, 60));
  if (!existsSync(listFile)) {
    for (const old of existsSync(path.dirname(made)) ? readdirSync(path.dirname(made)) : []) {
      if (old.startsWith('memory-')) rmSync(path.join(path.dirname(made), old), { recursive: true, force: true });
    }
    mkdirSync(made, { recursive: true });
    const pool = await embedder.embed(poolTexts);
    const life = generateLongLife({
      folder: made,
      key: new Uint8Array(KEY),
      characters: CHARACTERS,
      messagesEach: Math.ceil(MESSAGES / CHARACTERS),
      memories: MEMORIES,
      model: embedder.model,
      pool,
      exactFile: path.join(made, 'exact.f32'),
      onProgress: (note) => console.log(note),
    });
    writeFileSync(listFile, JSON.stringify(life));
  }
  await embedder.close();
  return { folder: made, life: JSON.parse(readFileSync(listFile, 'utf8')) as LongLife, queries: asked };
}

function openRecall(opened: Vault): { readonly embedding: Embedding; readonly recall: OwnedRecall } {
  const { db } = opened;
  const deps = { ...fakeDeps(folder), clock: Date.now };
  const settings = createSettings({
    ...deps,
    db,
    probe: { tryOut: () => Promise.reject(new Error('nobody asks')), listModels: () => Promise.resolve([]) },
  });
  const made = createEmbedding({ ...deps, db, vault: opened, settings });
  return {
    embedding: made,
    recall: createRecall({
      ...deps,
      db,
      lend: opened.lend,
      embedding: made,
      namesOf: () => ['灯里'],
      personName: () => '',
    }),
  };
}

function person(index: number): LongLife['characters'][number] {
  const found = life.characters[index];
  if (found === undefined) throw new Error('no such character');
  return found;
}

function flag(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}
