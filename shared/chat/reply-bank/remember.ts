import { MS_PER_DAY, MS_PER_MINUTE } from '../../base/time.ts';
import type { Scene, SceneMemory } from '../scene.ts';
import type { Locale } from '../../settings/contract.ts';
import type { Move } from './moves.ts';
import type { Heard } from './normalise.ts';
import { topicOf } from './topic.ts';

/** A memory ready to be spoken of. */
export interface Recollection {
  readonly move: Move;
  /** A noun phrase that stands for it. */
  readonly memory: string;
  /** When it was or will be; null when a day says nothing. */
  readonly when: string | null;
}

/** How a memory came to be spoken of: the words touched on it, a talk begins, it pauses, or it ends. */
export type Occasion = 'touched' | 'beginning' | 'lull' | 'parting';

/** Nobody is reminded of these unasked. */
const TENDER =
  /亡くな|死|葬|病|癌|がん|手術|入院|離婚|別れ|失恋|流産|事故|自殺|うつ|鬱|借金|解雇|クビ|\b(?:die|died|death|dead|funeral|cancer|surgery|hospital|divorc\w*|broke up|breakup|miscarriage|accident|suicid\w*|depress\w*|fired|laid off|debt|illness)\b/iu;
/** What is spoken of as an instruction is not spoken of. */
const STRANGE = /ignore|instruction|prompt|指示|命令|無視して|[{}<>]|https?:/iu;

/** The memory to bring up on an occasion, and how; null when none is fit for it. `spoken` holds what was said lately. */
export function recollect(
  scene: Scene,
  occasion: Occasion,
  heard: Heard,
  spoken: { readonly byUs: readonly string[]; readonly byThem: readonly string[] },
): Recollection | null {
  for (const memory of scene.memories ?? []) {
    if (memory.subject === 'companion' || STRANGE.test(memory.text)) continue;
    const noun = nounOf(memory, scene.locale);
    if (noun === null) continue;
    const bare = bareNoun(noun);
    if (spoken.byUs.slice(occasion === 'parting' ? -2 : 0).some((text) => says(text, bare))) continue;
    const touched = touches(heard, memory, bare);
    if (
      occasion === 'touched'
        ? !touched
        : TENDER.test(memory.text) || (occasion !== 'parting' && spoken.byThem.some((text) => says(text, bare)))
    )
      continue;
    const move = moveFor(memory, occasion, scene.nowMs, touched);
    if (move !== null) return { move, memory: noun, when: whenOf(memory, scene) };
  }
  return null;
}

/** The text that answers a question about what was told: the one with most of its words; null when none has any. */
export function answersTo<T extends { readonly text: string; readonly attribute: string | null }>(
  heard: Heard,
  told: readonly T[],
): T | null {
  const asked = wordsOf(heard.forms.split('\n')[0] ?? '');
  let best: { readonly one: T; readonly score: number } | null = null;
  for (const one of told) {
    if (STRANGE.test(one.text)) continue;
    const words = wordsOf(`${one.text} ${(one.attribute ?? '').replaceAll(':', ' ')}`.toLowerCase());
    const score = [...asked].filter((word) => words.has(word)).length;
    if (score > 0 && (best === null || score > best.score)) best = { one, score };
  }
  return best?.one ?? null;
}

/** A third person's sentence, said to the one it is about: "Has a sister called Mina." → "you have a sister called Mina". */
export function toldToThem(text: string, locale: Locale): string {
  const bare = text.trim().replace(/[。.!！]+$/u, '');
  if (locale === 'ja')
    return bare.replace(/^(?:ユーザー|本人|この人|相手|person)(?:は|が|の|、)\s*/u, '').replaceAll(/[「」]/gu, '');
  let words = bare.replace(/^(?:the (?:user|person)|user|person|they|he|she)\s+/iu, '');
  const [first = '', ...rest] = words.split(' ');
  const verb = THIRD_PERSON[first.toLowerCase()] ?? (/^[a-z]+[^s]s$/iu.test(first) ? first.slice(0, -1) : null);
  if (/^(?:his|her|their|my|the (?:user|person)'s)$/iu.test(first)) words = `your ${rest.join(' ')}`;
  else if (/^(?:i|i'm|i've)$/iu.test(first))
    words = `you${first.slice(1).replace('’', "'").replace("'m", "'re")} ${rest.join(' ')}`;
  else if (verb !== null) words = `you ${verb.toLowerCase()} ${rest.join(' ')}`;
  else if (first.endsWith('ed') || PAST.test(first)) words = `you ${first.toLowerCase()} ${rest.join(' ')}`;
  return words
    .replaceAll(/\b(?:his|her|their|my)\b/giu, 'your')
    .replaceAll(/\b(?:himself|herself|themselves|myself)\b/giu, 'yourself')
    .trim();
}

const THIRD_PERSON: Readonly<Record<string, string>> = {
  has: 'have',
  is: 'are',
  was: 'were',
  does: 'do',
  goes: 'go',
  likes: 'like',
  dislikes: 'dislike',
  loves: 'love',
  lives: 'live',
  works: 'work',
  studies: 'study',
  wants: 'want',
  plays: 'play',
  owns: 'own',
  hates: 'hate',
  plans: 'plan',
  watches: 'watch',
  teaches: 'teach',
  enjoys: 'enjoy',
};
const PAST = /^(?:went|met|got|made|told|said|took|began|bought|lost|won|had|grew|moved|quit|left|found|came)$/iu;

function moveFor(memory: SceneMemory, occasion: Occasion, nowMs: number, touched: boolean): Move | null {
  const dated = memory.kind === 'event' || (memory.kind === 'significant' && memory.attribute === null);
  const ahead = memory.atMs - nowMs;
  if (occasion === 'parting') return dated && ahead > 0 && ahead < 3 * MS_PER_DAY ? 'see_off_event' : null;
  if (dated && ahead > 0) return ahead < 21 * MS_PER_DAY ? 'recall_soon' : null;
  if (dated)
    return -ahead < 60 * MS_PER_DAY && -ahead > MS_PER_DAY / 12 ? 'recall_past' : touched ? 'recall_told' : null;
  if (memory.kind === 'preference' && !/^(?:dislikes?|hates?|allergy)\b/u.test(memory.attribute ?? ''))
    return occasion === 'beginning' ? null : 'recall_like';
  return touched ? 'recall_told' : null;
}

function nounOf(memory: SceneMemory, locale: Locale): string | null {
  const value = /^(?:likes?|loves?|favou?rites?[^:]*|plans?|events?|hobb(?:y|ies)):(.+)$/u
    .exec(memory.attribute ?? '')?.[1]
    ?.trim();
  if (value !== undefined && value.length >= 2 && value.length <= 24 && !STRANGE.test(value)) {
    if (locale === 'ja' || memory.kind === 'preference') return value;
    return /^(?:the|your|a|an)\s/iu.test(value) ? value : `your ${value}`;
  }
  const text = memory.text.replaceAll(/\b(?:his|her|their)\b/giu, 'my');
  const topic =
    topicOf(text, locale) ?? topicOf(`${text.replace(/[。.]$/u, '')}${locale === 'ja' ? 'のこと' : ''}`, locale);
  return topic ?? (locale === 'ja' ? eventNoun(text) : englishEvent(text));
}

const EVENTS_JA =
  /面接|試験|テスト|発表会?|プレゼン|試合|大会|本番|旅行|引っ越し|結婚式|同窓会|ライブ|コンサート|健康診断|検査|飲み会|デート|誕生日|記念日|受験|オーディション|レッスン|出張|帰省|展示会|文化祭|運動会|卒業式|入学式|歓迎会|送別会|模試|商談|締め切り|約束/u;
const EVENTS_EN =
  /\b(?:job interview|driving test|interview|exams?|presentation|match|competition|recital|trip|holiday|move|wedding|reunion|concert|gig|check-?up|party|date|birthday|anniversary|audition|lesson|race|marathon|deadline|graduation|performance|exhibition|meeting|appointment|test)\b/iu;

function eventNoun(text: string): string | null {
  return EVENTS_JA.exec(text)?.[0] ?? null;
}

function englishEvent(text: string): string | null {
  const event = EVENTS_EN.exec(text)?.[0];
  return event === undefined ? null : `your ${event.toLowerCase()}`;
}

function bareNoun(noun: string): string {
  return noun.replace(/^(?:your|the|that|a|an)\s+/iu, '').toLowerCase();
}

function says(text: string, noun: string): boolean {
  const at = text.toLowerCase().indexOf(noun);
  // A move is not in "removed".
  return at >= 0 && (!/^[a-z]/u.test(noun) || !/[a-z]/iu.test(text.charAt(at - 1) + text.charAt(at + noun.length)));
}

/** Whether what was just said is about what is remembered. */
function touches(heard: Heard, memory: SceneMemory, noun: string): boolean {
  if (heard.length < 3) return false;
  const line = heard.forms.split('\n')[0] ?? '';
  if (noun.length >= 2 && line.includes(noun)) return true;
  const said = wordsOf(line);
  const remembered = wordsOf(`${memory.text} ${(memory.attribute ?? '').replaceAll(':', ' ')}`.toLowerCase());
  const shared = [...said].filter((word) => remembered.has(word));
  return shared.length >= 2 || shared.some((word) => KINDRED.some((set) => set.includes(word)));
}

/** Words that ask for one another. */
const KINDRED: readonly (readonly string[])[] = [
  ['犬', '猫', 'ペット', '飼'],
  ['仕事', '職業', '会社', '職場', '勤', '働'],
  ['住', '家', '街'],
  ['妹', '姉', '兄', '弟'],
  ['誕生日', '生まれ'],
  ['dog', 'cat', 'pet'],
  ['job', 'work', 'works', 'company'],
  ['live', 'lives', 'home'],
  ['sister', 'brother'],
  ['birthday', 'born'],
];
const STOP = new Set(
  'こと もの それ これ あれ 覚えて 覚え てる 何 私 今日 昨日 前 話 the a an my your his her their i you is are was were do did does what who when where which remember told tell me about that this of to in on for with and or have has had been it its know name called like likes love loves really today tomorrow'.split(
    ' ',
  ),
);

function wordsOf(text: string): Set<string> {
  const words = new Set<string>();
  for (const [word] of text.matchAll(/[\p{sc=Han}]+|[\p{sc=Katakana}ー]{2,}|[a-z']{3,}/giu)) {
    const plain = word.toLowerCase().replace(/'s$/u, '');
    if (!STOP.has(plain)) words.add(/^[a-z]/u.test(plain) ? plain.replace(/(?<=[a-z]{3})s$/u, '') : plain);
  }
  for (const set of KINDRED)
    if (set.some((word) => (/^[a-z]/u.test(word) ? words.has(word) : text.includes(word)))) words.add(set[0] ?? '');
  return words;
}

function whenOf(memory: SceneMemory, scene: Scene): string | null {
  const dayOf = (ms: number): number => Math.floor((ms + scene.utcOffsetMinutes * MS_PER_MINUTE) / MS_PER_DAY);
  const days = dayOf(memory.atMs) - dayOf(scene.nowMs);
  const ahead = memory.atMs > scene.nowMs;
  if (scene.locale === 'ja') {
    if (ahead)
      return days === 0
        ? '今日'
        : days === 1
          ? '明日'
          : days === 2
            ? 'あさって'
            : days >= 7 && days < 14
              ? '来週'
              : '今度';
    return days === 0 ? '今日' : days === -1 ? '昨日' : days > -7 ? 'この前' : days > -31 ? 'このあいだ' : 'あのとき';
  }
  if (ahead) return days === 0 ? 'later today' : days === 1 ? 'tomorrow' : days === 2 ? 'the day after tomorrow' : null;
  return days === 0 ? ' today' : days === -1 ? ' yesterday' : days > -14 ? ' the other day' : null;
}
