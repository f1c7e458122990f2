import type { Locale } from '../../settings/contract.ts';
import type { SceneTurn } from '../scene.ts';
import { asksSomething } from './bank.ts';
import type { CueSheet, Scores } from './cues.ts';
import { hear, type Heard } from './normalise.ts';
import { ECHOING, GREETINGS, HEAVY, LIGHT, PARTING, type Situation } from './situations.ts';

/** What was understood of a message, and how much of it is worth acting on. */
export interface Detection {
  readonly situation: Situation;
  /** Likeliest first; the situation itself is among them. */
  readonly ranked: readonly Situation[];
  /** Something in it, or just before it, hurts: nothing glad is to be said. */
  readonly heavy: boolean;
  /** What the talk has been about, when this message alone does not say. */
  readonly carried: Situation | null;
  readonly heard: Heard;
}

export type CueSheets = Readonly<Record<Locale, CueSheet>>;

/** Below this nothing was understood, and listening is the honest answer. */
const ENOUGH = 3;
/** What may follow a greeting within a breath: おはよう、まだ眠い. */
const GREETED_FEELINGS = [
  'tired',
  'sleepy',
  'sad',
  'happy',
  'angry',
  'lonely',
  'illness',
  'hungry',
  'anxious',
  'stressed',
  'cannot_sleep',
  'bored',
] as const;
/** Where and with whom things happen. */
// prettier-ignore
const PLACES = [
  'work', 'school', 'weekend', 'plans', 'family', 'friends', 'food', 'drink', 'exercise', 'shopping', 'travel', 'music', 'book_film', 'game', 'pets',
  'weather_rain', 'weather_cold', 'weather_hot', 'season', 'return_home',
] as const;
const WORLDLY = /^(?:who|what|how|when|where|why)(?:'s|s)? (?!.*\b(?:i|me|my|you|your|we|us)\b)/u;
/** A matter is carried over at most this many of the person's messages that say nothing of their own. */
const CARRY_TURNS = 3;

/**
 * Judges a person's message. `before` is what was said until then, oldest first: a short yes, a "you?" or a next
 * sentence of the same story mean nothing alone.
 */
export function detect(sheets: CueSheets, message: string, before: readonly SceneTurn[]): Detection {
  const heard = hear(message);
  const scores = new Map(scoresOf(sheets, heard));
  const carried = carriedFrom(sheets, before);
  const last = before.at(-1);
  const answersUs = last?.author === 'character' && asksSomething(last.text);
  settle(scores, heard);

  const ranked = rank(scores, heard);
  const top = ranked[0];
  const heavy =
    [...scores].some(([situation, score]) => HEAVY.has(situation) && score >= ENOUGH) ||
    (carried !== null && HEAVY.has(carried) && (top === undefined || ECHOING.has(top) || (scores.get(top) ?? 0) < 5));
  const situation = inContext(top ?? 'listening', {
    heard,
    carried,
    answersUs,
    heavy,
    scores,
    first: before.length === 0,
  });
  return {
    situation,
    ranked: [situation, ...ranked.filter((other) => other !== situation)],
    heavy,
    carried: carried === situation ? null : carried,
    heard,
  };
}

/** Whether a text speaks of ending one's life or of harming oneself, in either language. */
export function speaksOfCrisis(sheets: CueSheets, text: string): boolean {
  return (scoresOf(sheets, hear(text)).get('crisis') ?? 0) >= ENOUGH;
}

function scoresOf(sheets: CueSheets, heard: Heard): Scores {
  const scores = sheets[heard.script].score(heard);
  if (heard.script === 'en' || !/[a-z]{3}/u.test(heard.forms)) return scores;
  // Japanese with English in it: the one thing that must not be missed in the other language.
  const crisis = sheets.en.score(heard).get('crisis');
  return crisis === undefined ? scores : new Map([...scores, ['crisis', crisis]]);
}

/** Weighs situations that are heard at once against each other. */
function settle(scores: Map<Situation, number>, heard: Heard): void {
  const change = (situation: Situation, by: number): void => {
    const score = scores.get(situation);
    if (score !== undefined) scores.set(situation, score + by);
  };
  const has = (situation: Situation): boolean => (scores.get(situation) ?? 0) >= ENOUGH;
  const hurts = [...scores].some(([situation, score]) => HEAVY.has(situation) && situation !== 'sorry' && score >= 5);
  if (hurts) for (const light of LIGHT) change(light, -4);
  // A greeting, a thank-you or an apology opens a message that is about something else.
  for (const opening of ['greeting_morning', 'greeting_day', 'greeting_evening', 'thanks', 'sorry'] as const) {
    if (
      heard.length > 14 &&
      [...scores].some(([other, score]) => other !== opening && !GREETINGS.has(other) && score >= 6)
    )
      change(opening, -2);
  }
  if (GREETED_FEELINGS.some(has) && heard.length > 5) for (const greeting of GREETINGS) change(greeting, -2);
  // How one is matters more than where it came about.
  for (const feeling of [
    'tired',
    'sad',
    'angry',
    'lonely',
    'anxious',
    'stressed',
    'scared',
    'embarrassed',
    'disappointed',
    'regret',
  ] as const) {
    if (has(feeling)) for (const place of PLACES) change(place, -1.5);
  }
  if (has('work_trouble')) {
    change('work', -4);
    change('angry', -1);
    change('sad', -1);
  }
  // A feeling that a question asks after is the companion's.
  if (heard.question && has('about_feelings'))
    for (const feeling of ['sad', 'happy', 'lonely', 'angry', 'love', 'tired', 'sleepy'] as const) change(feeling, -5);
  // A question about the world is one, whatever the world's part.
  const personal = [...scores.keys()].some((situation) => situation.startsWith('about_') || situation === 'crisis');
  if (has('unsure') && !personal) change('unsure', hurts ? -3 : heard.question || WORLDLY.test(heard.core) ? 4 : -1);
  for (const matter of ['work', 'exam', 'travel', 'birthday', 'weekend', 'illness'] as const)
    if (has(matter)) change('plans', -2);
  if (has('plans')) change('friends', -1.5);
  for (const { match, situation, by } of ILL_MATCHED) if (match.test(heard.forms)) change(situation, by);
  // Going over what one reads in short forms such as "lol" is not the matter when there is one.
  if (heard.length > 16) change('laugh', -3);
}

/** Words of one situation within words that mean another. */
const ILL_MATCHED: readonly { readonly match: RegExp; readonly situation: Situation; readonly by: number }[] = [
  { match: /(?:行|い)ってき(?:た|ました)|went\b/u, situation: 'goodbye', by: -9 },
  {
    match: /\b(?:this|every|in the|next|tomorrow|yesterday|all|saturday|sunday|monday) morning\b/u,
    situation: 'greeting_morning',
    by: -9,
  },
  { match: /^i(?:'?m|'?ll| want to| need to| have| was| am| will| had)\b/u, situation: 'request', by: -9 },
  { match: /くださ(?:って|り)|助かり/u, situation: 'insult', by: -9 },
  { match: /て(?:くれた|くれて|もらった|もらって)/u, situation: 'request', by: -9 },
  { match: /久しぶりに(?:帰|食べ|行|作|弾|描|飲|見|走|泳|会っ)/u, situation: 'miss_you', by: -9 },
  { match: /寝る(?:時間|の|前|暇)/u, situation: 'goodnight', by: -9 },
  {
    match:
      /ありがとう(?:と|って)言|\b(?:he|she|they|someone|everyone|customer\w*) (?:said|says|told me) thank|thanked/u,
    situation: 'thanks',
    by: -9,
  },
  { match: /\bback (?:at|in|with|to) (?:my|the|our)/u, situation: 'return_home', by: -9 },
  { match: /\b(?:en)?courag/u, situation: 'angry', by: -9 },
  { match: /帰ってきたら|帰ったら/u, situation: 'return_home', by: -9 },
  { match: /が好きな人/u, situation: 'romance_trouble', by: -8 },
  { match: /苦手|\bbad at\b/u, situation: 'scared', by: -8 },
  { match: /(?:一人|ひとり)で(?:全部|やっ|でき|作っ|行)/u, situation: 'lonely', by: -6 },
  { match: /疲れ(?:が|も)?(?:一気に)?(?:飛|吹き飛|取れ|とれ)/u, situation: 'tired', by: -9 },
];

/** Beneath equal scores lies what must not be missed, then what is felt, then what is said about things. */
function rank(scores: Scores, heard: Heard): Situation[] {
  const weighed = [...scores].map(([situation, score]) => ({
    situation,
    score: score + (HEAVY.has(situation) ? 0.5 : 0),
  }));
  const ranked = weighed.filter(({ score }) => score >= ENOUGH).toSorted((a, b) => b.score - a.score);
  if (heard.length === 0 && ranked.length === 0) return ['short_ack'];
  return [...ranked.map(({ situation }) => situation), 'listening'];
}

interface Context {
  readonly heard: Heard;
  readonly carried: Situation | null;
  readonly answersUs: boolean;
  readonly heavy: boolean;
  readonly scores: Scores;
  readonly first: boolean;
}

function inContext(top: Situation, { heard, carried, answersUs, heavy, scores, first }: Context): Situation {
  if (top === 'crisis') return top;
  if (answersUs) {
    // Their yes or no is an answer; it agrees or disagrees with nothing.
    if ((top === 'agree' || top === 'short_ack') && heard.length <= 4 && affirms(heard)) return 'listening';
    if (top === 'disagree' && heard.length <= 6) return 'short_ack';
    if (top === 'short_ack' && heard.length > 6) return 'listening';
  }
  if (
    top === 'about_day' &&
    /^(?:(?:そっち|そちら|君|きみ|あなた|お前)(?:の(?:ほう|方))?は|(?:and |what about |how about )?(?:you|yourself|u))$/u.test(
      heard.core,
    )
  ) {
    return askedBack(carried);
  }
  // The same tale goes on: laughter in grief is not mirth, and a stray glad word turns nothing.
  if (heavy && LIGHT.has(top) && (scores.get(top) ?? 0) < 6) return 'listening';
  if (heavy && (top === 'agree' || top === 'short_ack')) return 'listening';
  if (top === 'laugh' && carried !== null && HEAVY.has(carried)) return 'listening';
  if (first && top === 'listening' && heard.length === 0) return 'first_meeting';
  return top;
}

function affirms(heard: Heard): boolean {
  return /^(?:うん|うんうん|はい|ん|ええ|そう|yes|yeah|yep|yup|sure|ok|okay|mm|mhm)/u.test(heard.core);
}

/** "And you?" asks what the person has just told of themselves. */
function askedBack(carried: Situation | null): Situation {
  switch (carried) {
    case 'food':
    case 'drink':
    case 'music':
    case 'book_film':
    case 'game':
    case 'season':
    case 'sport':
    case 'pets':
    case 'travel':
    case 'about_likes':
      return 'about_likes';
    case 'tired':
    case 'happy':
    case 'sad':
    case 'lonely':
    case 'anxious':
    case 'sleepy':
    case 'love':
    case 'about_feelings':
      return 'about_feelings';
    default:
      return 'about_day';
  }
}

/** The newest matter among the person's last messages. */
function carriedFrom(sheets: CueSheets, before: readonly SceneTurn[]): Situation | null {
  let steps = 0;
  for (const turn of before.toReversed()) {
    if (turn.author !== 'person') continue;
    if (steps === CARRY_TURNS) return null;
    const heard = hear(turn.text);
    const scores = new Map(scoresOf(sheets, heard));
    settle(scores, heard);
    const top = rank(scores, heard)[0];
    // Going out and coming home lie between the parts of one story.
    if (top !== undefined && (GREETINGS.has(top) || PARTING.has(top))) continue;
    if (top !== undefined && !ECHOING.has(top)) return top;
    steps += 1;
  }
  return null;
}
