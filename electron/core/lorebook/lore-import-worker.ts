import { LORE_LIMITS, type LoreBookFields, type LoreExtras } from '#shared/lorebook/entry.ts';
import { readLorebook, type ReadEntry } from '#shared/lorebook/world-info.ts';
import { serveJobs } from '../worker-serve.ts';

export type LoreImportJob =
  /** The next bytes of the file. Answers with null. */
  | { readonly kind: 'add'; readonly bytes: Uint8Array }
  /** Reads the whole file. Answers with a ReadFile. */
  | { readonly kind: 'read' }
  /** The next entries, about so many units of text. Answers with LoreBatch. */
  | { readonly kind: 'take'; readonly units: number };

export type ReadFile =
  | {
      readonly kind: 'book';
      readonly fields: LoreBookFields;
      readonly extras: LoreExtras;
      readonly entryCount: number;
    }
  | { readonly kind: 'not_json' | 'not_a_lorebook' | 'no_entries' }
  | { readonly kind: 'too_many'; readonly entryCount: number; readonly limit: number };

export interface LoreBatch {
  readonly entries: readonly ReadEntry[];
  readonly skipped: number;
  readonly done: boolean;
}

/** As many rows as one transaction writes without being felt. */
const MAX_ROWS = 60;

const parts: Uint8Array[] = [];
let entries: Iterator<ReadEntry | null> | undefined;

serveJobs<LoreImportJob>(
  (job) => {
    switch (job.kind) {
      case 'add':
        parts.push(job.bytes);
        return null;
      case 'read':
        return read();
      case 'take':
        return take(job.units);
    }
  },
  () => undefined,
);

function read(): ReadFile {
  let json: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts.splice(0)));
    json = JSON.parse(text);
  } catch {
    return { kind: 'not_json' };
  }
  const book = readLorebook(json);
  if (book === null) return { kind: 'not_a_lorebook' };
  if (book.count === 0) return { kind: 'no_entries' };
  if (book.count > LORE_LIMITS.entries) return { kind: 'too_many', entryCount: book.count, limit: LORE_LIMITS.entries };
  entries = book.entries()[Symbol.iterator]();
  return { kind: 'book', fields: book.fields, extras: book.extras, entryCount: book.count };
}

function take(units: number): LoreBatch {
  const taken: ReadEntry[] = [];
  let skipped = 0;
  let held = 0;
  while (taken.length < MAX_ROWS && held < units) {
    const next = entries?.next();
    if (next === undefined || next.done === true) return { entries: taken, skipped, done: true };
    if (next.value === null) {
      skipped += 1;
      continue;
    }
    taken.push(next.value);
    held += next.value.fields.content.length;
  }
  return { entries: taken, skipped, done: false };
}
