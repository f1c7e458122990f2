import type { Day } from '../time/calendar.ts';
import type { Corpus } from './corpus.ts';
import type { QueryTerm } from './lexical-index.ts';
import type { Question } from './question.ts';

/** What a score is made of; its sum. Every part is about 0 to 1 for a turn that is asked for. */
export interface ScoreParts {
  /** The question's words and their kin, in the turn itself. */
  readonly words: number;
  /** The same in the turns around it and in its session. */
  readonly context: number;
  /** Nearness in meaning, of the turn and of those around it. */
  readonly meaning: number;
  /** That it speaks of the time asked for, or was said then. */
  readonly time: number;
  /** That who is asked about said it. */
  readonly speaker: number;
  /** That it tells rather than asks, holds a number when one is wanted, and so on. */
  readonly manner: number;
}

/**
 * Weights were reasoned and then settled on the dialogues under electron/core/memory/eval. What was seen there: score with
 * context, return single turns; a sum beats ranks fused; a question finds the answer through the turn that asked it.
 */
const WEIGHTS = {
  own: 0.2,
  kin: 0.1,
  near: 0.1,
  far: 0.15,
  window: 0.25,
  session: 0.15,
  answers: 0.15,
  speaker: 0.25,
  time: 0.4,
  wantsTime: 0.15,
  later: 0.15,
  asks: -0.12,
  wantsAmount: 0.12,
  wantsPicture: 0.05,
  self: 0.03,
  length: 0.15,
  closeSelf: 0.3,
  closePair: 0.25,
  closeWindow: 0.3,
} as const;

/** A turn of this many content words says something. */
const FULL_LENGTH = 8;

/** How a question stands to a whole corpus. */
export interface Lexical {
  readonly terms: readonly QueryTerm[];
  /** Term → its place in `terms`. */
  readonly places: ReadonlyMap<number, number>;
  /** BM25 by document, as a share of what a turn with every word of the question would get. Longer than there are documents. */
  readonly own: Float32Array;
  /** The same for concepts. */
  readonly kin: Float32Array;
  /** BM25 by session. */
  readonly sessions: Float32Array;
  /** The best session's. */
  readonly bestSession: number;
  readonly ideal: number;
  /** As long as `own`: where candidates are worked out. */
  readonly room: Float32Array;
}

/** `spent` is an answer that is looked at no more; its arrays are used again. */
export function lexicalScores(corpus: Corpus, question: Question, spent?: Lexical): Lexical {
  const { index } = corpus;
  const terms = index.terms(question.words);
  let ideal = 0;
  for (const [word, weight] of question.words) ideal += weight * index.rarity(word);
  const share = ideal === 0 ? 0 : 1 / ideal;
  const sessions = index.sessionScores(terms, spent?.sessions);
  let bestSession = 0;
  for (let session = 0; session < sessions.length; session++)
    bestSession = Math.max(bestSession, sessions[session] ?? 0);
  const own = index.scores(terms, share, spent?.own);
  return {
    terms,
    places: new Map(terms.map(({ term }, place) => [term, place])),
    own,
    kin: index.scores(index.terms(question.concepts), share, spent?.kin),
    sessions,
    bestSession,
    ideal,
    room: spent?.room.length === own.length ? spent.room : new Float32Array(own.length),
  };
}

/** The documents worth a closer look, by what is cheap to know of all of them; in no order, a few more than `limit` at most. */
export function candidates(corpus: Corpus, question: Question, lexical: Lexical, limit: number): number[] {
  const { own, kin, sessions, room } = lexical;
  const { before, after, session, speaker, speakers } = corpus.columns();
  const { documents } = corpus.index;
  const times = question.times.length === 0 ? undefined : timesOfAll(corpus, question.times);
  const asked = Float64Array.from(speakers, (name) => 0.25 * (question.about.get(name) ?? 0));
  const ofSession = lexical.bestSession === 0 ? 0 : 0.2 / lexical.bestSession;
  const counts = new Uint32Array(STEPS + 1);
  for (let document = 0; document < documents; document++) {
    const earlier = before[document] ?? -1;
    const later = after[document] ?? -1;
    let score = (own[document] ?? 0) + 0.5 * (kin[document] ?? 0);
    if (earlier >= 0) score += 0.5 * (own[earlier] ?? 0);
    if (later >= 0) score += 0.5 * (own[later] ?? 0);
    if (times !== undefined) score += 0.8 * (times[document] ?? 0);
    if (score > 0) {
      score += ofSession * (sessions[session[document] ?? 0] ?? 0) + (asked[speaker[document] ?? 0] ?? 0);
      const step = Math.min(STEPS, (score * STEPS_OF_ONE) | 0);
      counts[step] = (counts[step] ?? 0) + 1;
    }
    room[document] = score;
  }
  const least = borderOf(counts, limit);
  const found: number[] = [];
  for (let document = 0; document < documents; document++) {
    const score = room[document] ?? 0;
    if (score > 0 && score >= least && !corpus.index.isRemoved(document)) found.push(document);
  }
  return found;
}

/** Scores are told apart this finely; what is far above 1 is worth a look anyway. */
const STEPS_OF_ONE = 2048;
const STEPS = 4 * STEPS_OF_ONE;

/** A score that about `limit` of those counted reach, and no fewer if there are as many. */
function borderOf(counts: Uint32Array, limit: number): number {
  let above = 0;
  for (let step = STEPS; step > 0; step--) {
    above += counts[step] ?? 0;
    if (above >= limit) return step / STEPS_OF_ONE;
  }
  return 0;
}

/** `timeScore` of every document. */
function timesOfAll(corpus: Corpus, asked: Question['times']): Float32Array {
  const { day, spans } = corpus.columns();
  const { documents } = corpus.index;
  const times = new Float32Array(documents);
  for (const [from, to] of asked) {
    const end = afterglow(from, to);
    for (let document = 0; document < documents; document++) {
      const said = day[document] ?? 0;
      if (said < from || said >= end) continue;
      const time = said < to ? SAID_THEN : SAID_AFTER;
      if (time > (times[document] ?? 0)) times[document] = time;
    }
    for (let span = 0; span < spans.count; span++) {
      const time = overlapScore(from, to, spans.from[span] ?? 0, spans.to[span] ?? 0);
      const document = spans.document[span] ?? 0;
      if (time > (times[document] ?? 0)) times[document] = time;
    }
  }
  return times;
}

/** All parts of a document's score but its meaning, which is 0. */
export function lexicalParts(corpus: Corpus, question: Question, lexical: Lexical, document: number): ScoreParts {
  const { own } = lexical;
  const { wants } = question;
  const before = corpus.before(document);
  const after = corpus.after(document);
  const near = at(own, before) + at(own, after);
  const far = (before === -1 ? 0 : at(own, corpus.before(before))) + (after === -1 ? 0 : at(own, corpus.after(after)));
  const lateness = corpus.lateness(document);
  return {
    words: WEIGHTS.own * at(own, document) + WEIGHTS.kin * at(lexical.kin, document),
    context:
      WEIGHTS.near * near +
      WEIGHTS.far * far +
      WEIGHTS.window * windowScore(corpus, lexical, before, document, after) +
      WEIGHTS.session * sessionScore(lexical, corpus.sessionOf(document)) +
      WEIGHTS.answers * (before === -1 ? 0 : corpus.asks(before) * at(own, before)),
    meaning: 0,
    time:
      WEIGHTS.time * timeScore(question.times, corpus.dayOf(document), corpus.timesOf(document)) +
      (wants.time && corpus.has(document, 'time') ? WEIGHTS.wantsTime : 0) +
      (wants.latest ? WEIGHTS.later * lateness : wants.earliest ? WEIGHTS.later * (1 - lateness) : 0),
    speaker:
      WEIGHTS.speaker * (question.about.size === 0 ? 0.5 : (question.about.get(corpus.speakerOf(document)) ?? 0)),
    manner:
      WEIGHTS.asks * corpus.asks(document) +
      (wants.amount && corpus.has(document, 'number') ? WEIGHTS.wantsAmount : 0) +
      (wants.picture && corpus.has(document, 'caption') ? WEIGHTS.wantsPicture : 0) +
      (corpus.has(document, 'self') ? WEIGHTS.self : 0) +
      WEIGHTS.length * Math.min(1, corpus.index.sizeOf(document) / FULL_LENGTH),
  };
}

/** The part that meaning has in a score, from cosines with the question. */
export function meaningPart(closeness: {
  readonly self: number;
  /** Of the mean direction with the turn before. */
  readonly pair: number;
  /** Of the mean direction with both neighbours. */
  readonly window: number;
}): number {
  return (
    WEIGHTS.closeSelf * closeness.self + WEIGHTS.closePair * closeness.pair + WEIGHTS.closeWindow * closeness.window
  );
}

export function sumOf(parts: ScoreParts): number {
  return parts.words + parts.context + parts.meaning + parts.time + parts.speaker + parts.manner;
}

function at(scores: Float32Array, document: number): number {
  return document === -1 ? 0 : (scores[document] ?? 0);
}

/** A session's score as a share of the best. */
function sessionScore({ sessions, bestSession }: Lexical, session: number): number {
  return bestSession === 0 ? 0 : (sessions[session] ?? 0) / bestSession;
}

/** How much of the question three turns in a row hold together: each word counts where it is held best. */
function windowScore(corpus: Corpus, lexical: Lexical, before: number, document: number, after: number): number {
  const { terms, places, ideal } = lexical;
  if (ideal === 0) return 0;
  const most = new Float64Array(terms.length);
  if (before !== -1) corpus.index.raise(before, places, most);
  corpus.index.raise(document, places, most);
  if (after !== -1) corpus.index.raise(after, places, most);
  let score = 0;
  terms.forEach(({ weight, rarity }, place) => {
    score += weight * rarity * (most[place] ?? 0) * 2;
  });
  return score / ideal;
}

/** What was said at the time asked for may be about it; what was said soon after, too. */
const SAID_THEN = 0.7;
const SAID_AFTER = 0.35;

function afterglow(from: Day, to: Day): Day {
  return to + Math.min(14, Math.max(4, to - from));
}

/** 1 when the turn speaks of that time, less when it was only said then or soon after; 0 when no time is asked for. */
function timeScore(asked: readonly (readonly [Day, Day])[], day: Day, times: readonly Day[]): number {
  let best = 0;
  for (const [from, to] of asked) {
    for (let each = 0; each + 1 < times.length; each += 2) {
      best = Math.max(best, overlapScore(from, to, times[each] ?? 0, times[each + 1] ?? 0));
    }
    if (day >= from && day < afterglow(from, to)) best = Math.max(best, day < to ? SAID_THEN : SAID_AFTER);
  }
  return best;
}

function overlapScore(from: Day, to: Day, toldFrom: Day, toldTo: Day): number {
  if (Math.min(to, toldTo) <= Math.max(from, toldFrom)) return 0;
  const told = toldTo - toldFrom;
  // A day within the month asked for is as good as it gets; the year around a day asked for says little.
  return told <= to - from ? 1 : Math.max(0.3, (to - from) / told);
}
