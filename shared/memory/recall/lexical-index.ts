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
  /** BM25 of every document times `factor`, [document] → score; 0 of those removed. Written into `into` when it is long enough. */
  scores(terms: readonly QueryTerm[], factor: number, into?: Float32Array): Float32Array;
  /** BM25 of every session as one document, [session] → score. Written into `into` when it is long enough. */
  sessionScores(terms: readonly QueryTerm[], into?: Float32Array): Float32Array;
  /**
   * Raises `most` where the document holds more of a term: from 0 to below 1, its saturated count over the length. `places` are
   * those of the terms in `most`.
   */
  raise(document: number, places: ReadonlyMap<number, number>, most: Float64Array): void;
  /** How many words the document has, repeats included. */
  sizeOf(document: number): number;
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
  /** Where a document's captions begin, and where they end and its concepts begin. */
  let captionStarts = new Uint32Array(256);
  let wordEnds = new Uint32Array(256);
  /** In halves of a word. */
  let lengths = new Uint32Array(256);
  let longest = 0;
  let sessions = new Uint32Array(256);
  let removed = new Uint8Array(256);
  const removals: number[] = [];
  let count = 0;
  let alive = 0;
  /** In halves of a word. */
  let totalLength = 0;
  let sessionCount = 0;
  let sessionLengths = new Float32Array(64);
  /** Of the sessions that hold a term, while it is looked at: how much, and which they are. */
  let held = new Float32Array(64);
  let holders = new Uint32Array(64);
  /** By length, as the average stands now: what a count is set against. */
  let norms = new Float64Array(0);
  let normsOf = -1;
  let counts = new Uint16Array(16);

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
  const normsNow = (): Float64Array => {
    const average = Math.max(1, totalLength / TEXT_HALVES / Math.max(1, alive));
    if (average === normsOf && norms.length > longest) return norms;
    if (norms.length <= longest) norms = new Float64Array(longest * 2 + 1);
    for (let length = 0; length < norms.length; length++)
      norms[length] = K1 * (1 - B + (B * (length / TEXT_HALVES)) / average);
    normsOf = average;
    return norms;
  };
  const put = (term: number, document: number, halves: number): void => {
    const list = postings[term];
    if (list === undefined) return;
    const last = list.length - 1;
    // The word came before in this document.
    if (last >= 0 && list.documents[last] === document) {
      list.halves[last] = Math.min(MAX_HALVES, (list.halves[last] ?? 0) + halves);
      return;
    }
    if (list.length === list.documents.length) {
      list.documents = grown(list.documents, Uint32Array);
      list.halves = grown(list.halves, Uint8Array);
    }
    list.documents[list.length] = document;
    list.halves[list.length] = halves;
    list.length++;
    list.alive++;
  };

  return {
    get documents() {
      return count;
    },
    add({ words, captionWords, concepts }, session) {
      const document = count++;
      alive++;
      if (count > lengths.length) {
        offsets = grown(offsets, Uint32Array);
        captionStarts = grown(captionStarts, Uint32Array);
        wordEnds = grown(wordEnds, Uint32Array);
        lengths = grown(lengths, Uint32Array);
        sessions = grown(sessions, Uint32Array);
        removed = grown(removed, Uint8Array);
      }
      const from = offsets[document] ?? 0;
      const needed = from + words.length + captionWords.length + concepts.length;
      while (needed > forward.length) forward = grown(forward, Uint32Array);
      let at = from;
      for (const word of words) {
        const term = termOf(word);
        forward[at++] = term;
        put(term, document, TEXT_HALVES);
      }
      captionStarts[document] = at;
      for (const word of captionWords) {
        const term = termOf(word);
        forward[at++] = term;
        put(term, document, CAPTION_HALVES);
      }
      wordEnds[document] = at;
      for (const concept of concepts) {
        const term = termOf(concept);
        forward[at++] = term;
        put(term, document, TEXT_HALVES);
      }
      offsets[document + 1] = at;
      const length = words.length * TEXT_HALVES + captionWords.length * CAPTION_HALVES;
      lengths[document] = length;
      if (length > longest) longest = length;
      totalLength += length;
      sessions[document] = session;
      if (session >= sessionCount) sessionCount = session + 1;
      while (sessionCount > sessionLengths.length) {
        sessionLengths = grown(sessionLengths, Float32Array);
        held = new Float32Array(sessionLengths.length);
        holders = new Uint32Array(sessionLengths.length);
      }
      sessionLengths[session] = (sessionLengths[session] ?? 0) + length / TEXT_HALVES;
      return document;
    },
    remove(document) {
      if (document >= count || removed[document] === 1) return;
      removed[document] = 1;
      removals.push(document);
      alive--;
      totalLength -= lengths[document] ?? 0;
      const session = sessions[document] ?? 0;
      sessionLengths[session] = (sessionLengths[session] ?? 0) - (lengths[document] ?? 0) / TEXT_HALVES;
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
    scores(terms, factor, into) {
      const scores = cleared(into, count);
      const lengthNorms = normsNow();
      for (const { term, weight, rarity } of terms) {
        const list = postings[term];
        if (list === undefined) continue;
        const { documents, halves, length } = list;
        const share = factor * weight * rarity * (K1 + 1);
        for (let at = 0; at < length; at++) {
          const document = documents[at] ?? 0;
          const frequency = (halves[at] ?? 0) / TEXT_HALVES;
          const norm = lengthNorms[lengths[document] ?? 0] ?? 0;
          scores[document] = (scores[document] ?? 0) + (share * frequency) / (frequency + norm);
        }
      }
      for (const document of removals) scores[document] = 0;
      return scores;
    },
    sessionScores(terms, into) {
      const scores = cleared(into, sessionCount);
      const average = Math.max(1, totalLength / TEXT_HALVES / Math.max(1, sessionCount));
      for (const { term, weight } of terms) {
        const list = postings[term];
        if (list === undefined) continue;
        const { documents, halves, length } = list;
        if (sessionCount === count) {
          // Each stands alone.
          const share = weight * idf(list.alive, sessionCount) * (K1 + 1);
          for (let at = 0; at < length; at++) {
            const document = documents[at] ?? 0;
            if (removed[document] === 1) continue;
            const session = sessions[document] ?? 0;
            const frequency = (halves[at] ?? 0) / TEXT_HALVES;
            const norm = 1 - SESSION_B + (SESSION_B * (sessionLengths[session] ?? 0)) / average;
            scores[session] = (scores[session] ?? 0) + (share * frequency) / (frequency + K1 * norm);
          }
          continue;
        }
        let matching = 0;
        for (let at = 0; at < length; at++) {
          const document = documents[at] ?? 0;
          if (removed[document] === 1) continue;
          const session = sessions[document] ?? 0;
          const before = held[session] ?? 0;
          if (before === 0) holders[matching++] = session;
          held[session] = before + (halves[at] ?? 0) / TEXT_HALVES;
        }
        const share = weight * idf(matching, sessionCount) * (K1 + 1);
        for (let each = 0; each < matching; each++) {
          const session = holders[each] ?? 0;
          const frequency = held[session] ?? 0;
          held[session] = 0;
          const norm = 1 - SESSION_B + (SESSION_B * (sessionLengths[session] ?? 0)) / average;
          scores[session] = (scores[session] ?? 0) + (share * frequency) / (frequency + K1 * norm);
        }
      }
      return scores;
    },
    raise(document, places, most) {
      if (removed[document] === 1) return;
      if (counts.length < most.length) counts = new Uint16Array(most.length);
      let any = false;
      const captions = captionStarts[document] ?? 0;
      const end = wordEnds[document] ?? 0;
      for (let at = offsets[document] ?? 0; at < end; at++) {
        const place = places.get(forward[at] ?? 0);
        if (place === undefined) continue;
        any = true;
        counts[place] = Math.min(MAX_HALVES, (counts[place] ?? 0) + (at < captions ? TEXT_HALVES : CAPTION_HALVES));
      }
      if (!any) return;
      const norm = normsNow()[lengths[document] ?? 0] ?? 0;
      for (let place = 0; place < most.length; place++) {
        const frequency = (counts[place] ?? 0) / TEXT_HALVES;
        counts[place] = 0;
        const holds = frequency / (frequency + norm);
        if (holds > (most[place] ?? 0)) most[place] = holds;
      }
    },
    sizeOf: (document) => (wordEnds[document] ?? 0) - (offsets[document] ?? 0),
  };
}

function cleared(into: Float32Array | undefined, length: number): Float32Array {
  if (into === undefined || into.length < length) return new Float32Array(Math.ceil(length * 1.2));
  return into.fill(0, 0, length);
}

interface Numbers<A> {
  new (length: number): A;
}

function grown<A extends Uint8Array | Uint32Array | Float32Array>(array: A, make: Numbers<A>): A {
  const larger = new make(array.length * 2 + 1);
  larger.set(array);
  return larger;
}
