import { finding, type Finding } from '../finding.ts';
import { clauseTimes, isThing, type Clause } from './clause.ts';
import { japaneseHealth } from './health.ts';
import { RELATION } from './words.ts';
import { japaneseWork } from './work.ts';

/** Who the person is: name, age, birthday, home, work, school, health. */
export function japaneseFacts(clause: Clause): Finding[] {
  if (clause.topic.who === 'other') return [];
  const found = [birthday(clause), anniversary(clause)];
  if (clause.topic.who !== 'relation') {
    found.push(
      name(clause),
      age(clause),
      home(clause),
      origin(clause),
      japaneseWork(clause),
      school(clause),
      trait(clause),
      japaneseHealth(clause),
    );
  }
  return found.filter((each) => each !== null);
}

const NAME = '[\\p{sc=Han}\\p{sc=Katakana}ー・々]{1,10}|[\\p{sc=Hiragana}ー]{2,8}|[A-Za-z]{2,20}';
const NAMES: readonly RegExp[] = [
  new RegExp(
    `^(?:フル)?(?:下の)?名前は(?<name>${NAME})(?=って(?:いう|言う|いいます)|と(?:いい|言い|申し)ます|です|だよ|だ|$)`,
    'u',
  ),
  new RegExp(
    `^「?(?<name>[\\p{sc=Han}\\p{sc=Katakana}ー・]{1,10}|[\\p{sc=Hiragana}ー]{2,6}(?=」?(?:って|と)呼))」?(?:って|と)(?:呼んで(?:ね|ください|ほしい|欲しい|くれ)?|いいます|申します|言います)`,
    'u',
  ),
  new RegExp(`(?:から(?:は)?|には|は|普段)「?(?<name>${NAME})」?(?:って|と)呼ばれて`, 'u'),
];
const SPELT = /名前(?:は|って|、|が)[^「]{0,8}「(?<name>[^」]{1,10})」(?:って|と)(?:書|読|いう|いい)/u;
const NOT_A_NAME =
  /^(?:秘密|ない|なし|なに|内緒|まだ|もう|そう|ちゃんと|忘れ|好き|普通|大事|一緒|.*ない|まだ.*|これ|それ|なんて|どう|ママ|パパ|先生|お母さん|お父さん|変)$/u;

function name(clause: Clause): Finding | null {
  const spelt = SPELT.exec(clause.text)?.groups?.['name'];
  if (spelt !== undefined) {
    return finding(clause, {
      kind: 'fact',
      text: `名前は${spelt}`,
      importance: 0.9,
      tags: ['名前'],
      attribute: 'name',
    });
  }
  for (const pattern of NAMES) {
    const named = pattern.exec(clause.text)?.groups?.['name'];
    if (named === undefined || NOT_A_NAME.test(named)) continue;
    const nickname = pattern !== NAMES[0];
    return finding(clause, {
      kind: 'fact',
      text: nickname ? `「${named}」と呼ばれている` : `名前は${named}`,
      importance: 0.9,
      tags: ['名前'],
      attribute: nickname ? 'nickname' : 'name',
    });
  }
  return null;
}

const SELF_AGE =
  /^(?:今年(?:で|の誕生日で)|もう|もうすぐ|来月で|先月|今月|今日で|今年)?(?:[、\s])?(?<age>[1-9][0-9]|[二三四五六七八九]?十[一二三四五六七八九]?)(?:歳|才)?(?:になる|になった|になりました|になります|です|だよ|だ|なんだ|なんです)/u;

function age(clause: Clause): Finding | null {
  const match = SELF_AGE.exec(clause.text);
  const years = match?.groups?.['age'];
  if (years === undefined || !/歳|才|になる|になった|になりま/u.test(match?.[0] ?? '')) return null;
  return finding(clause, {
    kind: 'fact',
    text: `${years}歳${/になる|になります/u.test(clause.text) ? 'になる' : ''}`,
    importance: 0.8,
    tags: ['年齢'],
    attribute: 'age',
  });
}

const BIRTHDAY = new RegExp(`^(?:(?<whose>${RELATION})の)?誕生日(?:って|は|が)`, 'u');
const BIRTHDAY_AFTER = new RegExp(
  `(?:は|が)(?:(?:私|僕|俺)の)?(?:(?<whose>${RELATION})の)?(?:誕生日)(?:だ|です|な|$)`,
  'u',
);

function birthday(clause: Clause): Finding | null {
  const match = BIRTHDAY.exec(clause.text) ?? BIRTHDAY_AFTER.exec(clause.text);
  const when = clauseTimes(clause, 'future')[0];
  if (match === null || when === undefined || when.days !== 1) return null;
  const day = /\d+月\d+日/u.exec(when.label)?.[0] ?? when.label;
  const whose = match.groups?.['whose'];
  return finding(clause, {
    kind: whose === undefined ? 'fact' : 'relationship',
    text: whose === undefined ? `誕生日は${day}` : `${whose}の誕生日は${day}`,
    subject: whose ?? 'person',
    importance: 0.85,
    tags: ['誕生日', ...(whose === undefined ? [] : [whose])],
    attribute: whose === undefined ? 'birthday' : `birthday:${whose}`,
    when,
  });
}

const ANNIVERSARY = /(?<what>結婚記念日|[^、はが\s]{0,8}記念日|命日)/u;

function anniversary(clause: Clause): Finding | null {
  const what = ANNIVERSARY.exec(clause.text)?.groups?.['what'];
  const when = clauseTimes(clause, 'future')[0];
  if (what === undefined || when === undefined || when.days !== 1) return null;
  if (!/(?:は|が)/u.test(clause.text)) return null;
  const day = /\d+月\d+日/u.exec(when.label)?.[0] ?? when.label;
  return finding(clause, {
    kind: 'relationship',
    text: `${what}は${day}`,
    importance: 0.8,
    tags: ['記念日'],
    attribute: `anniversary:${what}`,
    when,
  });
}

const PLACE = '[\\p{sc=Han}\\p{sc=Katakana}ーヶケ・A-Za-z]{2,14}';
const AWAY = new RegExp(`(?:単身赴任|赴任|転勤|留学)で(?<place>${PLACE})に(?:い(?:る|ます)|来て|住んで)`, 'u');
const HOME = new RegExp(
  `(?<place>${PLACE})(?:の[^、にで]{1,8})?(?:に|で)(?<how>住んで(?!みたい|た(?!い))|暮らして(?!みたい)|一人暮らし|ひとり暮らし|同棲(?:して|中))`,
  'u',
);
const MOVED = new RegExp(
  `(?<place>${PLACE})(?:へ|に)(?:引っ越した|引っ越しした|引っ越してきた|引っ越しました|移住した|移住しました|引っ越して(?:き|来)て)`,
  'u',
);
const NOT_A_PLACE =
  /^(?:一人|一緒|二人|実家|今|近所|近く|最近|家族|彼女|彼氏|同じ|隣|別|ここ|どこ|外|都会|田舎|今年|来年|[一二三四五六七八九十0-9]+[羽人匹階])$/u;

function home(clause: Clause): Finding | null {
  const moved = MOVED.exec(clause.text)?.groups?.['place'];
  const lives = HOME.exec(clause.text)?.groups ?? AWAY.exec(clause.text)?.groups;
  const place = moved ?? lives?.['place'];
  if (place === undefined || NOT_A_PLACE.test(place)) return null;
  const alone = /一人暮らし|ひとり暮らし/u.test(clause.text);
  const when = clauseTimes(clause, 'past')[0] ?? null;
  const label = when === null || !moved ? '' : `${when.label}に`;
  return finding(clause, {
    kind: 'fact',
    text:
      moved === undefined
        ? `${place}${alone ? 'で一人暮らししている' : 'に住んでいる'}`
        : `${label}${place}に引っ越した`,
    importance: 0.8,
    tags: ['住まい', place],
    attribute: 'home',
    when: moved === undefined ? null : when,
    since: true,
  });
}

const ORIGIN: readonly RegExp[] = [
  new RegExp(`^(?:出身(?:地)?|生まれ|地元|故郷|ふるさと)は(?<place>${PLACE})`, 'u'),
  new RegExp(`^(?<place>${PLACE})(?:の)?(?:出身|生まれ|育ち)(?!の)`, 'u'),
  new RegExp(`^(?<place>${PLACE})で(?:生まれ育|育っ|生まれた|生まれて)`, 'u'),
];

function origin(clause: Clause): Finding | null {
  for (const pattern of ORIGIN) {
    const place = pattern.exec(clause.text)?.groups?.['place'];
    if (place === undefined || NOT_A_PLACE.test(place)) continue;
    return finding(clause, {
      kind: 'fact',
      text: `出身は${place}`,
      importance: 0.7,
      tags: ['出身', place],
      attribute: 'hometown',
    });
  }
  return null;
}

const SCHOOL: readonly (readonly [RegExp, string])[] = [
  [
    /(?:大学|大学院|研究室|ゼミ)で(?:は)?(?<what>[\p{sc=Han}\p{sc=Katakana}ー]{2,12})の(?:研究|勉強)を?(?:して|やって)(?!い?た)/u,
    'school:field',
  ],
  [/(?<what>[\p{sc=Han}\p{sc=Katakana}ー]{1,12})(?:を)?専攻(?:して|です|なん|だ|$)/u, 'school:field'],
  [
    /(?:大学|大学院|専門学校|短大|高校)(?:院)?で(?:は)?(?<what>[\p{sc=Han}\p{sc=Katakana}ー]{2,12})を(?:勉強|学ん|研究)(?!して(?:い)?た)/u,
    'school:field',
  ],
  [
    /(?<what>[\p{sc=Han}\p{sc=Katakana}ー]{1,10}(?:学部|学科)(?:の?[1-6１-６一二三四]年生?)?)(?:です|だよ|だ|なんだ|の|に|で|$)/u,
    'school:field',
  ],
  [
    /(?<what>[\p{sc=Han}\p{sc=Katakana}ー]{0,10}の?(?:大学院|大学|高校|専門学校|短大|高専))に(?:通って|通い始め|在学|入った|入学した)/u,
    'school',
  ],
  [
    /^(?:今(?:は)?|いま(?:は)?)?(?<what>[^、はが]{2,10}(?:学校|大学|高専)の?[1-6１-６一二三四]年(?:生)?)(?:です|だよ|だ|なんだ|$)/u,
    'school',
  ],
  [
    /^(?:今(?:は)?|いま(?:は)?)?(?<what>(?:大学|高校|中学|院|修士|博士)[1-6１-６一二三四]年(?:生)?|[高大中][一二三四]|浪人生?)(?:です|だよ|だ|なんだ|や|なの|$)/u,
    'school',
  ],
];

const TRAIT =
  /^(?<what>左利き|猫舌|両利き|[一ひ]人っ子|ひとりっ子|長男|長女|末っ子|双子|ベジタリアン|ヴィーガン|下戸|夜型(?:人間)?|朝型(?:人間)?|帰国子女|人見知り|方向音痴|インドア派|アウトドア派|シングルマザー|シングルファーザー|バツイチ|独身|既婚|[AＡBＢOＯ]{1,2}型)(?:です|だよ|だ|なんだ|なんです|なの|で|な|$)(?!はな|じゃ)/u;

/** What somebody simply is. */
function trait(clause: Clause): Finding | null {
  const what = TRAIT.exec(clause.text)?.groups?.['what'];
  if (what === undefined) return null;
  return finding(clause, { kind: 'fact', text: what, importance: 0.6, tags: ['人となり'], attribute: `trait:${what}` });
}

function school(clause: Clause): Finding | null {
  const times = clauseTimes(clause, 'past');
  for (const [pattern, attribute] of SCHOOL) {
    const what = pattern.exec(clause.text)?.groups?.['what'];
    if (what === undefined || !isThing(what)) continue;
    return finding(clause, {
      kind: 'fact',
      text:
        attribute === 'school'
          ? /年/u.test(what)
            ? what
            : `${what}に通っている`
          : /年/u.test(what)
            ? `${what.replace(/の?(?=[1-6１-６一二三四]年)/u, 'の')}`
            : `${what}${/学部|学科/u.test(what) ? 'で' : 'を'}学んでいる`,
      importance: 0.7,
      tags: ['学校'],
      attribute,
      when: times[0] ?? null,
      since: true,
    });
  }
  return null;
}
