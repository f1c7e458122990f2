import { BLOT, type Sentence } from '../reading.ts';
import type { Moment, When } from '../when.ts';
import { timesIn } from '../when.ts';
import { DEICTIC, NOT_THINGS, OTHERS, RELATION, relationOf, type Relation } from './words.ts';

/** A statement within a sentence: what stands between けど, から, ので, し and the like. */
export interface Clause {
  /** Without openings (え、, 実は) and the person's own は (私は); quotes blotted out. */
  readonly text: string;
  /** Of the sentence around it, which is what a memory quotes. */
  readonly start: number;
  readonly end: number;
  readonly sentence: Sentence;
  /** Who it speaks of, when it says so with は, も or が. */
  readonly topic: Topic;
  readonly moment: Moment;
}

export type Topic =
  | { readonly who: 'person' }
  | { readonly who: 'relation'; readonly word: string; readonly relation: Relation }
  | { readonly who: 'other' }
  /** A thing. */
  | { readonly who: 'unsaid' };

const CONNECTIVE =
  /(?<=[\p{sc=Han}\p{sc=Katakana}ー])(?:だから|なので)|(?:けれども|けれど|けど|だけど|なので|ので|のに(?!は))[、,]?|(?<=[だですたるいんよねのう])(?:から|が)[、,]|(?<=[いたるだす])し[、,]|[、,](?=(?:でも|だから|それで|しかも|あと|いま|今は|まだ)[^、])/gu;
const OPENING =
  /^(?:(?:え|えっと|ええと|あ|あっ|うん|ううん|いや|いやあ|はい|ねえ|ねぇ|ね|あのね|あの|そう|そうそう|そうなの|そっか|実は|実は俺|ちなみに|そういえば|てか|ていうか|っていうか|でも|だから|それで|それに|あと|まあ|まぁ|ほんと|ほんとに|本当に|やっぱり|やっぱ|とりあえず|ついに|とうとう|やっと|ようやく|正直|なんか|たしか|確か|なるほど|もちろん|しかも|ただ|で|よし|それと|それから|あとね|話は変わるけど|話かわるけど|話変わるけど|ところで|わあ|やった|聞いて|あー|うーん|じつは|特に|まだ)[、,！!\s]+|(?:実は|じつは|ちなみに|そういえば|でも|だから|それに|やっと|ようやく|ついに|正直|なんか|やっぱり|やっぱ))+/u;
const SELF = /^(?:私|わたし|あたし|わたくし|僕|ぼく|俺|おれ|自分|うち)(?:って|は|も|が|、|,|の場合は?)\s*/u;

/** Statements of a sentence that are told as facts. Those that ask, wish, suppose or pass on are left out. */
export function clausesOf(sentence: Sentence, moment: Moment): Clause[] {
  const clauses: Clause[] = [];
  let from = 0;
  const cuts = [...sentence.text.matchAll(CONNECTIVE)].map((match) => ({
    at: match.index,
    end: match.index + match[0].length,
  }));
  cuts.push({ at: sentence.text.length, end: sentence.text.length });
  for (const cut of cuts) {
    const last = cut.at === sentence.text.length;
    const clause = clauseAt(sentence, from, cut.at, moment);
    from = cut.end;
    if (clause === null) continue;
    if (last && (sentence.question || ASKS.test(clause.text))) continue;
    if (isSupposed(clause.text, last)) continue;
    clauses.push(clause);
  }
  // What depends on an "if" is supposed as well: 「受かったら…から、…」
  return SUPPOSED_SENTENCE.test(sentence.text) ? [] : clauses;
}

function clauseAt(sentence: Sentence, from: number, to: number, moment: Moment): Clause | null {
  const opened = sentence.text
    .slice(from, to)
    .trim()
    .replace(/(?<=[たいるだすよん])(?:から|ので|けど|けれど|し|が)$|[、,\s]+$/u, '')
    .replace(OPENING, '');
  const text = opened.replace(SELF, '').replace(OWN, '');
  if (text.length < 2) return null;
  const topic: Topic = SELF.exec(opened) === null ? topicOf(text, moment) : { who: 'person' };
  return { text, start: sentence.start, end: sentence.end, sentence, topic, moment };
}

const ASKS =
  /(?:(?<!好き|趣味は.{1,12})(?:か|かな[あぁー]?)|っけ|だろう(?:か)?|でしょう?か|のかな[あぁー]?|のかい|の\?|どう思う|いいと思う|ってこと|ない\?)$/u;
const WISHES =
  /(?:たい|たいな[あぁー]?|たいなぁ|たいよ?|たいね|たいけど|たいです|たいんだ|たいんだよね|ほしい|欲しい|ほしいな[あぁ]?|いいな[あぁー]?|いいのに[なあぁ]*|のにな[あぁ]?|のに|ないかな|よかった|よかったのに|かもしれない|かもね|かも|はずだった|つもりだった|おいで|ください|下さい|くれ|なさい|しろ|してね|てくれる|もらえる)$/u;
const PASSED_ON =
  /(?:らしい|らしいよ|らしいね|そうだ|そうです|みたい|みたいだ|みたいだね|みたいです|なんだって|んだって|だって|だってさ|って言って(?:た|いた|る)よ?|と言って(?:た|いた)|って言ってた?よ?|って聞いた(?:よ)?|とか言って(?:る|た)|って噂|ようだ|ようです|ってさ|とのこと|なんて言|ですって|ますって|ましたって|かもって|[いよだ]って)$/u;
const SUPPOSED =
  /もしも?(?!か)|だったら|[いきえけせてねべめれげぜでっん]たら|たとえば|例えば|としたら|とすれば|なら(?:$|、)|れば|えば|けば|せば|てば/u;
const DREAMT =
  /夢の?中?(?:で|に)|夢を見|夢見|ゲーム(?:の中)?で(?:は)?|主人公|セリフ|台詞|歌詞|来世|前世|生まれ変わ|シーン|っていう設定|という設定|ドラマで|映画で|小説で|漫画で|アニメで|物語|大統領|魔法|宇宙人|100歳|百歳/u;
const SUPPOSED_SENTENCE = /(?:ゲーム|ドラマ|アニメ|漫画|映画|小説|夢)の話|もしも|もし(?!か)|たとしたら|だとしたら/u;
const DREAMT_OR_SAID = new RegExp(`${DREAMT.source}|${BLOT}+(?:って|と)`, 'u');

function isSupposed(text: string, last: boolean): boolean {
  const bare = text.replace(/[んなの]?(?:だ|です)?(?:よね|よ|ね|な[あぁー]?|さ|わ)?$/u, '');
  if (DREAMT_OR_SAID.test(text) || /[だるたいねよ]と$/u.test(text)) return true;
  if (WISHES.test(text) || WISHES.test(bare) || PASSED_ON.test(text) || PASSED_ON.test(bare)) return true;
  // 「行ったら閉まってた」 happened; 「行ったら教えて」 has not.
  return last && SUPPOSED.test(text) && !/(?:た|だ|ました|った)(?:んだ|の)?(?:よ|ね|よね)?$/u.test(text.slice(-5));
}

const NAMED_TOPIC = new RegExp(
  `^(?:うちの|私の|僕の|俺の|わたしの|双子の|一番[上下]の|上の|下の)?(?<relation>${RELATION})(?<name>の[^はがもをにでと、]{1,6})?(?:は|って|も|が|、)`,
  'u',
);
const ANY_TOPIC = /^(?<topic>[^、はがも]{1,14})(?:は|って|も|が)(?!い(?:い|く)|[^、]{0,2}$)/u;

/** Who the clause is about. Time words before the topic are skipped. */
export function topicOf(text: string, moment: Moment): Topic {
  let head = text;
  const time = timesIn(head, moment, 'ja', 'past')[0];
  if (time !== undefined && time.start === 0) head = head.slice(time.end).replace(/^(?:に|は|、|から|の夜|の朝)+/u, '');
  if (OTHER_ALONE.test(head)) return { who: 'other' };
  const relation = NAMED_TOPIC.exec(head)?.groups?.['relation'];
  if (relation !== undefined) return { who: 'relation', word: relation, relation: relationOf(relation) };
  const topic = ANY_TOPIC.exec(head)?.groups?.['topic'] ?? '';
  if (SELF_WORD.test(topic)) return { who: 'person' };
  return OTHERS.test(topic) || topic.includes(BLOT) ? { who: 'other' } : { who: 'unsaid' };
}

/** 「私の趣味」 is 「趣味」 in a note about the person. */
const OWN = /^(?:私|わたし|あたし|僕|ぼく|俺|おれ|自分|うち)の(?=[\p{sc=Han}\p{sc=Katakana}お])/u;
const OTHER_ALONE = /^(?:あの子|あの人|あいつ|この子|その子|彼|彼女)、/u;
const SELF_WORD = /^(?:私|わたし|あたし|僕|ぼく|俺|おれ|自分|うちら?)$/u;

const STOP = new Set(
  'は が を に で も へ から まで より って とか けど し ね よ さ な とは には では よりは だけは だけ だと なら たら ても 、 て と や 中で だけで いて して ので くらい ぐらい など なんか いつも 私 僕 俺 本当 実 ずっと すごく とても めっちゃ かなり 結構 けっこう 特 やっぱり やっぱ 昔 最近 普通 全然 ほんと まあ もう 一番 いちばん 大 うち 今 いま 毎週 毎日 時々 たまに どうしても やはり 相変わらず 地味に 何気に 意外と じつは 実は 多分 たぶん わりと 割と'.split(
    ' ',
  ),
);
const MAX_PHRASE = 20;
const words = new Intl.Segmenter('ja', { granularity: 'word' });

/**
 * The thing named just before a place in the text (its particle already left out): 紅茶, 辛いもの, 古い映画を見ること.
 * Null when it is no thing that can stand alone.
 */
export function phraseBefore(text: string, end: number): { readonly text: string; readonly start: number } | null {
  const title = /[「『“]([^「『」』“”]{1,20})[」』”]$/u.exec(text.slice(0, end))?.[1];
  if (title !== undefined) return isThing(title) ? { text: title, start: end - title.length - 2 } : null;
  const pieces = [...words.segment(text.slice(0, end))];
  let start = end;
  for (const piece of pieces.toReversed()) {
    if (
      STOP.has(piece.segment) ||
      /^[\s、。「」『』（）()!！?？]+$/u.test(piece.segment) ||
      piece.segment.includes(BLOT)
    )
      break;
    start = piece.index;
  }
  let phrase = text.slice(start, end);
  if (/(?:こと|(?<!も)の)$/u.test(phrase) && phrase.length > 1) {
    // 「本を読むの」: a doing, named with all that belongs to it.
    const head = text.slice(0, end);
    start = Math.max(head.lastIndexOf('は') + 1, head.lastIndexOf('、') + 1, head.lastIndexOf('より') + 1, 0);
    phrase = text.slice(start, end);
    if (phrase.endsWith('の')) phrase = `${phrase.slice(0, -1)}こと`;
  }
  const lead = phrase.length - phrase.replace(/^(?:の|な|に|た|ん|で|て)+/u, '').length;
  phrase = phrase.slice(lead);
  start += lead;
  return isThing(phrase) ? { text: phrase, start } : null;
}

/** The same for what stands from a place on, up to a particle or the end. */
export function isThing(phrase: string): boolean {
  if (phrase.length === 0 || phrase.length > MAX_PHRASE || phrase.includes(BLOT)) return false;
  if (NOT_THINGS.test(phrase) || DEICTIC.test(phrase)) return false;
  return !/^[\p{sc=Hiragana}ー]$/u.test(phrase) && /[\p{L}\p{N}]/u.test(phrase);
}

/** Times of a clause, with places in `clause.text`. */
export function clauseTimes(clause: Clause, direction: 'past' | 'future'): When[] {
  return timesIn(clause.text, clause.moment, 'ja', direction);
}

const TAIL =
  /(?:んですよね|やねん|やんな|やで|やわ|んですわ|ですわ|ましてね|んですよ|んですけど|んです|んだよね|んだよなあ?|んだよ|んだけど|んだ|のよね|のよ|のね|の|よね|よな|よ|ね|な[あぁー]+|さ|わ|ぞ|ぜ|っす|って|[ーぁ〜~!！]|w|笑)+$/u;

/** The clause as a note: no 私の, no よね, plain form, its times as dates. */
export function noteOf(text: string, times: readonly When[]): string {
  let note = text;
  for (const time of times.toReversed()) {
    note = note.slice(0, time.start) + time.label + note.slice(time.end).replace(/^(?=[^、にのはからまで])/u, '、');
  }
  note = note
    .replace(TAIL, '')
    .replaceAll(/(?:私|わたし|あたし|僕|ぼく|俺|おれ|うち|自分)の(?=[\p{sc=Han}\p{sc=Katakana}お])/gu, '');
  return plainForm(note.trim()).replace(/[、,\s]+$/u, '');
}

const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/だな$/u, 'だ'],
  [/(?<![いくしたる])な$/u, 'だ'],
  [/行ってきました$/u, '行ってきた'],
  [/行きました$/u, '行った'],
  [/てきました$/u, 'てきた'],
  [/でき(?:ました)$/u, 'できた'],
  [/しました$/u, 'した'],
  [/(?<=[てで])いました$/u, 'いた'],
  [/[りいち]ました$/u, 'った'],
  [/(?<=[えけせてねべめれげぜでみ見出])ました$/u, 'た'],
  [/(?<=[てで])(?:い)?ます$/u, 'いる'],
  [/(?<=[てで])る$/u, 'いる'],
  [/します$/u, 'する'],
  [/行きます$/u, '行く'],
  [/ります$/u, 'る'],
  [/あります$/u, 'ある'],
  [/でした$/u, 'だった'],
  [/です$/u, ''],
];

function plainForm(text: string): string {
  for (const [pattern, plain] of PLAIN) if (pattern.test(text)) return text.replace(pattern, plain);
  return text;
}
