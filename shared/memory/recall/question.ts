import { timeSpans } from '../time/time-spans.ts';
import type { Day } from '../time/calendar.ts';
import type { EpochMs } from '../../base/time.ts';
import type { Concepts } from './concepts.ts';
import type { WordReader } from './words.ts';

/** Someone who speaks in the history. */
export interface Speaker {
  /** As in `Turn.speaker`. */
  readonly id: string;
  /** Names and nicknames; folded for comparison. */
  readonly names: readonly string[];
}

export interface QuestionSetting {
  readonly speakers: readonly Speaker[];
  /** Who asks, when the question says "I" and "you"; the other one is asked. */
  readonly asker: string | null;
  readonly askedAtMs: EpochMs;
  readonly utcOffsetMinutes: number;
}

/** A question as ranking sees it. */
export interface Question {
  /** Content words with their weights, names of the speakers left out. */
  readonly words: ReadonlyMap<string, number>;
  /** What the words ask for besides themselves, with weights. */
  readonly concepts: ReadonlyMap<string, number>;
  /** The text without question words, names and time words: what a vector is made of. */
  readonly bare: string;
  /** How much each speaker is asked about; sums to 1, empty when nobody is meant. */
  readonly about: ReadonlyMap<string, number>;
  /** Days the question speaks of, [from, to). */
  readonly times: readonly (readonly [Day, Day])[];
  readonly wants: {
    readonly time: boolean;
    readonly amount: boolean;
    readonly picture: boolean;
    /** How things stand now, or how they stood at first. */
    readonly latest: boolean;
    readonly earliest: boolean;
  };
}

const EN_I = /\b(?:i|i'm|i've|i'd|i'll|my|me|mine|myself)\b/giu;
const EN_YOU = /\b(?:you|you're|you've|you'd|you'll|your|yours|yourself)\b/giu;
const JA_I = /私|わたし|僕|ぼく|俺|おれ|あたし|うち(?=[のはがもって])|自分/gu;
const JA_YOU = /あなた|君|きみ|お前|おまえ|そっち/gu;
/** Asking whether one remembers, or what was told, is the manner of asking and says nothing of who is meant. */
const FRAME =
  /\b(?:do|can|could|would) you (?:still )?(?:remember|recall|know|tell me|remind me)\b|\b(?:remind|tell) me\b|\b(?:did|have) i (?:ever )?(?:tell|told|mention|mentioned|say|said)(?: (?:to )?you)?(?: about)?\b|\bi (?:told|mentioned|said)(?: to)?(?: you)?(?: about)?\b|\bdo i\b(?= have)|覚えてる|覚えている|覚えてます|(?:私|わたし|僕|俺)?(?:が|は)?(?:前に|この前)?(?:言った|話した|話してた|言ってた|教えた)(?=[っけのんか？?])|教えて/giu;
const QUESTION_WORDS =
  /\b(?:what|what's|when|where|who|whom|whose|which|why|how|did|does|do|is|are|was|were|has|have|had|many|much|long|often|would|could|will|can|should|kind|type|sort|be)\b|[?？]|(?:なん|何)(?:だった|でした|だ|です)?(?:っけ|か)?|いつ|どこ|誰|だれ|どんな|どの|どれ|どう|なぜ|いくつ|いくら|っけ|ですか|ますか|でしたか|ましたか/giu;
const WANTS_TIME =
  /\bwhen\b|\bwhat (?:time|date|day|month|year|season)\b|\bhow long\b|\bhow (?:recently|often)\b|いつ|何月|何日|何年|何曜|何時|どのくらい前|どれくらい前|いつから|いつまで|どのくらいの?期間/iu;
const WANTS_AMOUNT =
  /\bhow (?:many|much|old|long|often|far|tall|big)\b|いくつ|いくら|何(?:人|回|本|個|匹|歳|才|枚|冊|軒|年|日|時間|番|キロ|度|杯)|どのくらい|どれくらい|どれだけ/iu;
const WANTS_LATEST =
  /\b(?:now|nowadays|currently|these days|at the moment|latest|most recent(?:ly)?|last|lately|still|end up|ended up|in the end|finally|current)\b|今(?![年月週日朝夜晩])|いま|現在|最近|結局|最新|最終的|もう|まだ|この頃/iu;
const WANTS_EARLIEST =
  /\b(?:at first|first|originally|initially|used to|before that|in the beginning)\b|最初|はじめ|初めて|元々|もともと|以前|昔|前の/iu;
const WANTS_PICTURE =
  /\b(?:photos?|pictures?|pics?|images?|painting|painted|drawing|drew|poster|shared?|showed|show)\b|写真|画像|絵|見せ/iu;

export function readQuestion(text: string, setting: QuestionSetting, reader: WordReader, known: Concepts): Question {
  const spans = timeSpans(text, setting.askedAtMs, setting.utcOffsetMinutes);
  const names = setting.speakers.flatMap((speaker) => speaker.names).filter((name) => name !== '');
  const named = withoutNames(text, names);
  const timeless = cutOut(text, spans);
  const nameless = withoutNames(timeless, names);
  const sequence = reader.read(nameless.replaceAll(FRAME, ' '));
  const words = new Map<string, number>();
  for (const word of sequence) words.set(word, SHORT_KANA.test(word) ? KANA_WORD_WEIGHT : 1);
  // Words of the time itself still name it ("July", 夏休み), but less: the dates are compared as dates.
  for (const word of reader.read(named)) if (!words.has(word)) words.set(word, TIME_WORD_WEIGHT);
  const bare = nameless.replaceAll(FRAME, ' ').replaceAll(QUESTION_WORDS, ' ').replaceAll(/\s+/gu, ' ').trim();
  const concepts = new Map<string, number>();
  for (const word of sequence) for (const concept of known.asked(word)) concepts.set(concept, 1);
  return {
    words,
    concepts,
    bare: bare === '' ? text : bare,
    about: askedAbout(text, setting),
    times: spans.map((span) => [span.fromDay, span.toDay] as const),
    wants: {
      time: WANTS_TIME.test(text),
      amount: WANTS_AMOUNT.test(text),
      picture: WANTS_PICTURE.test(text),
      latest: WANTS_LATEST.test(text),
      earliest: WANTS_EARLIEST.test(text) && !WANTS_LATEST.test(text),
    },
  };
}

const TIME_WORD_WEIGHT = 0.3;
/** A short word in hiragana is an ending as often as a word. */
const KANA_WORD_WEIGHT = 0.4;
const SHORT_KANA = /^[\p{Script=Hiragana}]{2,3}$/u;
const UNSAID_ASKER = 0.8;

function askedAbout(text: string, { speakers, asker }: QuestionSetting): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (id: string, times: number): void => {
    if (times > 0) counts.set(id, (counts.get(id) ?? 0) + times);
  };
  for (const speaker of speakers) {
    for (const name of speaker.names) if (name !== '') count(speaker.id, occurrences(text, nameIn(name)));
  }
  if (asker !== null) {
    const plain = text.replaceAll(FRAME, ' ');
    const other = speakers.find((speaker) => speaker.id !== asker)?.id;
    count(asker, occurrences(plain, EN_I) + occurrences(plain, JA_I));
    if (other !== undefined) count(other, occurrences(plain, EN_YOU) + occurrences(plain, JA_YOU));
  }
  // Who asks without saying of whom, asks about what they told themselves, as a rule.
  if (asker !== null && counts.size === 0) {
    counts.set(asker, UNSAID_ASKER);
    for (const speaker of speakers) if (speaker.id !== asker) counts.set(speaker.id, 1 - UNSAID_ASKER);
  }
  const total = [...counts.values()].reduce((sum, each) => sum + each, 0);
  return new Map([...counts].map(([id, times]) => [id, times / total]));
}

function occurrences(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

function withoutNames(text: string, names: readonly string[]): string {
  return names.reduce((rest, name) => rest.replaceAll(nameIn(name), ' '), text);
}

/** A name as a whole word where words have edges, with what makes it a possessive. */
function nameIn(name: string): RegExp {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return /^[\p{Script=Latin}\s.'-]+$/u.test(name)
    ? new RegExp(`\\b${escaped}(?:['’]s?)?\\b`, 'giu')
    : new RegExp(`${escaped}(?:さん|ちゃん|くん|君|様)?`, 'giu');
}

function cutOut(text: string, spans: readonly { readonly start: number; readonly end: number }[]): string {
  let rest = '';
  let at = 0;
  for (const { start, end } of spans) {
    rest += `${text.slice(at, start)} `;
    at = end;
  }
  return rest + text.slice(at);
}
