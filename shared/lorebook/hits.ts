import type { CompiledBook, CompiledEntry, CompiledKey, LoreRegex } from './compile.ts';
import { contains, fold, standsAlone, wordEdges } from './fold.ts';

/** Asked of whoever runs regular expressions: the first of `texts` that it matches. */
export interface RegexQuestion {
  readonly regex: LoreRegex;
  readonly texts: readonly string[];
}
/** The index of a text, -1 for none, null for a regex that is not valid or takes too long. */
export type RegexAnswer = number | null;

/** Where a key was found. */
export interface Found {
  readonly key: CompiledKey;
  /** Messages from the newest; meaningless when `origin` is not null. */
  readonly distance: number;
  /** The entry in whose text it was; null for a message. */
  readonly origin: string | null;
}

/** What has been found of one book's keys so far in one scan. */
export interface Hits {
  /** Reads messages (the newest first, before anything else), or texts of entries: `origins` says whose. */
  read(texts: readonly string[], origins: readonly (string | null)[]): void;
  /** What must be asked about these texts. */
  questions(texts: readonly string[], messages: boolean): readonly BookQuestion[];
  answered(
    questions: readonly BookQuestion[],
    answers: readonly RegexAnswer[],
    origins: readonly (string | null)[],
  ): void;
  /** Places of entries that a key was found of, or that need none, or that are in `more`. */
  candidates(more: readonly number[]): Iterable<number>;
  /** The first of these keys that was found where this entry looks. */
  first(keys: readonly CompiledKey[], entry: CompiledEntry): Found | null;
  /** How many of its keys were found, as groups count them. */
  score(entry: CompiledEntry): number;
  /** Whether one of its regular expressions could not be run. */
  stopped(entry: CompiledEntry): boolean;
}

export interface BookQuestion extends RegexQuestion {
  /** Its place in the book. */
  readonly place: number;
}

/** The nearest message and the first entry in which something was found. */
interface Sighting {
  message: number;
  origin: string | null;
}

interface ReadText {
  readonly folded: string;
  readonly exact: string;
  readonly distance: number;
  readonly origin: string | null;
  edges: ReadonlySet<number> | null;
}

export function createHits(book: CompiledBook): Hits {
  /** By pattern: found anywhere, found standing alone. */
  const anywhere = new Map<number, Sighting>();
  const alone = new Map<number, Sighting>();
  const byRegex = new Map<number, Sighting>();
  const stopped = new Set<number>();
  const texts: ReadText[] = [];
  const candidates = new Set<number>(book.always);

  const see = (sightings: Map<number, Sighting>, place: number, distance: number, origin: string | null): boolean => {
    const known = sightings.get(place);
    if (known === undefined) {
      sightings.set(place, { message: origin === null ? distance : Infinity, origin });
      return true;
    }
    if (origin === null) known.message = Math.min(known.message, distance);
    else known.origin ??= origin;
    return false;
  };

  const within = (sighting: Sighting | undefined, entry: CompiledEntry): Omit<Found, 'key'> | null => {
    if (sighting === undefined) return null;
    if (sighting.message < entry.scanDepth) return { distance: sighting.message, origin: null };
    return sighting.origin === null ? null : { distance: 0, origin: sighting.origin };
  };

  const looked = (key: Extract<CompiledKey, { kind: 'plain' }>, entry: CompiledEntry): Omit<Found, 'key'> | null => {
    if (within(anywhere.get(key.pattern), entry) === null) return null;
    for (const text of texts) {
      if (text.origin === null && text.distance >= entry.scanDepth) continue;
      const edges = (): ReadonlySet<number> => (text.edges ??= wordEdges(text.folded));
      if (!contains(text.folded, key.folded, key.standing, edges)) continue;
      // Where case matters the key must be there as it is written too.
      const standing = key.standing === 'alone' ? 'alone' : 'anywhere';
      if (key.exactly === null || contains(text.exact, key.exactly, standing, edges)) return text;
    }
    return null;
  };

  const find = (key: CompiledKey, entry: CompiledEntry): Found | null => {
    let found: Omit<Found, 'key'> | null;
    if (key.kind === 'regex') found = within(byRegex.get(key.regex), entry);
    else if (key.exactly !== null || key.standing === 'dictionary') found = looked(key, entry);
    else found = within((key.standing === 'alone' ? alone : anywhere).get(key.pattern), entry);
    return found && { key, distance: found.distance, origin: found.origin };
  };
  const first = (keys: readonly CompiledKey[], entry: CompiledEntry): Found | null => {
    for (const key of keys) {
      const found = find(key, entry);
      if (found !== null) return found;
    }
    return null;
  };
  const countOf = (keys: readonly CompiledKey[], entry: CompiledEntry): number =>
    keys.reduce((sum, key) => sum + Number(find(key, entry) !== null), 0);

  return {
    read(given, origins) {
      for (const [at, text] of given.entries()) {
        const origin = origins[at] ?? null;
        if (origin === null && at >= book.scanDepth) break;
        const exact = fold(text, true);
        const folded = exact.toLowerCase();
        texts.push({ folded, exact, distance: at, origin, edges: null });
        book.index.search(folded, (pattern, start) => {
          if (see(anywhere, pattern, at, origin)) add(candidates, book.entriesOfPattern[pattern]);
          const known = alone.get(pattern);
          if (known !== undefined && known.message <= at && (origin === null || known.origin !== null)) return;
          const length = book.patternLengths[pattern] ?? 0;
          if (standsAlone(folded, start, start + length)) see(alone, pattern, at, origin);
        });
      }
    },
    questions(given, messages) {
      if (given.length === 0) return [];
      // The same slice is the same object: it crosses to another thread once.
      const slices = new Map<number, readonly string[]>();
      return book.regexes.flatMap((regex, place) => {
        if (stopped.has(place)) return [];
        const depth = Math.min(given.length, messages ? (book.depthOfRegex[place] ?? 0) : Infinity);
        if (depth === 0) return [];
        const slice = slices.get(depth) ?? given.slice(0, depth);
        slices.set(depth, slice);
        return [{ place, regex, texts: slice }];
      });
    },
    answered(questions, answers, origins) {
      for (const [at, { place }] of questions.entries()) {
        const answer = answers[at] ?? null;
        if (answer === null) stopped.add(place);
        else if (answer >= 0) see(byRegex, place, answer, origins[answer] ?? null);
        if (answer !== -1) add(candidates, book.entriesOfRegex[place]);
      }
    },
    candidates(more) {
      add(candidates, more);
      return candidates;
    },
    first,
    score(entry) {
      const primary = countOf(entry.keys, entry);
      const { logic } = entry.fields;
      if (primary === 0 || entry.secondaryKeys.length === 0) return primary;
      const secondary = countOf(entry.secondaryKeys, entry);
      if (logic === 'any') return primary + secondary;
      return logic === 'all' && secondary === entry.secondaryKeys.length ? primary + secondary : primary;
    },
    stopped: (entry) => entry.keys.some((key) => key.kind === 'regex' && stopped.has(key.regex)),
  };
}

function add(candidates: Set<number>, places: readonly number[] | undefined): void {
  for (const place of places ?? []) candidates.add(place);
}
