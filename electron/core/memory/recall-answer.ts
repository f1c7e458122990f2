import type { ScoreParts } from '#shared/memory/recall/rank.ts';

/** What was found, in columns: a thread hands over a few long arrays sooner than many small objects. */
export interface Answer {
  /** The `seq`s of the best, best first as far as can be said without their meaning. What was just deleted may be among them. */
  readonly items: Float64Array;
  /** The turns beside each in its session, by their `seq`; -1 where there is none. */
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** Of each: words, context, time, speaker, manner (see `packParts`). */
  readonly parts: Float64Array;
  /** BM25 alone, as a share of what a turn with every word of the question would get. */
  readonly own: Float64Array;
  /** How much of what the words ask for besides themselves each holds. */
  readonly kin: Float64Array;
  /** As in `Evidence`. */
  readonly known: number;
  readonly unknown: number;
}

/** All parts but meaning, which words do not tell. */
export function packParts(all: readonly ScoreParts[]): Float64Array {
  const packed = new Float64Array(all.length * PARTS);
  all.forEach(({ words, context, time, speaker, manner }, each) => {
    const at = each * PARTS;
    packed[at] = words;
    packed[at + 1] = context;
    packed[at + 2] = time;
    packed[at + 3] = speaker;
    packed[at + 4] = manner;
  });
  return packed;
}

/** What the first found and then the second; how much is known is the first's to say. */
export function joined(first: Answer, second: Answer): Answer {
  const both = (one: Float64Array, other: Float64Array): Float64Array => {
    const all = new Float64Array(one.length + other.length);
    all.set(one);
    all.set(other, one.length);
    return all;
  };
  return {
    ...first,
    items: both(first.items, second.items),
    before: both(first.before, second.before),
    after: both(first.after, second.after),
    parts: both(first.parts, second.parts),
    own: both(first.own, second.own),
    kin: both(first.kin, second.kin),
  };
}

/** The parts of the one at this place; `meaning` is put to them. */
export function partsAt(packed: Float64Array, at: number, meaning: number): ScoreParts {
  const part = (which: number): number => packed[at * PARTS + which] ?? 0;
  return { words: part(0), context: part(1), meaning, time: part(2), speaker: part(3), manner: part(4) };
}

const PARTS = 5;
