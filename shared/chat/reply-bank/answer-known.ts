import { pick } from '../../base/random.ts';
import { MS_PER_MINUTE } from '../../base/time.ts';
import type { Scene } from '../scene.ts';
import { asks } from './acts.ts';
import { knownAnswer } from './known.ts';
import type { Move } from './moves.ts';
import { ownDay, seasonOf, type Season } from './own-day.ts';
import type { Facts } from './phrase.ts';
import { toldToThem } from './remember.ts';
import type { Situation } from './situations.ts';
import { simply, type Answered, type Talk } from './talk.ts';

/** How likely it is to ask back, by move. */
const ASKS_BACK: Readonly<Partial<Record<Move, number>>> = {
  own_day: 0.6,
  own_now: 0,
  own_work: 0.5,
  own_hobby: 0.6,
  asked_how: 0.85,
  own_unknown: 0.5,
  tell_no_user: 0.9,
};

/** Answers a question about the hour, about itself, or about what was said; null when the message is none of these. */
export function answerKnown(talk: Talk): Answered | null {
  const { scene, situation, detection, before, act } = talk;
  if (act === 'despair' || situation === 'insult' || situation === 'about_ai') return null;
  const known = knownAnswer(detection.heard, scene.memories ?? [], before);
  if (known === 'not_remembered') return simply(talk, 'about_memory');
  if (known === null) return aboutUs(talk);
  const { move, told } = known;
  if (move === 'recall_answer') return simply(talk, move, { told: toldToThem(told ?? '', scene.locale) }, 0);
  if (move === 'said_before') return simply(talk, move, { quote: quoted(told ?? '') }, 0);
  return own(talk, move);
}

/** Questions that the situations know for ours, and those nobody has an answer to. */
function aboutUs(talk: Talk): Answered | null {
  const { situation, act, detection } = talk;
  if (/^i(?:'|\s)/u.test(detection.heard.core) && !detection.heard.question) return null;
  if (
    situation === 'about_likes' &&
    !asks(detection) &&
    !/^(?:and |what about |how about )?(?:you|yourself|u)$|^(?:そっち|そちら|君|きみ|あなた)/u.test(
      detection.heard.core,
    )
  )
    return null;
  if (situation === 'about_day') return own(talk, 'own_day');
  if (situation === 'about_likes' && talk.random() < 0.6) return own(talk, 'own_hobby');
  if (situation === 'about_memory') return null;
  if (act !== 'ask' || !asks(detection) || ANSWERED_BY_BANK.has(situation)) return null;
  const { forms } = detection.heard;
  for (const [pattern, move] of BY_FORM)
    if (pattern.test(forms)) return move === 'own_unknown' ? own(talk, move) : simply(talk, move);
  return simply(talk, 'unsure');
}

const ANSWERED_BY_BANK: ReadonlySet<Situation> = new Set<Situation>([
  'about_who',
  'about_likes',
  'about_feelings',
  'about_memory',
  'about_ai',
  'advice',
  'opinion',
  'unsure',
  'request',
]);

/** What a question is after, where no situation knows it, by its form. */
const BY_FORM: readonly (readonly [RegExp, 'about_likes' | 'about_feelings' | 'opinion' | 'advice' | 'own_unknown'])[] =
  [
    [
      /好き[?？]|好きですか|好きなの|好きかな|すき[?？]|\bdo you (?:like|love|enjoy)\b|\byour favou?rite\b/u,
      'about_likes',
    ],
    [
      /(?:眠い|ねむい|疲れ(?:た|る)|楽しい|寂しい|さみしい|嬉しい|うれしい|悲しい)(?:の|です(?:か)?)?[?？]|\bdo you (?:feel|get|ever get)\b/u,
      'about_feelings',
    ],
    [
      /何(?:が|を|に).{0,10}(?:いい|よい|よろこ|喜|あげ)|どうしよう|どうしたら|どうすれば|どうやって|\bwhat should i\b|\bhow (?:do|should|can) i\b|\bany (?:ideas|tips|advice)\b/u,
      'advice',
    ],
    [
      /思う|思います|いいかな|いいと|べき|どうかな|かな[?？]?$|\b(?:do you think|should i|what would you|is it (?:weird|bad|ok|okay|silly|too))\b/mu,
      'opinion',
    ],
    [
      /ことある|ことあります|(?:君|あなた|きみ|そっち)(?:は|も|なら|って)|\b(?:have you ever|would you|do you|did you|can you|could you|are you|will you|and you)\b/u,
      'own_unknown',
    ],
  ];

function own(talk: Talk, move: Move): Answered | null {
  const { scene } = talk;
  const name = scene.personName.trim();
  const real: Move = move === 'tell_user' && name === '' ? 'tell_no_user' : move;
  const more = moreFor(talk, real);
  if (more === null) return simply(talk, 'own_unknown', {}, 0.4);
  return simply(talk, real, more, ASKS_BACK[real] ?? 0.15);
}

/** What the slots of a move need; null when the character has none of it. */
function moreFor(talk: Talk, move: Move): Facts['more'] | null {
  const { scene, facts, days } = talk;
  const { character } = scene;
  switch (move) {
    case 'tell_clock':
    case 'tell_date':
    case 'tell_weekday':
    case 'tell_season':
      return calendar(scene);
    case 'own_day':
    case 'own_now':
      return { ...ownDay(days, scene, facts.daypart) };
    case 'own_work':
      return character.occupation.trim() === '' ? null : { job: jobOf(scene) };
    case 'own_hobby':
      return character.hobbies.length === 0 ? null : { hobby: pick(talk.random, character.hobbies) };
    case 'own_age':
      return { age: `${character.age}` };
    case 'own_past': {
      const past = pastOf(scene, facts.I);
      return past.length === 0 ? null : { past: pick(talk.random, past) };
    }
    default:
      return {};
  }
}

function jobOf({ character, locale }: Scene): string {
  const job = character.occupation.trim().replace(/[。.]$/u, '');
  return locale === 'ja' || /^(?:a|an|the)\s/iu.test(job) ? job : `${/^[aeiou]/iu.test(job) ? 'an' : 'a'} ${job}`;
}

/** Sentences of the character's story that can be said of oneself. */
function pastOf({ character, locale }: Scene, self: string): string[] {
  const names = [character.name, character.nickname].filter((name) => name.trim() !== '');
  const sentences = character.backstory
    .split(locale === 'ja' ? /(?<=。)|\n/u : /(?<=[.!?])\s+|\n/u)
    .map((sentence) => sentence.trim());
  if (locale === 'ja') {
    return sentences
      .filter(
        (sentence) =>
          sentence.length >= 8 &&
          sentence.length <= 44 &&
          names.some((name) => sentence.startsWith(name)) &&
          !/[「」?？]/u.test(sentence),
      )
      .map((sentence) => names.reduce((text, name) => text.replaceAll(name, self), sentence).replace(/。$/u, ''));
  }
  return sentences
    .filter(
      (sentence) =>
        sentence.length <= 110 &&
        !/["“”?]|\b(?:they|he|she|you|him)\b.*\b(?:he|she|him|they)\b/iu.test(sentence) &&
        new RegExp(
          `^(?:${names.map(escaped).join('|')}|She|He|As a child (?:she|he)) (?:\\w+ed|had|was|took|found|grew|began|came|left|kept|could|learned|went|got|made|met)\\b`,
          'u',
        ).test(sentence),
    )
    .map((sentence) =>
      sentence
        .replace(new RegExp(`^(?:${names.map(escaped).join('|')}|She|He)\\b`, 'u'), 'I')
        .replaceAll(/\b(?:she|he)\b/gu, 'I')
        .replaceAll(/\b(?:her|his)\b/gu, 'my')
        .replaceAll(/\b(?:herself|himself)\b/gu, 'myself'),
    );
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`);
}

/** A person's own words, short enough to be said again. */
function quoted(text: string): string {
  return text.replaceAll(/[「」"{}]/gu, '').replace(/[。.!！]+$/u, '');
}

const SEASON_NAMES: Readonly<Record<'ja' | 'en', Readonly<Record<Season, string>>>> = {
  ja: { spring: '春', summer: '夏', autumn: '秋', winter: '冬' },
  en: { spring: 'spring', summer: 'summer', autumn: 'autumn', winter: 'winter' },
};

function calendar({ locale, nowMs, utcOffsetMinutes }: Scene): Facts['more'] {
  const localMs = nowMs + utcOffsetMinutes * MS_PER_MINUTE;
  const format = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', { timeZone: 'UTC', ...options }).format(localMs);
  const date = new Date(localMs);
  const hour = date.getUTCHours();
  const minute = date.getUTCMinutes();
  return {
    clock:
      locale === 'ja'
        ? `${hour}時${minute === 0 ? '' : `${minute}分`}`
        : `${hour % 12 === 0 ? 12 : hour % 12}:${`${minute}`.padStart(2, '0')} ${hour < 12 ? 'am' : 'pm'}`,
    date: format({ month: 'long', day: 'numeric' }),
    weekday: format({ weekday: 'long' }),
    season: SEASON_NAMES[locale][seasonOf(localMs)],
  };
}
