import type { Locale } from '../../settings/contract.ts';

/**
 * The thing a message is about, as a noun phrase in the message's own words that fits into any sentence; null unless
 * that is certain; `surely`, only what is its object or its subject. Never a pronoun, a time, a coarse word, or the whole message.
 */
export function topicOf(message: string, locale: Locale, surely = false): string | null {
  const text = message.slice(0, 200).toWellFormed().normalize('NFKC').replaceAll(/\s+/gu, ' ').trim();
  const topic =
    quoted(text) ?? (locale === 'ja' ? japaneseTopic(text, surely ? 3 : 1) : englishTopic(text, surely ? 3 : 1));
  if (topic === null) return null;
  const bareLength = [...text.replaceAll(/[\s\p{P}\p{S}]/gu, '')].length;
  return [...topic].length < bareLength && !COARSE.test(topic) ? topic : null;
}

/**
 * A thing that a message names, where `topicOf` is not certain that it is what the message is about: good for taking up in
 * a word (「図工かあ。」), not for asking on about. Null when it names none.
 */
export function namedIn(message: string, locale: Locale): string | null {
  const topic = topicOf(message, locale);
  if (topic !== null) return topic;
  const text = message.slice(0, 200).toWellFormed().normalize('NFKC').replaceAll(/\s+/gu, ' ').trim();
  const named = locale === 'ja' ? japaneseTopic(text, 0) : englishTopic(text, 0);
  return named === null || COARSE.test(named) ? null : named;
}

const COARSE =
  /くそ|クソ|糞|うんこ|ちんこ|ちんぽ|まんこ|おっぱい|セックス|エロ|死|殺|自殺|レイプ|\b(?:fuck\w*|shit\w*|bitch\w*|cunt\w*|dick|cock|pussy|porn|sex|ass|arse|suicide|death|rape\w*)\b/iu;

function quoted(text: string): string | null {
  const inside = /[「『]([^「」『』。！？!?\n{}]{2,14})[」』]/u.exec(text)?.[1]?.trim();
  return inside === undefined || inside.length < 2 || /[んるたいだよねう]$/u.test(inside) ? null : inside;
}

/* ── Japanese ─────────────────────────────────────────────────────────────────────────────────────────────── */

/** Runs of these are nouns more often than not; a word that begins in one may still be a verb, so a particle must follow. */
const NOUNISH = /^[\p{sc=Han}\p{sc=Katakana}ー々a-z0-9]+$/iu;
const KATAKANA = /^[\p{sc=Katakana}ー]{2,}$/u;
const HIRAGANA_NOUNS = new Set([
  'ごはん',
  'おにぎり',
  'うどん',
  'そば',
  'おでん',
  'おやつ',
  'お茶',
  'おすし',
  'お寿司',
  'お弁当',
  'お風呂',
  'お菓子',
  'お酒',
  'ねこ',
  'いぬ',
  'うさぎ',
  'からあげ',
  'たこ焼き',
  'みかん',
  'りんご',
  'いちご',
]);
const PARTICLES = ['を', 'が', 'は', 'も', 'で', 'に', 'と', 'の'];
/** Before a bare verb a katakana word is its object: ラーメン食べた. */
const BARE_VERB =
  /^(?:食べ|たべ|食っ|飲|のん|見|観|読|買|作|つく|聴|聞|行|弾|焼|走|やっ|やる|し[たて]|おい|うま|見に|始め|はじめ|出)/u;
const VERB_ENDING = /^(?:っ|い[てた]|き|け|り|る|れ|ら|わ|ん|み|べ|め|え|せ|が[しっ]|む|ぶ|く|す|う|ま)/u;
const TRANSITIVE = /^が[しっ]/u;
const NOT_A_TOPIC =
  /^(?:今|今日|明日|昨日|明後日|一昨日|今朝|今夜|今晩|今度|今回|今年|今月|今週|来週|来月|来年|先週|先月|去年|最近|毎日|毎朝|毎晩|朝|昼|夜|夕方|午前|午後|夜中|深夜|最初|最後|最終|最高|最低|最悪|一日|一番|一人|一緒|一回|二人|自分|自身|私|僕|俺|君|彼|彼女|彼氏|貴方|誰|何|全部|全然|全員|皆|人|人間|事|物|者|方|時|時間|時点|時期|頃|間|前|後|中|上|下|外|内|横|隣|他|別|次|先|奥|手|気|気分|気持|気持ち|心|目|頭|体|身体|顔|口|耳|足|声|胸|本当|本音|本気|結局|結果|普通|大丈夫|無理|駄目|好|嫌|大好|感|感じ|意味|理由|原因|場合|状態|状況|問題|必要|可能|絶対|多分|正直|実際|以上|以下|以外|以前|途中|同|色|種類|言葉|話|返事|返信|連絡|元気|瞬間|久々|久|間違|両手|手元|反則|結果|誘惑|範囲|陽気|放心|完成|参加|オンライン|自慢|冗談|期待|何回|子供|子ども|上司|店長|先輩|課長|部長|社長|同僚|後輩|先生|教授|友達|友人|親友|仲間|客|緊張|不安|後悔|失敗|将来|余裕|近所|一緒|一気|一行|ムカ|お腹|大変|最終回|言い方|考え|気長|苦手|得意|心配|一回話|好評|平気|楽しみ|準備中|嘘|勝手|急|突然|偶然|意外|完全|多少|少々|残念|名前|お前|あなた|アタシ|オレ|ボク|ワタシ|キミ|コレ|ソレ|アレ|ココ|ダメ|ムリ|マジ|ホント|メチャ|メッチャ|ヤバ|スゴ|イヤ|ヒマ|ドキドキ|イライラ|ワクワク|ソワソワ|クタクタ|ヘトヘト|モヤモヤ|ガッカリ|ビックリ|スッキリ|ノ|ン|ー|[0-9０-９一二三四五六七八九十百千]+(?:時|分|秒|日|月|年|回|人|個|本|枚|冊|歳|才|円|度|階|目|つ|週|か月|ヶ月|時間|年間|日間|割|点|杯|匹|km|キロ|着|つ目|番|軒|品)?(?:間|目|半|前|後)?|.)$/iu;
/** Not to be named lightly: the dead, the sick, one's own troubles. */
const TENDER = /父|母|祖|親|兄|弟|姉|妹|葬|病|癌|ガン|事故|手術|離婚|失恋|入院/u;

let words: Intl.Segmenter | null = null;

function japaneseTopic(text: string, least: number): string | null {
  words ??= new Intl.Segmenter('ja', { granularity: 'word' });
  const parts = [...words.segment(text)].map((part) => part.segment);
  const found: { readonly topic: string; readonly rank: number }[] = [];
  for (let at = 0; at < parts.length; at += 1) {
    let end = at;
    let phrase = '';
    while (end < parts.length && isNounPart(parts[end] ?? '')) {
      phrase += parts[end];
      end += 1;
    }
    if (phrase === '') continue;
    const before = at > 0 ? (parts[at - 1] ?? '') : '';
    // A prefix お or ご belongs to the noun.
    if (/^[おご]$/u.test(before)) phrase = before + phrase;
    let rest = parts.slice(end).join('');
    // 京都行 + ってきた: the last character is the stem of a verb.
    const stem = /^(.*)(\p{sc=Han})$/u.exec(phrase);
    const isVerb = VERB_ENDING.test(rest) && (!PARTICLES.includes(parts[end] ?? '') || TRANSITIVE.test(rest));
    if (stem !== null && (isVerb || /^に(?:行|い)/u.test(rest)) && (isVerb || /[見食飲買読会遊]$/u.test(phrase))) {
      phrase = stem[1] ?? '';
      rest = `${stem[2]}${rest}`;
    }
    const next = rest.startsWith(parts[end] ?? '') ? (parts[end] ?? '') : '';
    const rank = rankOf(phrase, next, rest) || (least === 0 && (rest === '' || LOOSE_AFTER.test(rest)) ? 1 : 0);
    if (rank >= Math.max(1, least) && isTopic(phrase)) found.push({ topic: phrase, rank });
    at = end;
  }
  // Of equals, the one nearer to the end: Japanese keeps what matters for last.
  return (
    found.reduce<{ topic: string; rank: number } | null>(
      (best, one) => (best === null || one.rank >= best.rank ? one : best),
      null,
    )?.topic ?? null
  );
}

function isNounPart(part: string): boolean {
  return NOUNISH.test(part) || HIRAGANA_NOUNS.has(part);
}

function isTopic(phrase: string): boolean {
  const length = [...phrase].length;
  if (length < 2 || length > 10 || NOT_A_TOPIC.test(phrase) || TENDER.test(phrase)) return false;
  // Times and amounts, alone or at either end: 来週土曜, 三時間, 今日仕事.
  if (
    /^(?:今日|明日|昨日|今|来週|来月|先週|最近|毎日|毎|一日|全|約)/u.test(phrase) ||
    /(?:時|分|日|週|曜|曜日|年|時間|頃|的|中|後|前|目|回|度|円|歳|人|個|間)$/u.test(phrase)
  )
    return false;
  return !/^[0-9０-９]/u.test(phrase) && !/^[a-z0-9]{1,3}$/iu.test(phrase);
}

/** Before these stands a noun, whatever its part in the sentence. */
const LOOSE_AFTER = /^(?:の|と|も|から|まで|って|だ|です|、|。|[!！]|ば[かっ]|しか|だけ|より|なん|、)/u;

/** How surely a phrase is what is talked about, by what follows it; 0 when it is not. */
function rankOf(phrase: string, next: string, rest: string): number {
  if (next === 'を') return 5;
  if (next === 'が') return 4;
  if ((next === 'の' && /^の(?:話|こと|件)/u.test(rest)) || rest.startsWith('について')) return 5;
  if (next === 'は' || next === 'って') return 3;
  if (PARTICLES.includes(next)) return next === 'の' || next === 'と' || next === 'も' ? 0 : 2;
  if (KATAKANA.test(phrase) || HIRAGANA_NOUNS.has(phrase)) return BARE_VERB.test(rest) ? 4 : 0;
  return BARE_VERB.test(rest) && [...phrase].length >= 2 && !/[食飲見読買作聴聞行弾焼走観]$/u.test(phrase) ? 3 : 0;
}

/* ── English ──────────────────────────────────────────────────────────────────────────────────────────────── */

const DETERMINERS = new Set(['my', 'our', 'the', 'a', 'an', 'some', 'this', 'that']);
/** After these a bare noun stands: had ramen, watched football, playing chess. */
const OBJECT_VERBS = new Set(
  'ate eat eating drank drinking cooked cooking baked baking watched watching played playing practised practising practicing studied studying bought ordered learning about'.split(
    ' ',
  ),
);
/** A noun phrase ends before any of these. */
const ENDS = new Set(
  "is are was were be been am has have had do does did will would can could should may might must and or but so because if when while who which that than then as at by for from in into of on onto off out over under with without to up down about after before during since until till again today tonight tomorrow yesterday now later soon just really very too also only even still already yet keeps keep kept went goes go got gets get came comes come made makes make said says say told tells broke breaks hit hits i i'm im you he she it we they me him her us them my your his its our their this these those the a an not never always finally again all both each every there here what how why where last next every instead though anyway lol haha tho pls please".split(
    ' ',
  ),
);
/** Verbs and adverbs that follow a noun; before one they may be nouns themselves (a run, a call). */
const ENDS_AFTER_A_NOUN = new Set(
  'gave give gives take takes took start starts stop stops hate hates love loves like likes look looks feel feels felt seem seems think thinks want wants need needs call calls left leaves told run runs ran stuck open opens shut closes boil cross outside inside online anymore behind blue upstairs downstairs here there near chew bark barks cry cries sleep sleeps slept bought huh right around away back home ago early late won lost beat help helps work works ask asks show shows let lets smell smells taste tastes sound sounds hurt hurts turn turns mean means live lives die dies fell fall falls sat sits stand stands stood happens happen'.split(
    ' ',
  ),
);
const NOT_NOUNS = new Set(
  'time times day days night week month year morning evening afternoon thing things stuff lot lots bit way ways kind sort moment minute hour people person guy girl man woman one ones someone something anything nothing everything everyone problem reason point part end start middle rest same other others first last best worst most few couple while second matter idea feeling feelings head mind heart life self myself god hell heck fact case good bad new old nice great more less much many let shame nerve mood ground joke secret sec hope hopes cup glass piece plate bottle pair window door sky few little big whole own next long short total bunch ton world'.split(
    ' ',
  ),
);
const TENDER_EN =
  /\b(?:mum|mom|dad|mother|father|parents?|grand\w+|brother|sister|wife|husband|boyfriend|girlfriend|baby|kid|kids|son|daughter|funeral|cancer|hospital|accident|divorce|surgery|miscarriage|pills?|wrists?|boss|manager|supervisor|co-?workers?|colleagues?|client|customer|teacher|crush)\b/u;

function englishTopic(text: string, least: number): string | null {
  const tokens = [
    ...text
      .toLowerCase()
      .replaceAll(/[’‘]/gu, "'")
      .matchAll(/[\p{L}\p{N}'-]+|[^\s\p{L}\p{N}'-]+/gu),
  ].map((match) => match[0]);
  const found: { readonly topic: string; readonly rank: number }[] = [];
  tokens.forEach((token, at) => {
    const theirs =
      least === 0 &&
      /^(?:her|his|their|another|these|those)$/u.test(token) &&
      !ENDS_AFTER_A_NOUN.has(tokens[at + 1] ?? '');
    const determined = DETERMINERS.has(token) || theirs;
    if (!determined && !OBJECT_VERBS.has(token)) return;
    if ((token === 'this' || token === 'that') && ENDS_AFTER_A_NOUN.has(tokens[at + 1] ?? '')) return;
    const noun = asWritten(nounFrom(tokens, at + 1), text);
    if (noun === null) return;
    if (theirs) found.push({ topic: `${token} ${noun}`, rank: 1 });
    else if (!determined) found.push({ topic: noun, rank: 2 });
    else if (token === 'my' || token === 'our') found.push({ topic: `your ${noun}`, rank: 4 });
    else if (token === 'a' || token === 'an' || token === 'the')
      found.push({ topic: `the ${noun}`, rank: token === 'the' ? 3 : 2 });
    else if (token === 'this' || token === 'that') found.push({ topic: `that ${noun}`, rank: 2 });
  });
  return (
    found
      .filter(({ rank }) => rank >= least)
      .reduce<{ topic: string; rank: number } | null>(
        (best, one) => (best === null || one.rank > best.rank ? one : best),
        null,
      )?.topic ?? null
  );
}

/** A name keeps its capital. */
function asWritten(noun: string | null, text: string): string | null {
  const at = noun === null ? -1 : text.toLowerCase().indexOf(noun);
  return noun === null || at < 0 ? noun : text.slice(at, at + noun.length);
}

/** One to three words up to where a noun phrase must end; null when what stands there may be no noun. */
function nounFrom(tokens: readonly string[], from: number): string | null {
  const phrase: string[] = [];
  let at = from;
  for (; at < tokens.length && phrase.length < 4; at += 1) {
    const token = tokens[at] ?? '';
    if (!/^\p{L}[\p{L}'-]*$/u.test(token) || ENDS.has(token)) break;
    if (phrase.length > 0 && (ENDS_AFTER_A_NOUN.has(token) || /(?:ed|ly)$/u.test(token))) break;
    phrase.push(token);
  }
  if (tokens[at] === 'of') return null;
  const last = phrase.at(-1);
  if (last === undefined || phrase.length > 3 || last.length < 3) return null;
  if (NOT_NOUNS.has(last) || /(?:ly|ed|ing|ous|ful|ive|est|n't|'s|'re|'ve|'ll)$/u.test(last)) return null;
  const joined = phrase.join(' ');
  return TENDER_EN.test(joined) ||
    joined.length > 28 ||
    phrase.some((word) =>
      /^(?:very|so|really|more|most|such|bad|damn|bloody|stupid|few|best|worst|highest|whole|long|terrible|huge)$/u.test(
        word,
      ),
    )
    ? null
    : joined;
}
