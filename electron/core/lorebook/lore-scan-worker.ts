import { workerData } from 'node:worker_threads';
import { present } from '#shared/base/assert.ts';
import { seededRandom } from '#shared/base/random.ts';
import type { Names } from '#shared/chat/prompt-text.ts';
import type { LorebookId, LoreEntryId } from '#shared/entities.ts';
import { estimateTokens } from '#shared/llm/tokens.ts';
import { compileBook, type CompiledBook, type LoreEntry } from '#shared/lorebook/compile.ts';
import type { RegexAnswer, RegexQuestion } from '#shared/lorebook/hits.ts';
import { scan, type FiredBy, type HeldReason, type ScanResult } from '#shared/lorebook/scan.ts';
import { isTimed } from '#shared/lorebook/timed.ts';
import type { LorePosition, LoreRole } from '#shared/lorebook/entry.ts';
import { openThreadReader, type ReaderData } from '../db/thread-reader.ts';
import { serveJobs } from '../worker-serve.ts';
import { entriesAfter, findBook } from './lorebook-store.ts';

export interface LoreScan {
  readonly bookIds: readonly LorebookId[];
  readonly names: Names;
  /** The newest first. */
  readonly messages: readonly string[];
  readonly messageCount: number;
  readonly replyCount: number;
  readonly greeting: number | null;
  readonly firedAt: ReadonlyMap<string, number>;
  readonly budget: number;
  /** Of the dice; null: they always fall well. */
  readonly dice: number | null;
  readonly seed: number;
}

export interface FiredLore {
  readonly entryId: LoreEntryId;
  readonly lorebookId: LorebookId;
  readonly title: string;
  readonly by: FiredBy;
  readonly step: number;
  readonly tokens: number;
  readonly position: LorePosition;
  readonly depth: number;
  /** `depth` counts from the oldest message. */
  readonly fromOldest: boolean;
  readonly role: LoreRole;
  readonly probability: number;
  readonly group: string;
  readonly text: string;
  /** Whether it matters later that it fired. */
  readonly timed: boolean;
}

export interface HeldLore {
  readonly entryId: LoreEntryId;
  readonly lorebookId: LorebookId;
  readonly title: string;
  readonly reason: HeldReason;
  readonly by: FiredBy | null;
}

export interface ScannedLore {
  readonly kind: 'done';
  readonly fired: readonly FiredLore[];
  /** The first hundred. */
  readonly held: readonly HeldLore[];
  readonly tokens: number;
  readonly entryCount: number;
  /** Without the time it took to read the books. */
  readonly tookMs: number;
}

export type LoreScanStep =
  | ScannedLore
  /** Regular expressions to be answered before it goes on. */
  | { readonly kind: 'ask'; readonly scanId: number; readonly questions: readonly RegexQuestion[] };

export type LoreScanJob =
  /** Both answer with a LoreScanStep. */
  | { readonly kind: 'begin'; readonly scan: LoreScan }
  | { readonly kind: 'go'; readonly scanId: number; readonly answers: readonly RegexAnswer[] }
  /** Reads books before they are needed. Answers with null. */
  | { readonly kind: 'warm'; readonly bookIds: readonly LorebookId[]; readonly names: Names };

interface Shelved {
  readonly revision: number;
  readonly names: string;
  readonly book: CompiledBook;
}

interface Scanning {
  readonly steps: ReturnType<typeof scan>;
  readonly books: readonly CompiledBook[];
  tookMs: number;
}

const PAGE_ROWS = 500;
/** The most units of text in books kept ready; those not used for longest make room. */
const MAX_UNITS = 100_000_000;
/** Scans that wait for an answer; one whose asker is gone gives way. */
const MAX_WAITING = 8;

const reader = openThreadReader(workerData as ReaderData);
/** Book id → the book, the last used last. */
const shelf = new Map<LorebookId, Shelved>();
const waiting = new Map<number, Scanning>();
let nextScan = 1;

serveJobs<LoreScanJob>(
  (job) => {
    switch (job.kind) {
      case 'warm':
        readBooks(job.bookIds, job.names);
        return null;
      case 'begin': {
        const { bookIds, names, dice, ...rest } = job.scan;
        const books = readBooks(bookIds, names);
        // A die of 0 passes every probability above 0.
        const random = dice === null ? () => 0 : seededRandom(dice);
        const steps = scan({ ...rest, books, countTokens: estimateTokens, random });
        return proceed({ steps, books, tookMs: 0 }, (scanning) => scanning.steps.next([]));
      }
      case 'go': {
        const scanning = present(waiting.get(job.scanId), 'a scan that waits');
        waiting.delete(job.scanId);
        return proceed(scanning, ({ steps }) => steps.next(job.answers));
      }
    }
  },
  () => reader.close(),
);

function proceed(
  scanning: Scanning,
  next: (scanning: Scanning) => IteratorResult<readonly RegexQuestion[], ScanResult>,
): LoreScanStep {
  const before = performance.now();
  const turn = next(scanning);
  scanning.tookMs += performance.now() - before;
  if (turn.done) return describe(turn.value, scanning);
  const scanId = nextScan;
  nextScan += 1;
  const [oldest] = waiting.keys();
  if (waiting.size >= MAX_WAITING && oldest !== undefined) waiting.delete(oldest);
  waiting.set(scanId, scanning);
  return { kind: 'ask', scanId, questions: turn.value };
}

function describe(result: ScanResult, { books, tookMs }: Scanning): ScannedLore {
  const bookId = (place: number): LorebookId => present(books[place], 'a book').id as LorebookId;
  return {
    kind: 'done',
    fired: result.fired.map(({ book, entry, by, step, tokens, text }) => ({
      entryId: entry.id as LoreEntryId,
      lorebookId: bookId(book),
      title: entry.fields.title,
      by,
      step,
      tokens,
      position: entry.fields.position,
      depth: entry.decorators.reverseDepth ?? entry.fields.depth,
      fromOldest:
        entry.decorators.reverseDepth !== null && entry.decorators.depth === null && entry.decorators.position === null,
      role: entry.fields.role,
      probability: entry.fields.probability,
      group: entry.fields.group,
      text,
      timed: isTimed(entry) && by.kind !== 'sticky',
    })),
    held: result.held.slice(0, 100).map(({ book, entry, reason, by }) => ({
      entryId: entry.id as LoreEntryId,
      lorebookId: bookId(book),
      title: entry.fields.title,
      reason,
      by,
    })),
    tokens: result.tokens,
    entryCount: books.reduce((sum, book) => sum + book.entries.length, 0),
    tookMs,
  };
}

function readBooks(ids: readonly LorebookId[], names: Names): CompiledBook[] {
  const called = JSON.stringify(names);
  return ids.flatMap((id) => {
    const stored = findBook(reader, id);
    const known = shelf.get(id);
    shelf.delete(id);
    if (stored === undefined) return [];
    const fresh = known?.revision === stored.revision && known.names === called;
    const shelved = fresh
      ? known
      : { revision: stored.revision, names: called, book: compileBook(id, stored, entriesOf(id), names) };
    shelf.set(id, shelved);
    makeRoom(ids);
    return [shelved.book];
  });
}

function* entriesOf(id: LorebookId): Generator<LoreEntry> {
  let last = 0;
  for (;;) {
    const page = entriesAfter(reader, id, last, PAGE_ROWS);
    for (const { seq, entry } of page) {
      last = seq;
      const { id: entryId, lorebookId: _book, ...fields } = entry;
      yield { id: entryId, fields };
    }
    if (page.length < PAGE_ROWS) return;
  }
}

function makeRoom(needed: readonly LorebookId[]): void {
  const unitsOf = ({ book }: Shelved): number => book.entries.reduce((sum, entry) => sum + entry.text.length, 0);
  let units = 0;
  for (const [id, shelved] of [...shelf].reverse()) {
    units += unitsOf(shelved);
    if (units > MAX_UNITS && !needed.includes(id)) shelf.delete(id);
  }
}
