import { attributeValue } from '../attribute.ts';
import { finding, type Finding } from '../finding.ts';
import { isThing, phraseBefore, type Clause } from './clause.ts';

/** What the person likes, dislikes and does for pleasure. */
export function japanesePreferences(clause: Clause): Finding[] {
  if (clause.topic.who === 'other') return [];
  const subject = clause.topic.who === 'relation' ? clause.topic.word : 'person';
  const make = (thing: string, text: string, tag: string): Finding =>
    finding(clause, {
      kind: 'preference',
      text: subject === 'person' ? text : `${subject}は${text}`,
      subject,
      importance: 0.55,
      tags: [tag, thing],
      attribute: `${tag === '苦手なもの' || tag === '嫌いなもの' ? 'dislikes' : 'likes'}:${attributeValue(thing)}`,
    });
  for (const rule of RULES) {
    const found = rule(clause.text);
    if (found.length > 0) return found.map(([thing, text, tag]) => make(thing, text, tag));
  }
  return [];
}

type Found = readonly (readonly [thing: string, text: string, tag: string])[];
type Rule = (text: string) => Found;

const LIKES =
  /(?:が|は|も|って|のほうが|の方が)?(?:いちばん|一番|めっちゃ|めちゃくちゃ|すごく|すごい|とても|本当に|ほんと|ほんとに|昔から|かなり|結構|けっこう|超|ずっと|普通に|やっぱり|何より|特に)*(?<love>大)?好き(?<rest>.*)$/u;
const NO_LONGER = /(?:もう|今は|最近は?)(?=.*(?:好きじゃな|好きではな|好きじゃなく|好きでもな|飽きた|嫌いになっ))/u;

const liking: Rule = (text) => {
  const match = LIKES.exec(text);
  if (match === null) return [];
  const rest = match.groups?.['rest'] ?? '';
  const phrase = phraseBefore(text, match.index);
  if (phrase === null) return [];
  if (/^(?:じゃな|ではな|でも|じゃあな|なわけじゃ|というわけ|ってわけ)/u.test(rest)) {
    return NO_LONGER.test(text) && /^(?:じゃな|ではな)/u.test(rest)
      ? [[phrase.text, `${phrase.text}はもう好きではない`, '嫌いなもの']]
      : [];
  }
  if (
    /^(?:な(?!ん|の)|だった|でした|だっ|らしい|そう|みたい|に(?!な)|かも|って言|と言|にしていい|勝手|嫌い|不好)/u.test(
      rest,
    )
  )
    return [];
  return [[phrase.text, `${phrase.text}が${match.groups?.['love'] ?? ''}好き`, '好きなもの']];
};

const FAVOURITE =
  /(?:^|、)(?:いちばん|一番|最近|特に|昔から|今)*(?<how>お気に入りの|推しの|(?:大)?好きな|(?:大)?嫌いな|苦手な|推し(?=は)|(?:ハマって|はまって)(?:い?る|い?ます)(?:の|もの)(?=は))(?<kind>[^、はがも\s]{0,12})(?:は|って、?|といえば|と言えば)[、\s]*(?:やっぱり|やっぱ|断然|もちろん|なんといっても)?[、\s]*(?<what>[^、。！!はが]{1,24}?)(?=かな|かも|です|だよ|だね|だ|なんだ|なんです|一択|しかない|に決まって|、|$)/gu;

/** 「好きな食べ物は餃子、嫌いな食べ物はセロリ」 */
const favourite: Rule = (text) =>
  [...text.matchAll(FAVOURITE)].flatMap(({ groups }): Found => {
    const what = (groups?.['what'] ?? '').trim();
    const kind = groups?.['kind'] ?? '';
    const how = groups?.['how'] ?? '';
    if (!isThing(what) || /^(?:人|子|ひと|タイプ)$/u.test(kind)) return [];
    if (/嫌い|苦手/u.test(how)) return [[what, `${what}が${/嫌い/u.test(how) ? '嫌い' : '苦手'}`, '嫌いなもの']];
    if (/まって|マって/u.test(how)) return [[what, `${what}にはまっている`, '好きなもの']];
    return [[what, kind === '' ? `推しは${what}` : `好きな${kind}は${what}`, '好きなもの']];
  });

const FOND =
  /(?:には?(?:目がない|はまって|ハマって|夢中|ど?[ハは][マま]り中|沼って)|(?:が|は)?(?:ないと生きていけない|やめられない|大好物)|推し(?:だ|です|な|$)|のファン(?:だ|です|な|$))/u;

const fond: Rule = (text) => {
  const match = FOND.exec(text);
  if (match === null) return [];
  const phrase = phraseBefore(text, text.slice(0, match.index).replace(/(?:には?|が|は)$/u, '').length);
  return phrase === null ? [] : [[phrase.text, `${phrase.text}が大好き`, '好きなもの']];
};

const PREFERS =
  /(?:の(?:ほう|方))が(?:好き|落ち着く)|(?<=紅茶|コーヒー|犬|猫|朝|夜|ご?飯|ごはん|米|パン|インドア|アウトドア|きのこ|たけのこ|そば|うどん|日本酒|ワイン|ビール|海|山)派(?:だ|です|な|$)/u;

const prefers: Rule = (text) => {
  const match = PREFERS.exec(text);
  if (match === null) return [];
  const phrase = phraseBefore(text, match.index);
  if (phrase === null) return [];
  return [[phrase.text, match[0].startsWith('派') ? `${phrase.text}派` : `${phrase.text}のほうが好き`, '好きなもの']];
};

const DISLIKES =
  /(?:が|は|も|って|だけは)(?:どうしても|ちょっと|本当に|ほんとに|昔から|すごく|めっちゃ|とにかく|大の|絶対|匂いだけで|においだけで|見るのも)*(?<how>大嫌い|嫌い(?!にな)|きらい|大の苦手|苦手|食べられない|食べれない|飲めない|無理(?=[だでっなよ]|$)|ダメ(?=[だでなよ]|$)|だめ(?=[だでなよ]|$))(?!か|じゃな|ではな|だった|な人|らしい|みたい)/u;
const HOW: Readonly<Record<string, string>> = {
  大嫌い: '大嫌い',
  嫌い: '嫌い',
  きらい: '嫌い',
  食べられない: '食べられない',
  食べれない: '食べられない',
  飲めない: '飲めない',
};

const disliking: Rule = (text) => {
  const match = DISLIKES.exec(text);
  const how = match?.groups?.['how'] ?? '';
  if (match === null || /アレルギー/u.test(text)) return [];
  const phrase = phraseBefore(text, match.index);
  if (phrase === null) return [];
  // 「今日は無理」「そば屋はちょっと無理」 say nothing of taste; foods and creatures do when it is said flatly.
  if (
    /^(?:無理|ダメ|だめ)$/u.test(how) &&
    !/だけで|だけは|どうしても|絶対|とにかく|虫|全般|ゴキブリ|クモ|ヘビ|カエル|ホラー|お化け/u.test(text)
  )
    return [];
  const worded = HOW[how] ?? '苦手';
  return [
    [phrase.text, worded.endsWith('ない') ? `${phrase.text}は${worded}` : `${phrase.text}が${worded}`, '苦手なもの'],
  ];
};

const HOBBY =
  /^(?:趣味|特技|日課|習い事|マイブーム)(?:って|は|が)[、\s]*(?:うーん[、\s]*)?(?<what>[^。！!]{1,40}?)(?:かな|かも|です|だよ|だ|なんだ|なんです|$)/u;
const HOBBY_AFTER = /が(?:趣味|日課|マイブーム|特技)(?:だ|です|な|$)/u;

const hobby: Rule = (text) => {
  const what = HOBBY.exec(text)?.groups?.['what'];
  if (what !== undefined) {
    return what
      .split(/と、?(?:あと)?|、|や|・/u)
      .map((each) => each.replace(/^(?:あと|それと)[、\s]*/u, '').trim())
      .filter((each) => isThing(each) && each.length <= 14)
      .map((each) => [each, `趣味は${each}`, '趣味'] as const);
  }
  const after = HOBBY_AFTER.exec(text);
  const phrase = after === null ? null : phraseBefore(text, after.index);
  return phrase === null ? [] : [[phrase.text, `趣味は${phrase.text}`, '趣味']];
};

const PRACTISES: readonly (readonly [RegExp, (thing: string) => string])[] = [
  [/を(?:習って(?:い)?(?:る|ます)|習い始め|習っています)/u, (thing) => `${thing}を習っている`],
  [/(?:に|へ)(?:通って(?:い)?(?:る|ます|て)|通い始め)/u, (thing) => `${thing}に通っている`],
  [/に(?:入って(?:い?る|い?ます)|所属して(?:い?る|い?ます))/u, (thing) => `${thing}に入っている`],
  [/(?<=曜日?は.{2,10})の日(?:だ|です|な|$)/u, (thing) => `${thing}を習っている`],
  [/(?:の稽古|のレッスン|の練習)(?:に(?:通|行)|がある|だ|です|な|日)/u, (thing) => `${thing}を習っている`],
  [/を(?:始めた|始めました|はじめた|やり始めた)/u, (thing) => `${thing}を始めた`],
];
const PRACTICE_PLACE =
  /(?:教室|ジム|スクール|道場|スタジオ|クラス|レッスン|サークル|クラブ|塾|プール|教習所|部|楽団|合唱団|同好会|ゼミ)$/u;
const BEGUN =
  /(?:ヨガ|ピアノ|ギター|英会話|筋トレ|ジョギング|ランニング|ダンス|料理|家庭菜園|編み物|水泳|テニス|ボルダリング|キャンプ|釣り|写真|カメラ|茶道|書道|陶芸|登山|サーフィン|ウクレレ|将棋|囲碁|ゴルフ|日記|ブログ|韓国語|中国語|フランス語|スペイン語|ドイツ語|ダイエット|禁煙)$/u;

const practice: Rule = (text) => {
  for (const [pattern, say] of PRACTISES) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const phrase = phraseBefore(text, match.index);
    if (phrase === null) continue;
    if (/に通って|通い始め|入って|所属/u.test(match[0]) && !PRACTICE_PLACE.test(phrase.text)) continue;
    if (/始めた|はじめた/u.test(match[0]) && !BEGUN.test(phrase.text)) continue;
    return [[phrase.text, say(phrase.text), '趣味']];
  }
  return [];
};

const OFTEN =
  /(?:休み(?:の日)?(?:は|に)|休日(?:は|に)|週末(?:は|に)|暇(?:な時|なとき|さえあれ)ば?(?:は)?|いつも|よく|だいたい|毎朝|毎晩|毎日|毎週)/u;
const DOES =
  /(?<object>を)(?<verb>して|やって|読んで|読む|聴いて|聴く|聞いて|聞く|観て|見て|見る|観る|作って|作る|弾いて|弾く|走って|飲む|飲んで|食べる|食べて|描いて|描く|編んで|撮って|撮る|育てて)(?:い?(?:る|ます))?(?:んだ|の|よ|ね|な|$)/u;
const VERBS: Readonly<Record<string, string>> = {
  読んで: '読む',
  聴いて: '聴く',
  聞いて: '聞く',
  観て: '観る',
  見て: '見る',
  作って: '作る',
  弾いて: '弾く',
  飲んで: '飲む',
  食べて: '食べる',
  描いて: '描く',
  編んで: '編む',
  撮って: '撮る',
  育てて: '育てる',
  して: 'する',
  やって: 'する',
};

const often: Rule = (text) => {
  const match = DOES.exec(text);
  if (match === null || !OFTEN.test(text) || /よくない|仕事|残業|ため息/u.test(text)) return [];
  const phrase = phraseBefore(text, match.index);
  if (phrase === null) return [];
  const verb = match.groups?.['verb'] ?? '';
  return [[phrase.text, `よく${phrase.text}を${VERBS[verb] ?? verb}`, '趣味']];
};

const TOURS = /の店をよく(?:回|巡)/u;
/** In order of trust: the first that finds something speaks for the clause. */
const RULES: readonly Rule[] = [
  favourite,
  prefers,
  liking,
  disliking,
  fond,
  hobby,
  practice,
  (text) => (TOURS.test(text) ? [] : often(text)),
];
