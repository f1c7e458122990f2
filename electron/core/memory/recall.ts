import { present } from '#shared/base/assert.ts';
import type { Clock } from '#shared/base/time.ts';
import type { CharacterId } from '#shared/entities.ts';
import { estimateTokens } from '#shared/llm/tokens.ts';
import { salienceOf } from '#shared/memory/life.ts';
import type { UtcOffset } from '#shared/memory/local-day.ts';
import { confidence, knowsFrom, type Evidence } from '#shared/memory/recall/confidence.ts';
import { readQuestion, type Question, type Speaker } from '#shared/memory/recall/question.ts';
import { meaningPart, sumOf, type ScoreParts } from '#shared/memory/recall/rank.ts';
import type { Log } from '../core-deps.ts';
import type { Db, ReadTx } from '../db/db.ts';
import type { ReaderData } from '../db/thread-reader.ts';
import type { Embedding, Nearness } from '../embedding/embedding.ts';
import { currentBySeq } from './memory-list-store.ts';
import { joined, partsAt, type Answer } from './recall-answer.ts';
import { foundMessages, latestCharacter, type RecallSpace } from './recall-entry-store.ts';
import { createRecallIndex } from './recall-index.ts';
import { openRecallWords, type RecallWords } from './recall-words.ts';
import type { Recall, RecalledItem, RecallRequest } from './remembered.ts';

export interface OwnedRecall {
  readonly recall: Recall;
  /** Turns alone, best first, as many as asked for: what was said, without what was made of it. `use` leaves a way out. */
  turns(request: RecallRequest, signal: AbortSignal, use?: RecallWays): ReturnType<Recall>;
  /** The file is open: reads what waits, and gets the newest conversation's history ready. */
  start(): void;
  /** Resolves when nothing waits to be read. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Which ways lead to a turn. For evaluations that compare them. */
export type RecallWays = 'all' | 'words' | 'vectors';

/** Candidates by words, and by vectors, in each space: the best 250 by words hold 99 in 100 of what is asked for. */
const BY_WORDS = 250;
const BY_VECTOR = 100;
/** What has no vector yet is as near as things usually are. */
const USUAL = { self: 0.1, pair: 0.13, window: 0.15 };
/** How many of the best tell whether there is an answer. */
const EVIDENCE = 10;
/** A memory that is fresh and matters weighs up to this much more, one that faded as much less. */
const SALIENCE_SHARE = 0.2;
/** A text of fewer content words is read together with what was said before it. */
const FEW_WORDS = 2;
const PREVIOUS_WEIGHT = 0.35;
const WAKING: ReadonlySet<string> = new Set(['message', 'message_revision', 'memory', 'attachment']);

interface Found {
  /** The `seq` of a message or a memory. */
  readonly item: number;
  readonly parts: ScoreParts;
  readonly kin: number;
  readonly score: number;
}

/** All that was found, best first; read from the first on, as far as is needed. */
interface Ranked {
  readonly count: number;
  at(rank: number): Found;
  readonly evidence: Omit<Evidence, 'best'>;
}

/**
 * Finds what was said and what was made of it that may matter to a text: candidates by words, kin of words, dates and vectors,
 * scored as a weighted sum (shared/memory/recall). Messages count as they were said; memories also by how vivid they are.
 */
export function createRecall(deps: {
  readonly db: Db;
  /** Lends the file to a thread. */
  readonly lend: (release: () => Promise<void>) => ReaderData;
  readonly embedding: Pick<Embedding, 'embedder' | 'index'>;
  /** The names a character goes by. Throws when it is gone. */
  readonly namesOf: (tx: ReadTx, id: CharacterId) => readonly string[];
  readonly personName: () => string;
  readonly clock: Clock;
  readonly utcOffsetMinutes: UtcOffset;
  readonly log: Log;
}): OwnedRecall {
  const { db, embedding } = deps;
  const index = createRecallIndex(deps);
  let words: RecallWords | undefined;
  const stopListening = db.onChanged((entities) => {
    if (entities.some((entity) => WAKING.has(entity))) index.wake();
  });

  const ask = (request: RecallRequest): Question => {
    words ??= openRecallWords();
    const { reader, concepts } = words;
    const setting = {
      speakers: db.read((tx): Speaker[] => [
        { id: 'person', names: [deps.personName()] },
        { id: 'companion', names: deps.namesOf(tx, request.characterId) },
      ]),
      asker: 'person',
      askedAtMs: request.atMs,
      utcOffsetMinutes: deps.utcOffsetMinutes(request.atMs),
    };
    const question = readQuestion(request.text, setting, reader, concepts);
    if (question.words.size >= FEW_WORDS || request.previousText === '') return question;
    const before = readQuestion(request.previousText, setting, reader, concepts);
    const merged = new Map(question.words);
    for (const [word, weight] of before.words) if (!merged.has(word)) merged.set(word, weight * PREVIOUS_WEIGHT);
    return { ...question, words: merged, bare: `${before.bare} ${question.bare}` };
  };

  const search = async (
    space: RecallSpace,
    request: RecallRequest,
    question: Question,
    vector: Promise<QueryVector | null>,
    use: RecallWays,
    signal: AbortSignal,
  ): Promise<Ranked> => {
    const shelf = { space, characterId: request.characterId };
    const nearest = vector.then(async (made) =>
      made === null ? [] : embedding.index.nearest({ ...shelf, ...made, limit: BY_VECTOR }),
    );
    const [byWords, byVector, made] = await Promise.all([
      index.candidates({ shelf, question, limit: use === 'vectors' ? 0 : BY_WORDS, also: [] }, signal),
      nearest,
      vector,
    ]);
    const known = new Set(byWords.items);
    const also = [...byVector].filter((item) => !known.has(item));
    const answer =
      also.length === 0
        ? byWords
        : joined(byWords, await index.candidates({ shelf, question, limit: 0, also }, signal));
    const near = made === null ? undefined : await embedding.index.closeness({ ...shelf, ...made, places: answer });
    return ranked(answer, near, use);
  };

  /** Without vectors (no embedder within reach) words alone must do. */
  const vectorOf = async (question: Question, signal: AbortSignal): Promise<QueryVector | null> => {
    const embedder = embedding.embedder();
    try {
      const [vector] = await embedder.embed([question.bare], signal);
      return vector === undefined ? null : { vector, model: embedder.model };
    } catch (error) {
      signal.throwIfAborted();
      deps.log('warn', 'recall.no_vector', { error: error instanceof Error ? error.name : 'unknown' });
      return null;
    }
  };

  const messages = async (
    request: RecallRequest,
    question: Question,
    vector: Promise<QueryVector | null>,
    use: RecallWays,
    signal: AbortSignal,
  ): Promise<{ readonly items: RecalledItem[]; readonly sure: number }> => {
    const found = await search('message', request, question, vector, use, signal);
    const most = Math.max(request.limit, EVIDENCE);
    const others = livingOf(found, most, most + 2, (seqs) => {
      const rows = db.read((tx) => foundMessages(tx, seqs));
      // The text itself, stored a moment ago, is no answer to itself.
      return new Map(rows.filter(({ text }) => text !== request.text).map((row) => [row.seq, row]));
    });
    const items = others.slice(0, request.limit).map(([row, { parts, score }]): RecalledItem => ({
      kind: 'message',
      id: row.id,
      text: row.text,
      atMs: row.atMs,
      score,
      parts: { ...parts },
    }));
    return { items, sure: sureOf(others, found.evidence) };
  };

  const memories = async (
    request: RecallRequest,
    question: Question,
    vector: Promise<QueryVector | null>,
    signal: AbortSignal,
  ): Promise<{ readonly items: RecalledItem[]; readonly sure: number }> => {
    const found = await search('memory', request, question, vector, 'all', signal);
    const most = Math.max(request.limit, EVIDENCE);
    const living = livingOf(found, most, most * 4, (seqs) => db.read((tx) => currentBySeq(tx, seqs, request.atMs)));
    const items = living.map(([memory, { parts, score }]): RecalledItem => {
      const vivid = score * SALIENCE_SHARE * (2 * salienceOf(memory, request.atMs) - 1);
      return {
        kind: 'memory',
        id: memory.id,
        text: memory.text,
        atMs: memory.validFromMs ?? memory.toldAtMs,
        score: score + vivid,
        parts: { ...parts, vivid },
      };
    });
    return { items, sure: sureOf(living, found.evidence) };
  };

  const start = (): void => {
    index.wake();
    void index
      .settled()
      .then(async () => {
        const characterId = db.read(latestCharacter);
        if (characterId === undefined) return;
        for (const space of ['message', 'memory'] as const) await index.warm({ space, characterId });
      })
      // Nothing is lost: the first question warms it.
      .catch(() => undefined);
  };

  return {
    async recall(request, signal) {
      const question = ask(request);
      const vector = vectorOf(question, signal);
      const [said, made] = await Promise.all([
        messages(request, question, vector, 'all', signal),
        memories(request, question, vector, signal),
      ]);
      const items = [...said.items, ...made.items].sort((one, other) => other.score - one.score);
      return { items: withinBudget(items, request), knows: Math.max(said.sure, made.sure) >= knowsFrom(request.text) };
    },
    async turns(request, signal, use = 'all') {
      const question = ask(request);
      const vector = use === 'words' ? Promise.resolve(null) : vectorOf(question, signal);
      const { items, sure } = await messages(request, question, vector, use, signal);
      return { items: withinBudget(items, request), knows: sure >= knowsFrom(request.text) };
    },
    start,
    settled: index.settled,
    async close() {
      stopListening();
      await index.close();
    },
  };
}

/** `nearness`: how near each of the items is; undefined without vectors. */
function ranked(answer: Answer, nearness: Nearness | undefined, use: RecallWays): Ranked {
  const order = Array.from(answer.items, (item, at) => {
    if (use === 'words') return { item, at, meaning: 0, score: answer.own[at] ?? 0 };
    const closeness = nearness?.(at) ?? USUAL;
    if (use === 'vectors') return { item, at, meaning: closeness.self, score: closeness.self };
    const meaning = nearness === undefined ? 0 : meaningPart(closeness);
    return { item, at, meaning, score: sumOf(partsAt(answer.parts, at, meaning)) };
  }).sort((one, other) => other.score - one.score);
  return {
    count: order.length,
    at(rank) {
      const { item, at, meaning, score } = present(order[rank], 'what was found at this rank');
      return { item, parts: partsAt(answer.parts, at, meaning), kin: answer.kin[at] ?? 0, score };
    },
    evidence: answer,
  };
}

/** The best that still stand, about `most` of them, read `step` at a time: what was deleted a moment ago may have been found. */
function livingOf<Row>(
  found: Ranked,
  most: number,
  step: number,
  rowsOf: (seqs: readonly number[]) => ReadonlyMap<number, Row>,
): (readonly [Row, Found])[] {
  const living: (readonly [Row, Found])[] = [];
  for (let from = 0; from < found.count && living.length < most; from += step) {
    const some = Array.from({ length: Math.min(step, found.count - from) }, (_, at) => found.at(from + at));
    const rows = rowsOf(some.map(({ item }) => item));
    for (const each of some) {
      const row = rows.get(each.item);
      if (row !== undefined) living.push([row, each]);
    }
  }
  return living;
}

function sureOf(found: readonly (readonly [unknown, Found])[], { known, unknown }: Omit<Evidence, 'best'>): number {
  return confidence({ best: found.slice(0, EVIDENCE).map(([, each]) => each), known, unknown });
}

interface QueryVector {
  readonly vector: Float32Array;
  readonly model: string;
}

/** The best that fit: what is too long makes way for what follows. */
function withinBudget(items: readonly RecalledItem[], { limit, tokenBudget }: RecallRequest): RecalledItem[] {
  const kept: RecalledItem[] = [];
  let spent = 0;
  for (const item of items) {
    if (kept.length === limit) break;
    const cost = estimateTokens(item.text);
    if (spent + cost > tokenBudget) continue;
    spent += cost;
    kept.push(item);
  }
  return kept;
}
