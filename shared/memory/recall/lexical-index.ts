/**
 * An inverted index in memory, with the words of each document kept beside it so that features of a few candidates are cheap.
 * Documents are numbered 0, 1, 2 … in the order they are added; a hundred thousand take about 10 MB.
 */
export interface LexicalIndex {
  /** Returns the document's number. Concepts are found like words but are no part of its length. */
  add(words: DocumentWords, session: number): number;
  /** The document is found no more; its number stays taken. */
  remove(document: number): void;
  isRemoved(document: number): boolean;
  readonly documents: number;
  /** How rare a word is among the documents, from 0 (in all of them). Unknown words are the rarest. */
  rarity(word: string): number;
  /** The known words of a query as term numbers, each once, with its weight. */
  terms(weights: ReadonlyMap<string, number>): readonly QueryTerm[];
  /** BM25 of every document, [document] → score. The array is used again by the next call. */
  scores(terms: readonly QueryTerm[]): Float32Array;
  /** BM25 of every session as one document, [session] → score. The array is used again by the next call. */
  sessionScores(terms: readonly QueryTerm[]): Float32Array;
  /** How much of a term the document holds, from 0 to below 1: saturated count over length. */
  saturation(document: number, term: number): number;
  /** The term numbers of the document's words, repeats included, in order. */
  termsOf(document: number): Uint32Array;
}

export interface DocumentWords {
  readonly words: readonly string[];
  readonly captionWords: readonly string[];
  readonly concepts: readonly string[];
}

export interface QueryTerm {
  readonly term: number;
  readonly weight: number;
  readonly rarity: number;
}

/** BM25's customary saturation, and a milder length norm than is customary: what is said is short either way. */
const K1 = 1.2;
const B = 0.5;
const SESSION_B = 0.6;
/** A word seen on a picture says less than a word spoken. Counts are kept in halves. */
const CAPTION_HALVES = 1;
const TEXT_HALVES = 2;
const MAX_HALVES = 255;

interface Postings {
  documents: Uint32Array;
  halves: Uint8Array;
  length: number;
  /** Documents that still stand. */
  alive: number;
}

export function createLexicalIndex(): LexicalIndex {
  const termIds = new Map<string, number>();
  const postings: Postings[] = [];
  let forward = new Uint32Array(1024);
  let offsets = new Uint32Array(257);
  /** Where a document's words end and its concepts begin. */
  let wordEnds = new Uint32Array(256);
  let lengths = new Float32Array(256);
  let sessions = new Uint32Array(256);
  let removed = new Uint8Array(256);
  let count = 0;
  let alive = 0;
  let totalLength = 0;
  let sessionCount = 0;
  let scoreBuffer = new Float32Array(256);
  let sessionBuffer = new Float32Array(64);
  let sessionLengths = new Float32Array(64);

  const termOf = (word: string): number => {
    let term = termIds.get(word);
    if (term === undefined) {
      term = postings.length;
      termIds.set(word, term);
      postings.push({ documents: new Uint32Array(2), halves: new Uint8Array(2), length: 0, alive: 0 });
    }
    return term;
  };
  const idf = (matching: number, total: number): number => Math.log(1 + (total - matching + 0.5) / (matching + 0.5));
  const saturate = (halves: number, document: number): number => {
    const average = totalLength / Math.max(1, alive);
    const norm = 1 - B + (B * (lengths[document] ?? 0)) / Math.max(1, average);
    const frequency = halves / TEXT_HALVES;
    return frequency / (frequency + K1 * norm);
  };

  return {
    get documents() {
      return count;
    },
    add({ words, captionWords, concepts }, session) {
      const document = count++;
      alive++;
      if (count >= offsets.length) {
        offsets = grown(offsets, Uint32Array);
        wordEnds = grown(wordEnds, Uint32Array);
        lengths = grown(lengths, Float32Array);
        sessions = grown(sessions, Uint32Array);
        removed = grown(removed, Uint8Array);
      }
      const from = offsets[document] ?? 0;
      const needed = from + words.length + captionWords.length + concepts.length;
      while (needed > forward.length) forward = grown(forward, Uint32Array);
      const halves = new Map<number, number>();
      let at = from;
      for (const word of words) {
        const term = termOf(word);
        forward[at++] = term;
        halves.set(term, (halves.get(term) ?? 0) + TEXT_HALVES);
      }
      for (const word of captionWords) {
        const term = termOf(word);
        forward[at++] = term;
        halves.set(term, (halves.get(term) ?? 0) + CAPTION_HALVES);
      }
      wordEnds[document] = at;
      for (const concept of concepts) {
        const term = termOf(concept);
        forward[at++] = term;
        halves.set(term, TEXT_HALVES);
      }
      offsets[document + 1] = at;
      const length = words.length + captionWords.length * (CAPTION_HALVES / TEXT_HALVES);
      lengths[document] = length;
      totalLength += length;
      sessions[document] = session;
      if (session >= sessionCount) sessionCount = session + 1;
      while (sessionCount > sessionLengths.length) {
        sessionLengths = grown(sessionLengths, Float32Array);
        sessionBuffer = new Float32Array(sessionLengths.length);
      }
      sessionLengths[session] = (sessionLengths[session] ?? 0) + length;
      for (const [term, amount] of halves) {
        const list = postings[term];
        if (list === undefined) continue;
        if (list.length === list.documents.length) {
          list.documents = grown(list.documents, Uint32Array);
          list.halves = grown(list.halves, Uint8Array);
        }
        list.documents[list.length] = document;
        list.halves[list.length] = Math.min(MAX_HALVES, amount);
        list.length++;
        list.alive++;
      }
      return document;
    },
    remove(document) {
      if (document >= count || removed[document] === 1) return;
      removed[document] = 1;
      alive--;
      totalLength -= lengths[document] ?? 0;
      const session = sessions[document] ?? 0;
      sessionLengths[session] = (sessionLengths[session] ?? 0) - (lengths[document] ?? 0);
      for (const term of new Set(forward.subarray(offsets[document] ?? 0, offsets[document + 1] ?? 0))) {
        const list = postings[term];
        if (list !== undefined) list.alive--;
      }
    },
    isRemoved: (document) => removed[document] === 1,
    rarity(word) {
      const term = termIds.get(word);
      return idf(term === undefined ? 0 : (postings[term]?.alive ?? 0), alive);
    },
    terms(weights) {
      const terms: QueryTerm[] = [];
      for (const [word, weight] of weights) {
        const term = termIds.get(word);
        if (term !== undefined) terms.push({ term, weight, rarity: idf(postings[term]?.alive ?? 0, alive) });
      }
      return terms;
    },
    scores(terms) {
      if (scoreBuffer.length < count) scoreBuffer = new Float32Array(Math.max(count, scoreBuffer.length * 2));
      scoreBuffer.fill(0, 0, count);
      for (const { term, weight, rarity } of terms) {
        const list = postings[term];
        if (list === undefined) continue;
        const factor = weight * rarity * (K1 + 1);
        for (let at = 0; at < list.length; at++) {
          const document: number = list.documents[at] ?? 0;
          if (removed[document] === 1) continue;
          scoreBuffer[document] = (scoreBuffer[document] ?? 0) + factor * saturate(list.halves[at] ?? 0, document);
        }
      }
      return scoreBuffer.subarray(0, count);
    },
    sessionScores(terms) {
      sessionBuffer.fill(0);
      const average = totalLength / Math.max(1, sessionCount);
      const held = new Float32Array(sessionCount);
      for (const { term, weight } of terms) {
        const list = postings[term];
        if (list === undefined) continue;
        held.fill(0);
        let matching = 0;
        for (let at = 0; at < list.length; at++) {
          const document: number = list.documents[at] ?? 0;
          if (removed[document] === 1) continue;
          const session = sessions[document] ?? 0;
          if (held[session] === 0) matching++;
          held[session] = (held[session] ?? 0) + (list.halves[at] ?? 0) / TEXT_HALVES;
        }
        const factor = weight * idf(matching, sessionCount) * (K1 + 1);
        for (let session = 0; session < sessionCount; session++) {
          const frequency = held[session] ?? 0;
          if (frequency === 0) continue;
          const norm = 1 - SESSION_B + (SESSION_B * (sessionLengths[session] ?? 0)) / Math.max(1, average);
          sessionBuffer[session] = (sessionBuffer[session] ?? 0) + (factor * frequency) / (frequency + K1 * norm);
        }
      }
      return sessionBuffer.subarray(0, sessionCount);
    },
    saturation(document, term) {
      const list = postings[term];
      if (list === undefined || removed[document] === 1) return 0;
      const at = placeOf(list, document);
      return at === -1 ? 0 : saturate(list.halves[at] ?? 0, document);
    },
    termsOf(document) {
      return forward.subarray(offsets[document] ?? 0, wordEnds[document] ?? 0);
    },
  };
}

/** Where a document stands in a list of postings, which is in order; -1 when it does not. */
function placeOf(list: Postings, document: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = list.documents[middle] ?? 0;
    if (found === document) return middle;
    if (found < document) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

interface Numbers<A> {
  new (length: number): A;
}

function grown<A extends Uint8Array | Uint32Array | Float32Array>(array: A, make: Numbers<A>): A {
  const larger = new make(array.length * 2 + 1);
  larger.set(array);
  return larger;
}
