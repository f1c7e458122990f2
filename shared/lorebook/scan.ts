import type { Random } from '../base/random.ts';
import { assert, present } from '../base/assert.ts';
import type { CompiledBook, CompiledEntry, CompiledKey } from './compile.ts';
import { chooseOfGroups, groupNames } from './groups.ts';
import { createHits, type Found, type Hits, type RegexAnswer, type RegexQuestion } from './hits.ts';
import { expandLoreMacros } from './macros.ts';
import { timedState, type TimedState } from './timed.ts';

export interface ScanRequest {
  /** What takes precedence first: a character's own books before those shared by all. */
  readonly books: readonly CompiledBook[];
  /** The newest first. */
  readonly messages: readonly string[];
  /** Of the whole conversation, and the companion's among them. */
  readonly messageCount: number;
  readonly replyCount: number;
  /** Which greeting the conversation began with; null when that is not known. */
  readonly greeting: number | null;
  /** The count of messages when an entry last fired in this conversation, by id; for entries for which that matters. */
  readonly firedAt: ReadonlyMap<string, number>;
  /** Tokens of all texts together. */
  readonly budget: number;
  readonly countTokens: (text: string) => number;
  readonly random: Random;
  /** For choices that stay the same within a conversation. */
  readonly seed: number;
}

/** Why an entry fired. */
export type FiredBy =
  | { readonly kind: 'constant' | 'sticky' | 'always' }
  | {
      readonly kind: 'key';
      readonly key: string;
      readonly secondary: string[];
      /** Messages from the newest (0), or the entry in whose text it was. */
      readonly in: { readonly message: number } | { readonly entryId: string };
    };

export interface Fired {
  /** The book, by its place in the request; the entry, by its place in the book. */
  readonly book: number;
  readonly place: number;
  readonly entry: CompiledEntry;
  readonly by: FiredBy;
  /** 0: found in the messages; 1: in the texts of what was found there; and so on. */
  readonly step: number;
  /** Ready to be told. */
  readonly text: string;
  readonly tokens: number;
}

/** Why an entry of which a key was found did not fire. */
export const HELD_REASONS = [
  'secondary',
  'additional',
  'excluded',
  'never',
  'replies',
  'greeting',
  'delay',
  'cooldown',
  'once',
  'recursion',
  'group',
  'probability',
  'budget',
  'regex_stopped',
] as const;
export type HeldReason = (typeof HELD_REASONS)[number];

export interface Held {
  readonly book: number;
  readonly entry: CompiledEntry;
  readonly reason: HeldReason;
  readonly by: FiredBy | null;
}

export interface ScanResult {
  /** In the order in which they are told: lower `order` first. */
  readonly fired: readonly Fired[];
  readonly held: readonly Held[];
  readonly tokens: number;
}

/** Texts that find further texts that find further texts …: no book needs more, and a loop ends. */
export const MAX_STEPS = 12;

/**
 * What of these books belongs to this moment. Pure but for the dice. Yields the regular expressions it needs an answer to, all
 * of a step at once.
 *
 * Each step: candidates (a key was found, or none is needed) → conditions → one of each group → dice → budget. What fired is
 * searched for further keys in the next step, for books that want it; then, when nothing new is found, for entries that wait for
 * a later step. Dice are thrown once for an entry.
 */
export function* scan(request: ScanRequest): Generator<readonly RegexQuestion[], ScanResult, readonly RegexAnswer[]> {
  const { books } = request;
  const hits = books.map((book) => createHits(book));
  const fired = new Map<CompiledEntry, Fired>();
  const held = new Map<CompiledEntry, Held>();
  /** Done with, whatever further keys are found. */
  const out = new Set<CompiledEntry>();
  const groups = new Set<string>();
  const spent = { all: 0, byBook: books.map(() => 0) };
  const levels = [...new Set(books.flatMap((book) => (book.fields.recursive ? book.levels : [])))].sort(
    (a, b) => a - b,
  );
  let level = levels.shift() ?? 0;
  let searched: readonly string[] = request.messages;
  let origins: readonly (string | null)[] = request.messages.map(() => null);

  for (let step = 0; step <= MAX_STEPS; step += 1) {
    for (const [index, one] of hits.entries()) {
      const book = present(books[index], 'a book');
      if (step > 0 && !book.fields.recursive) continue;
      one.read(searched, origins);
      const questions = one.questions(searched, step === 0);
      if (questions.length > 0) one.answered(questions, yield questions, origins);
    }
    const candidates: Candidate[] = [];
    for (const [index, book] of books.entries()) {
      if (step > 0 && !book.fields.recursive) continue;
      const found = present(hits[index], 'hits');
      for (const place of found.candidates(step === 0 ? stickyOf(book, request) : [])) {
        const entry = present(book.entries[place], 'an entry');
        if (fired.has(entry) || out.has(entry)) continue;
        const verdict = judge(entry, found, request, step, level);
        if (verdict.fires) {
          held.delete(entry);
          candidates.push({ entry, book: index, place, by: verdict.by, score: () => found.score(entry) });
        } else if (verdict.reason !== null) {
          held.set(entry, { book: index, entry, reason: verdict.reason, by: verdict.by });
        }
      }
    }
    const drop = (candidate: Candidate, reason: HeldReason): void => {
      const { book, entry, by } = candidate;
      held.set(entry, { book, entry, reason, by });
      out.add(entry);
    };
    const { chosen, left } = chooseOfGroups(candidates, groups, request.random);
    for (const candidate of left) drop(candidate, 'group');
    const lucky = chosen.filter((candidate) => {
      const { probability } = candidate.entry.fields;
      const stays = candidate.by.kind === 'sticky' || probability >= 100;
      if (stays || request.random() * 100 < probability) return true;
      drop(candidate, 'probability');
      return false;
    });
    const told = spend(lucky, request, spent, (candidate) => drop(candidate, 'budget'));
    for (const one of told) {
      for (const group of one.groups) groups.add(group);
      fired.set(one.fired.entry, { ...one.fired, step });
    }

    const sources = told.filter(({ fired: { entry } }) => !entry.fields.preventRecursion);
    const next = levels[0];
    if (sources.length === 0) {
      // Nothing new to search in; those that wait for a later step have their turn.
      if (next === undefined || fired.size === 0) break;
      level = next;
      levels.shift();
    }
    searched = sources.map((one) => one.searched);
    origins = sources.map(({ fired: { entry } }) => entry.id);
  }

  return {
    fired: [...fired.values()].sort(
      (a, b) => a.entry.fields.order - b.entry.fields.order || a.book - b.book || a.place - b.place,
    ),
    held: [...held.values()],
    tokens: spent.all,
  };
}

/** Runs a scan with a way to answer its regular expressions at once. */
export function runScan(
  request: ScanRequest,
  answer: (questions: readonly RegexQuestion[]) => readonly RegexAnswer[],
): ScanResult {
  const scanning = scan(request);
  let turn = scanning.next();
  while (!turn.done) turn = scanning.next(answer(turn.value));
  return turn.value;
}

interface Candidate {
  readonly entry: CompiledEntry;
  readonly book: number;
  readonly place: number;
  readonly by: FiredBy;
  score(): number;
}

type Verdict =
  | { readonly fires: true; readonly by: FiredBy }
  | { readonly fires: false; readonly reason: HeldReason | null; readonly by: FiredBy | null };

const no = (reason: HeldReason | null, by: FiredBy | null = null): Verdict => ({ fires: false, reason, by });

function timed(entry: CompiledEntry, request: ScanRequest): TimedState {
  return timedState(entry, request.firedAt.get(entry.id) ?? null, request.messageCount);
}

function stickyOf(book: CompiledBook, request: ScanRequest): readonly number[] {
  return [...request.firedAt.keys()].flatMap((id) => {
    const place = book.places.get(id);
    const entry = place === undefined ? undefined : book.entries[place];
    return place === undefined || entry === undefined || timed(entry, request) !== 'sticky' ? [] : [place];
  });
}

function judge(entry: CompiledEntry, hits: Hits, request: ScanRequest, step: number, level: number): Verdict {
  const { fields, decorators } = entry;
  const state = timed(entry, request);
  const found = hits.first(entry.keys, entry);
  const by = firedBy(entry, hits, found, state);
  if (decorators.dontActivate && !decorators.activate) return no('never', by);
  if (decorators.activate) return { fires: true, by: { kind: 'always' } };
  if (state === 'sticky') return { fires: true, by: { kind: 'sticky' } };
  if (by === null) return no(hits.stopped(entry) ? 'regex_stopped' : null);
  if (state === 'resting') return no('cooldown', by);
  if (state === 'spent') return no('once', by);
  if (request.messageCount < fields.delay) return no('delay', by);
  if (decorators.onlyAfter !== null && request.replyCount < decorators.onlyAfter) return no('replies', by);
  if (decorators.onlyEvery !== null && request.replyCount % decorators.onlyEvery !== 0) return no('replies', by);
  if (decorators.greeting !== null && request.greeting !== null && request.greeting !== decorators.greeting)
    return no('greeting', by);
  if (step > 0 && fields.excludeRecursion) return no('recursion', by);
  if (fields.delayUntilRecursion > 0 && (step === 0 || fields.delayUntilRecursion > level)) return no('recursion', by);
  const has = (key: CompiledKey): boolean => hits.first([key], entry) !== null;
  if (by.kind === 'key' && !secondaryHolds(entry, has)) return no('secondary', by);
  if (!entry.additionalKeys.every((keys) => keys.some(has))) return no('additional', by);
  if (entry.excludeKeys.some(has)) return no('excluded', by);
  if (entry.excludeKeysAll.length > 0 && entry.excludeKeysAll.every(has)) return no('excluded', by);
  return { fires: true, by };
}

function firedBy(entry: CompiledEntry, hits: Hits, found: Found | null, state: TimedState): FiredBy | null {
  if (entry.decorators.activate) return { kind: 'always' };
  if (state === 'sticky') return { kind: 'sticky' };
  if (entry.fields.constant && !entry.fields.regex) return { kind: 'constant' };
  if (found === null) return null;
  const secondary = entry.secondaryKeys.filter((key) => hits.first([key], entry) !== null).map(({ text }) => text);
  return {
    kind: 'key',
    key: found.key.text,
    secondary,
    in: found.origin === null ? { message: found.distance } : { entryId: found.origin },
  };
}

function secondaryHolds(entry: CompiledEntry, has: (key: CompiledKey) => boolean): boolean {
  const keys = entry.secondaryKeys;
  if (keys.length === 0) return true;
  switch (entry.fields.logic) {
    case 'any':
      return keys.some(has);
    case 'all':
      return keys.every(has);
    case 'notAny':
      return !keys.some(has);
    case 'notAll':
      return !keys.every(has);
  }
}

/**
 * Gives tokens out: what is sticky first, then by precedence of the book, then by priority (order where there is none), what
 * gives way on a full prompt last. When one does not fit, neither do those after it: it is the lowest that are dropped. Only
 * what is larger than the whole budget by itself is passed over.
 */
function spend(
  candidates: readonly Candidate[],
  request: ScanRequest,
  spent: { all: number; readonly byBook: number[] },
  drop: (candidate: Candidate) => void,
): { readonly fired: Fired; readonly searched: string; readonly groups: readonly string[] }[] {
  const ranked = [...candidates].sort(
    (a, b) =>
      Number(a.entry.decorators.ignoreOnMaxContext) - Number(b.entry.decorators.ignoreOnMaxContext) ||
      Number(b.by.kind === 'sticky') - Number(a.by.kind === 'sticky') ||
      a.book - b.book ||
      keepRank(b.entry) - keepRank(a.entry) ||
      b.entry.fields.order - a.entry.fields.order,
  );
  const full = new Set<number>();
  let allFull = false;
  return ranked.flatMap((candidate) => {
    const { entry, book } = candidate;
    const own = request.books[book]?.fields.tokenBudget ?? Infinity;
    if (allFull || full.has(book)) {
      drop(candidate);
      return [];
    }
    const { told, searched } = expandLoreMacros(entry.text, request.random, request.seed);
    const text = told.trim();
    if (text === '') return [];
    const tokens = request.countTokens(text);
    const used = spent.byBook[book];
    assert(used !== undefined, 'a book that is scanned is counted');
    if (spent.all + tokens > request.budget || used + tokens > own) {
      if (spent.all + tokens > request.budget) allFull = tokens <= request.budget;
      else if (tokens <= own) full.add(book);
      drop(candidate);
      return [];
    }
    spent.all += tokens;
    spent.byBook[book] = used + tokens;
    const fired: Fired = { book, place: candidate.place, entry, by: candidate.by, step: 0, text, tokens };
    return [{ fired, searched, groups: groupNames(entry) }];
  });
}

function keepRank(entry: CompiledEntry): number {
  return entry.fields.priority ?? entry.fields.order;
}
