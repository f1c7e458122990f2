import type { Day } from '../time/calendar.ts';
import { createLexicalIndex, type LexicalIndex } from './lexical-index.ts';
import type { TurnFacts } from './turn-facts.ts';

/** One character's history as ranking sees it: documents are turns, numbered in the order they were added. */
export interface Corpus {
  readonly index: LexicalIndex;
  /**
   * `session` and `speaker` are any texts that tell them apart. Turns of one session are added in their order; one that takes
   * the place of another stands between the other's neighbours.
   */
  add(facts: TurnFacts, place: { readonly session: string; readonly speaker: string }, replaces?: number): number;
  remove(document: number): void;
  /** The turn before or after in the same session; -1 when there is none. */
  before(document: number): number;
  after(document: number): number;
  sessionOf(document: number): number;
  speakerOf(document: number): string;
  dayOf(document: number): Day;
  /** from, to, from, to … */
  timesOf(document: number): readonly Day[];
  /** From 0 to 1. */
  asks(document: number): number;
  has(document: number, trait: Trait): boolean;
  /** How late in the history, from 0 to 1. */
  lateness(document: number): number;
  /** The same facts by document, for a look at all of them; valid until the next change. */
  columns(): Columns;
}

export interface Columns {
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly session: Int32Array;
  /** Places in `speakers`. */
  readonly speaker: Int32Array;
  readonly day: Int32Array;
  readonly speakers: readonly string[];
  /** Every time that is spoken of: by which document, and from when to when. */
  readonly spans: {
    readonly count: number;
    readonly document: Int32Array;
    readonly from: Int32Array;
    readonly to: Int32Array;
  };
}

export type Trait = 'number' | 'self' | 'caption' | 'time';
const TRAIT_BITS: Readonly<Record<Trait, number>> = { number: 1, self: 2, caption: 4, time: 8 };
const NO_TIMES: readonly Day[] = [];
const NONE = -1;

export function createCorpus(): Corpus {
  const index = createLexicalIndex();
  const sessions = new Map<string, number>();
  const lastOfSession: number[] = [];
  const speakers: string[] = [];
  let before = new Int32Array(256);
  let after = new Int32Array(256);
  let sessionOf = new Int32Array(256);
  let speakerOf = new Int32Array(256);
  let days = new Int32Array(256);
  const orderOf: number[] = [];
  const asks: number[] = [];
  const traits: number[] = [];
  const times = new Map<number, readonly Day[]>();
  let spanCount = 0;
  let spanDocument = new Int32Array(64);
  let spanFrom = new Int32Array(64);
  let spanTo = new Int32Array(64);

  const sessionNumber = (name: string): number => {
    const known = sessions.get(name);
    if (known !== undefined) return known;
    sessions.set(name, sessions.size);
    return sessions.size - 1;
  };
  const link = (earlier: number, later: number): void => {
    if (earlier !== NONE) after[earlier] = later;
    if (later !== NONE) before[later] = earlier;
  };

  return {
    index,
    add(facts, place, replaces) {
      const session = replaces === undefined ? sessionNumber(place.session) : (sessionOf[replaces] ?? 0);
      const document = index.add(facts, session);
      if (document >= before.length) {
        before = doubled(before);
        after = doubled(after);
        sessionOf = doubled(sessionOf);
        speakerOf = doubled(speakerOf);
        days = doubled(days);
      }
      before[document] = NONE;
      after[document] = NONE;
      if (replaces === undefined) {
        link(lastOfSession[session] ?? NONE, document);
        lastOfSession[session] = document;
        orderOf.push(document);
      } else {
        link(before[replaces] ?? NONE, document);
        link(document, after[replaces] ?? NONE);
        if (lastOfSession[session] === replaces) lastOfSession[session] = document;
        orderOf.push(orderOf[replaces] ?? document);
        index.remove(replaces);
      }
      let speaker = speakers.indexOf(place.speaker);
      if (speaker === -1) speaker = speakers.push(place.speaker) - 1;
      sessionOf[document] = session;
      speakerOf[document] = speaker;
      days[document] = facts.day;
      asks.push(facts.asks);
      if (facts.times.length > 0) times.set(document, facts.times);
      for (let each = 0; each + 1 < facts.times.length; each += 2) {
        if (spanCount === spanDocument.length) {
          spanDocument = doubled(spanDocument);
          spanFrom = doubled(spanFrom);
          spanTo = doubled(spanTo);
        }
        spanDocument[spanCount] = document;
        spanFrom[spanCount] = facts.times[each] ?? 0;
        spanTo[spanCount] = facts.times[each + 1] ?? 0;
        spanCount++;
      }
      traits.push(
        (facts.hasNumber ? TRAIT_BITS.number : 0) |
          (facts.speaksOfSelf ? TRAIT_BITS.self : 0) |
          (facts.hasCaption ? TRAIT_BITS.caption : 0) |
          (facts.times.length > 0 ? TRAIT_BITS.time : 0),
      );
      return document;
    },
    remove(document) {
      link(before[document] ?? NONE, after[document] ?? NONE);
      const session = sessionOf[document] ?? 0;
      if (lastOfSession[session] === document) lastOfSession[session] = before[document] ?? NONE;
      index.remove(document);
    },
    before: (document) => before[document] ?? NONE,
    after: (document) => after[document] ?? NONE,
    sessionOf: (document) => sessionOf[document] ?? 0,
    speakerOf: (document) => speakers[speakerOf[document] ?? 0] ?? '',
    dayOf: (document) => days[document] ?? 0,
    timesOf: (document) => times.get(document) ?? NO_TIMES,
    asks: (document) => asks[document] ?? 0,
    has: (document, trait) => ((traits[document] ?? 0) & TRAIT_BITS[trait]) !== 0,
    lateness: (document) => (orderOf[document] ?? 0) / Math.max(1, index.documents),
    columns: () => ({
      before,
      after,
      session: sessionOf,
      speaker: speakerOf,
      day: days,
      speakers,
      spans: { count: spanCount, document: spanDocument, from: spanFrom, to: spanTo },
    }),
  };
}

function doubled(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2);
  larger.set(column);
  return larger;
}
