import { workerData } from 'node:worker_threads';
import type { CharacterId } from '#shared/entities.ts';
import { createCorpus, type Corpus } from '#shared/memory/recall/corpus.ts';
import type { Question } from '#shared/memory/recall/question.ts';
import { candidates, lexicalParts, lexicalScores, sumOf, type Lexical } from '#shared/memory/recall/rank.ts';
import { readTurn } from '#shared/memory/recall/turn-facts.ts';
import { openThreadReader, type ReaderData } from '../db/thread-reader.ts';
import { serveJobs } from '../worker-serve.ts';
import { entriesAfter, nextJobs, type ReadItem, type RecallEntry, type RecallSpace } from './recall-entry-store.ts';
import { packParts, type Answer } from './recall-answer.ts';
import { openRecallWords } from './recall-words.ts';

export type RecallJobRequest =
  /** Reads texts that wait. Answers with ReadItem[]. */
  | { readonly kind: 'read'; readonly limit: number; readonly utcOffsetMinutes: number }
  /** What of a character's history may answer. Answers with `Answer`. */
  | {
      readonly kind: 'candidates';
      readonly shelf: RecallShelf;
      readonly question: Question;
      readonly limit: number;
      /** The `seq`s of those found otherwise, to be looked at as well. */
      readonly also: readonly number[];
    }
  /** Puts a shelf into memory. Answers with the number of its documents. */
  | { readonly kind: 'warm'; readonly shelf: RecallShelf };

export interface RecallShelf {
  readonly space: RecallSpace;
  readonly characterId: CharacterId;
}

interface Shelf {
  readonly corpus: Corpus;
  readonly itemSeqs: number[];
  readonly documents: Map<number, number>;
  readonly sessions: Map<string, { count: number; lastMs: number }>;
  revision: number;
  /** The newest question's scores: it is asked twice, before and after its vectors are known. */
  newest: { readonly key: string; readonly lexical: Lexical } | undefined;
}

/** Between two turns of one session lie at most this many hours. */
const SESSION_GAP_MS = 4 * 3_600_000;
/** A history of this many turns is looked at whole. */
const SHORT_HISTORY = 1200;
const PAGE_ROWS = 5000;
/** The most documents in memory, of all shelves; those asked longest ago make room. About 150 bytes a document. */
const MOST_DOCUMENTS = 1_500_000;

const file = openThreadReader(workerData as ReaderData);
const words = openRecallWords();
/** The one used last stands last. */
const shelves = new Map<string, Shelf>();

serveJobs<RecallJobRequest>(
  (job) => {
    switch (job.kind) {
      case 'read':
        return readWaiting(job.limit, job.utcOffsetMinutes);
      case 'candidates':
        return find(job);
      case 'warm':
        return upToDate(job.shelf).corpus.index.documents;
    }
  },
  () => file.close(),
);

function readWaiting(limit: number, utcOffsetMinutes: number): ReadItem[] {
  return nextJobs(file, limit).map(({ item, ...job }) => ({
    job,
    entry: item === undefined ? undefined : { item, facts: readTurn(item, words.reader, utcOffsetMinutes) },
  }));
}

function find(job: Extract<RecallJobRequest, { kind: 'candidates' }>): Answer {
  const { question } = job;
  const shelf = upToDate(job.shelf);
  const { corpus, itemSeqs } = shelf;
  const key = JSON.stringify([shelf.revision, question.bare, [...question.words]]);
  if (shelf.newest?.key !== key) {
    shelf.newest = { key, lexical: lexicalScores(corpus, question, shelf.newest?.lexical) };
  }
  const { lexical } = shelf.newest;
  const documents = new Set(job.limit === 0 ? [] : worthALook(corpus, question, lexical, job.limit));
  for (const itemSeq of job.also) {
    const document = shelf.documents.get(itemSeq);
    if (document !== undefined) documents.add(document);
  }
  const found = Array.from(documents, (document) => {
    const parts = lexicalParts(corpus, question, lexical, document);
    return { document, parts, sum: sumOf(parts) };
  }).sort((one, other) => other.sum - one.sum);
  const itemOf = (document: number): number => (document === -1 ? -1 : (itemSeqs[document] ?? -1));
  const held = lexical.terms.reduce((sum, { weight, rarity }) => sum + weight * rarity, 0);
  const answer = {
    items: new Float64Array(found.length),
    before: new Float64Array(found.length),
    after: new Float64Array(found.length),
    parts: packParts(found.map(({ parts }) => parts)),
    own: new Float64Array(found.length),
    kin: new Float64Array(found.length),
    known: lexical.ideal === 0 ? 0 : held / lexical.ideal,
    unknown: question.words.size - lexical.terms.length,
  };
  found.forEach(({ document }, at) => {
    answer.items[at] = itemOf(document);
    answer.before[at] = itemOf(corpus.before(document));
    answer.after[at] = itemOf(corpus.after(document));
    answer.own[at] = lexical.own[document] ?? 0;
    answer.kin[at] = lexical.kin[document] ?? 0;
  });
  return answer;
}

function worthALook(corpus: Corpus, question: Question, lexical: Lexical, limit: number): number[] {
  const { documents } = corpus.index;
  if (documents > SHORT_HISTORY) return candidates(corpus, question, lexical, limit);
  return Array.from({ length: documents }, (_, document) => document).filter((each) => !corpus.index.isRemoved(each));
}

function upToDate({ space, characterId }: RecallShelf): Shelf {
  const key = `${space} ${characterId}`;
  const shelf = shelves.get(key) ?? {
    corpus: createCorpus(),
    itemSeqs: [],
    documents: new Map(),
    sessions: new Map(),
    revision: 0,
    newest: undefined,
  };
  shelves.delete(key);
  shelves.set(key, shelf);
  for (;;) {
    const entries = entriesAfter(file, space, characterId, shelf.revision, PAGE_ROWS);
    for (const entry of entries) put(shelf, entry);
    if (entries.length < PAGE_ROWS) break;
  }
  let total = [...shelves.values()].reduce((sum, { corpus }) => sum + corpus.index.documents, 0);
  for (const [other, { corpus }] of shelves) {
    if (total <= MOST_DOCUMENTS || other === key) break;
    shelves.delete(other);
    total -= corpus.index.documents;
  }
  return shelf;
}

function put(shelf: Shelf, entry: RecallEntry): void {
  shelf.revision = entry.revision;
  const known = shelf.documents.get(entry.itemSeq);
  if (entry.gone) {
    if (known !== undefined) shelf.corpus.remove(known);
    shelf.documents.delete(entry.itemSeq);
    return;
  }
  const { facts } = entry;
  const concepts = words.concepts.said([...facts.words, ...facts.captionWords]);
  const place = { session: sessionOf(shelf, entry), speaker: entry.speaker };
  const document = shelf.corpus.add({ ...facts, concepts }, place, known);
  shelf.documents.set(entry.itemSeq, document);
  shelf.itemSeqs[document] = entry.itemSeq;
}

/** A conversation is cut into sessions where it paused; a memory stands alone. */
function sessionOf(shelf: Shelf, { conversationId, itemSeq, atMs }: RecallEntry): string {
  if (conversationId === null) return String(itemSeq);
  const session = shelf.sessions.get(conversationId) ?? { count: 0, lastMs: atMs };
  if (Math.abs(atMs - session.lastMs) > SESSION_GAP_MS) session.count++;
  session.lastMs = atMs;
  shelf.sessions.set(conversationId, session);
  return `${conversationId} ${session.count}`;
}
