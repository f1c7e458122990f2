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
  /** BM25 by document, as a share of what a turn with every word of the question would get. */
  readonly own: Float32Array;
  /** The same for concepts. */
  readonly kin: Float32Array;
  /** By session, as a share of the best. */
  readonly sessions: Float32Array;
  readonly ideal: number;
}

export function lexicalScores(corpus: Corpus, question: Question): Lexical {
  const { index } = corpus;
  const terms = index.terms(question.words);
  let ideal = 0;
  for (const [word, weight] of question.words) ideal += weight * index.rarity(word);
  const own = index.scores(terms).slice();
  const kin = index.scores(index.terms(question.concepts)).slice();
  const sessions = index.sessionScores(terms).slice();
  const best = sessions.reduce((most, score) => Math.max(most, score), 0);
  scale(own, ideal === 0 ? 0 : 1 / ideal);
  scale(kin, ideal === 0 ? 0 : 1 / ideal);
  scale(sessions, best === 0 ? 0 : 1 / best);
  return { terms, own, kin, sessions, ideal };
}

/** The documents worth a closer look, by what is cheap to know of all of them; in no order, a few more than `limit` at most. */
export function candidates(corpus: Corpus, question: Question, lexical: Lexical, limit: number): number[] {
  const { own, kin, sessions } = lexical;
  const { before, after, session, speaker, day, speakers } = corpus.columns();
  const scores = new Float32Array(own.length);
  for (let document = 0; document < own.length; document++) {
    const words = own[document] ?? 0;
    const more = kin[document] ?? 0;
    if (words === 0 && more === 0) continue;
    scores[document] = (scores[document] ?? 0) + words + 0.5 * more;
    const earlier = before[document] ?? -1;
    const later = after[document] ?? -1;
    if (earlier !== -1) scores[earlier] = (scores[earlier] ?? 0) + 0.5 * words;
    if (later !== -1) scores[later] = (scores[later] ?? 0) + 0.5 * words;
  }
  const asked = speakers.map((name) => 0.25 * (question.about.get(name) ?? 0));
  if (question.times.length > 0) {
    const times = new Float32Array(scores.length);
    for (const [from, to] of question.times) {
      const end = afterglow(from, to);
      for (let document = 0; document < times.length; document++) {
        const said = day[document] ?? 0;
        if (said < from || said >= end) continue;
        times[document] = Math.max(times[document] ?? 0, said < to ? SAID_THEN : SAID_AFTER);
      }
    }
    for (const [document, told] of corpus.timed())
      times[document] = timeScore(question.times, day[document] ?? 0, told);
    for (let document = 0; document < times.length; document++) {
      const time = times[document] ?? 0;
      if (time > 0) scores[document] = (scores[document] ?? 0) + 0.8 * time;
    }
  }
  let best = 0;
  for (let document = 0; document < scores.length; document++) {
    let score = scores[document] ?? 0;
    if (score === 0) continue;
    score += 0.2 * (sessions[session[document] ?? 0] ?? 0) + (asked[speaker[document] ?? 0] ?? 0);
    scores[document] = score;
    if (score > best) best = score;
  }
  const least = borderOf(scores, best, limit);
  const found: number[] = [];
  for (let document = 0; document < scores.length; document++) {
    if ((scores[document] ?? 0) > least && !corpus.index.isRemoved(document)) found.push(document);
  }
  return found;
}

const STEPS = 2048;

/** A score that about `limit` of the scores (0 to `best`) are above, and no fewer if there are as many above 0. */
function borderOf(scores: Float32Array, best: number, limit: number): number {
  if (best === 0) return 0;
  const counts = new Uint32Array(STEPS + 1);
  const scale = STEPS / best;
  for (const score of scores)
    if (score > 0) counts[Math.floor(score * scale)] = (counts[Math.floor(score * scale)] ?? 0) + 1;
  let above = 0;
  for (let step = STEPS; step > 0; step--) {
    above += counts[step] ?? 0;
    if (above >= limit) return Math.max(0, (step - 0.001) / scale);
  }
  return 0;
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
      WEIGHTS.window * windowScore(corpus, lexical, [before, document, after]) +
      WEIGHTS.session * (lexical.sessions[corpus.sessionOf(document)] ?? 0) +
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
      WEIGHTS.length * Math.min(1, corpus.index.termsOf(document).length / FULL_LENGTH),
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

function scale(values: Float32Array, factor: number): void {
  for (let each = 0; each < values.length; each++) values[each] = (values[each] ?? 0) * factor;
}

function at(scores: Float32Array, document: number): number {
  return document === -1 ? 0 : (scores[document] ?? 0);
}

/** How much of the question three turns in a row hold together: each word counts where it is held best. */
function windowScore(corpus: Corpus, lexical: Lexical, documents: readonly number[]): number {
  let score = 0;
  for (const { term, weight, rarity } of lexical.terms) {
    let best = 0;
    for (const document of documents) {
      if (document !== -1) best = Math.max(best, corpus.index.saturation(document, term));
    }
    score += weight * rarity * best * 2;
  }
  return lexical.ideal === 0 ? 0 : score / lexical.ideal;
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
    const length = to - from;
    for (let each = 0; each + 1 < times.length; each += 2) {
      const overlap = Math.min(to, times[each + 1] ?? 0) - Math.max(from, times[each] ?? 0);
      if (overlap <= 0) continue;
      const other = (times[each + 1] ?? 0) - (times[each] ?? 0);
      // A day within the month asked for is as good as it gets; the year around a day asked for says little.
      best = Math.max(best, other <= length ? 1 : Math.max(0.3, length / other));
    }
    if (day >= from && day < afterglow(from, to)) best = Math.max(best, day < to ? SAID_THEN : SAID_AFTER);
  }
  return best;
}
