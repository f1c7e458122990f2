import { attributeValue } from '../attribute.ts';
import { finding, type Finding } from '../finding.ts';
import { clauseTimes, noteOf, type Clause } from './clause.ts';
import { GIVEN_NAME_END, NOT_NAMES, OCCUPATION, PET, petPath, RELATION, relationOf } from './words.ts';

/** Family, friends, partners and pets. */
export function japanesePeople(clause: Clause): Finding[] {
  if (clause.topic.who === 'other') return [];
  return [...pets(clause), ...names(clause), ...partner(clause), ...aboutRelation(clause)];
}

const SAID_NAME = '[\\p{sc=Han}\\p{sc=Katakana}ー・々]{1,8}|[\\p{sc=Hiragana}ー]{2,6}|[A-Za-z]{2,16}';
const NAME_IS = new RegExp(
  `(?<who>${RELATION}|${PET})(?:の名前(?:は|が|って)|は名前が|は)「?(?<name>${SAID_NAME})」?(?=(?:って|と)(?:いう|言う|いいます|名前|名付け)|(?:です|だよ|だ)?$)`,
  'u',
);
const BESIDE = new RegExp(
  `(?<who>${RELATION})の(?<name>[\\p{sc=Katakana}ー]{2,6}|[\\p{sc=Hiragana}]{2,4}?|[\\p{sc=Han}々]{1,3})(?<title>ちゃん|さん|くん|君)?(?=[がはとにをもの、]|$)`,
  'u',
);

function names(clause: Clause): Finding[] {
  const found: Finding[] = [];
  const named = NAME_IS.exec(clause.text)?.groups;
  const who = named?.['who'] ?? '';
  const name = named?.['name'] ?? '';
  const told = new RegExp(`の名前|って(?:いう|名前)|という|といいます`, 'u').test(clause.text);
  if (named !== undefined && told && isName(name, true)) {
    const pet = new RegExp(`^(?:${PET})$`, 'u').test(who);
    const path = pet ? petPath(who) : relationOf(who).path;
    found.push(
      finding(clause, {
        kind: 'relationship',
        text: `${pet ? `飼っている${who}` : who}の名前は${name}`,
        subject: name,
        importance: 0.8,
        tags: [pet ? 'ペット' : relationOf(who).family ? '家族' : '友達', who, name],
        attribute: pet || !relationOf(who).family ? `${path}:name:${attributeValue(name)}` : `${path}:name`,
      }),
    );
    return found;
  }
  const last = clause.topic.who === 'relation' ? LAST_NAME.exec(clause.text)?.groups?.['name'] : undefined;
  if (clause.topic.who === 'relation' && last !== undefined && isName(last, true)) {
    const { word, relation } = clause.topic;
    return [
      finding(clause, {
        kind: 'relationship',
        text: `${word}の名前は${last}`,
        subject: last,
        importance: 0.8,
        tags: [relation.family ? '家族' : '友達', word, last],
        attribute: relation.family ? `${relation.path}:name` : `${relation.path}:name:${attributeValue(last)}`,
      }),
    ];
  }
  const pet = PET_BESIDE.exec(clause.text)?.groups;
  if (pet !== undefined && !NOT_NAMES.has(pet['name'] ?? '')) {
    const petName = pet['name'] ?? '';
    const kind = pet['who'] ?? '';
    found.push(
      finding(clause, {
        kind: 'relationship',
        text: `飼っている${kind.replace(/^(?:愛|飼い|保護|老)/u, '')}の名前は${petName}`,
        subject: petName,
        importance: 0.7,
        tags: ['ペット', kind, petName],
        attribute: `${petPath(kind)}:name:${attributeValue(petName)}`,
      }),
    );
    return found;
  }
  const beside = BESIDE.exec(clause.text)?.groups;
  const called = beside?.['name'] ?? '';
  if (beside !== undefined && isName(called, beside['title'] !== undefined)) {
    const word = beside['who'] ?? '';
    const relation = relationOf(word);
    found.push(
      finding(clause, {
        kind: 'relationship',
        text: `${word}の名前は${called}`,
        subject: called,
        importance: 0.6,
        tags: [relation.family ? '家族' : '友達', word, called],
        attribute: relation.family ? `${relation.path}:name` : `${relation.path}:name:${attributeValue(called)}`,
      }),
    );
  }
  return found;
}

const LAST_NAME =
  /[、て](?<name>[\p{sc=Han}\p{sc=Katakana}ー々]{1,6}|[\p{sc=Hiragana}ー]{2,5})(?:と|って)(?:いいます|いうんです|いうんだ|いうの|言います)$/u;

const PET_BESIDE =
  /(?<who>愛犬|愛猫|飼い猫|飼い犬|保護猫|保護犬|老犬|(?<=うちの)[犬猫])の(?<name>[\p{sc=Katakana}ー]{2,6}|[\p{sc=Hiragana}ー]{2,5}?)(?=[がはをとに、]|も|$)/u;

function isName(name: string, sure: boolean): boolean {
  if (name === '' || NOT_NAMES.has(name)) return false;
  if (sure) return true;
  if (/^[\p{sc=Han}々]+$/u.test(name)) return name.length >= 2 && GIVEN_NAME_END.includes(name.at(-1) ?? '?');
  return /^[\p{sc=Katakana}ー]{2,5}$/u.test(name);
}

const KEEPS = new RegExp(
  `(?<pet>${PET})(?:を|が|は|なら)?(?:(?:[0-9０-９一二三四五]|何)(?:匹|頭|羽))?(?:を)?(?:飼って(?:い?る(?!人|ひと|方|子|友|家|知)|い?ます|て)|(?<=[匹頭羽])(?:い(?:る|ます|て)|おり)|飼い始め|飼うことにした|迎えた|お迎え(?:した|しました)|引き取った|迎えました|引き取りました)`,
  'u',
);
const PET_AGE = new RegExp(
  `^(?:うちの)?(?<pet>${PET})[、は](?:もう|今年で|今年)?(?:、)?(?<age>[0-9０-９]{1,2})(?:歳|才)`,
  'u',
);
const PET_GONE = new RegExp(
  `(?<pet>${PET})(?:の[^、]{1,6})?が(?:[^、]{0,8})(?:死んじゃった|死んだ|死んで(?:しまった)?|亡くなりました|旅立ちました|亡くなった|亡くなって|虹の橋)`,
  'u',
);
const NO_PET = /飼ってない|飼っていない|飼ってません|飼おうか|飼いたい|飼えない|飼っていた(?:ら|い)/u;

function pets(clause: Clause): Finding[] {
  const { text } = clause;
  if (NO_PET.test(text)) return [];
  const times = clauseTimes(clause, 'past');
  const make = (
    pet: string,
    note: string,
    key: string,
    kind: 'relationship' | 'significant' = 'relationship',
  ): Finding =>
    finding(clause, {
      kind,
      text: note,
      subject: pet,
      importance: kind === 'significant' ? 0.85 : 0.7,
      tags: ['ペット', pet],
      attribute: `${petPath(pet)}${key}`,
      when: kind === 'significant' ? (times[0] ?? null) : null,
    });
  const gone = PET_GONE.exec(text)?.groups?.['pet'];
  if (gone !== undefined) return [make(gone, noteOf(text, times), ':died', 'significant')];
  const keeps = KEEPS.exec(text)?.groups?.['pet'];
  if (keeps !== undefined) {
    return [
      make(
        keeps,
        /飼い始め|迎えた|お迎え|引き取った|ことにした/u.test(text) ? noteOf(text, times) : `${keeps}を飼っている`,
        ':kept',
      ),
    ];
  }
  const aged = PET_AGE.exec(text)?.groups;
  return aged === undefined ? [] : [make(aged['pet'] ?? '', `飼っている${aged['pet']}は${aged['age']}歳`, ':age')];
}

const PARTED =
  /(?:彼氏|彼女|彼|恋人|夫|旦那|妻|嫁)と(?:[^、]{0,8})(?:別れた|別れました|別れて|離婚した|離婚しました)|^(?:[\p{sc=Han}]{1,3}|[\p{sc=Katakana}ー]{2,5})(?:くん|さん|ちゃん)?と別れ(?:た|ました)|(?:離婚|失恋|破局)(?:した|しました|して(?:い?る|い?ます))/u;
const MARRY =
  /(?:結婚|婚約|入籍|再婚|プロポーズ)(?:した|しました|された|する(?:こと|予定)|します|しよう|が決ま)|結婚(?:して(?:い?る|い?ます)(?!人|か))/u;
const MET =
  /(?:彼氏|彼女|彼|旦那|夫|妻|恋人)と(?:は)?(?<where>[^、]{1,20})で(?:出会っ|知り合っ)|(?:彼氏|彼女|彼|旦那|夫|妻|恋人)と(?:出会った|知り合った)のは/u;
const DATING =
  /と(?:は)?(?:付き合うことになっ(?:た|り)|付き合い始めた|付き合って(?:い?る|い?ます))|(?:彼氏|彼女|恋人|好きな人)(?:が|も)(?:でき(?:た|ました)|い(?:る|ます))/u;

/** Love is a matter of its own: its memories end each other. */
function partner(clause: Clause): Finding[] {
  const { text } = clause;
  const direction = /予定|つもり|来年|来月|する/u.test(text) ? 'future' : 'past';
  const times = clauseTimes(clause, direction);
  if (clause.topic.who === 'relation' && !/^(?:partner|husband|wife)$/u.test(clause.topic.relation.path)) return [];
  const make = (note: string, attribute: string): Finding =>
    finding(clause, {
      kind: 'significant',
      text: note,
      importance: 0.9,
      tags: ['恋愛'],
      attribute,
      when: times[0] ?? null,
    });
  if (PARTED.test(text)) return [make(noteOf(text, times), 'partner')];
  if (
    MARRY.test(text) &&
    !/^(?!私|僕|俺|うち|二人)[^、と]{1,10}が(?:結婚|婚約|入籍|再婚)|(?:友達|友人|同僚|先輩|後輩|いとこ|従姉妹|あの人|さん)(?:が|の)|式|おめでとう|記念/u.test(
      text,
    )
  ) {
    return [make(noteOf(text, times), direction === 'future' ? 'plan:結婚' : 'partner:marriage')];
  }
  if (MET.test(text)) return [make(noteOf(text, times), 'partner:met')];
  return DATING.test(text) && !/ら|いない/u.test(text) ? [make(noteOf(text, times), 'partner:state')] : [];
}

const RAISES =
  /^(?<what>[^、はが]{0,8}(?:男の子|女の子|子ども|子供|息子|娘|双子))を(?:ひとりで|一人で)?育てて(?:い?る|い?ます)/u;
const EXISTS = new RegExp(
  `^(?:双子の|年の離れた|[0-9０-９一二三四五六]つ(?:上|下)の)?(?<who>${RELATION})(?:が|も|は)?(?:、)?(?:[一二三四五六1-6１-６ひふ](?:人|とり|たり))?(?:い(?:る|ます|て)|おり)`,
  'u',
);
const LIVES = /(?<place>[\p{sc=Han}\p{sc=Katakana}ー]{2,12})(?:に住|で暮ら|にい(?:る|て)|に単身赴任)/u;
const WORKS_AS = new RegExp(`(?<what>${OCCUPATION})(?:で(?=、)|を(?:して|やって)|として|です|だよ|なんだ|だ|$)`, 'u');
const STUDIES =
  /(?:大学|大学院|専門学校|高校)(?:院)?で(?<what>[\p{sc=Han}\p{sc=Katakana}ー]{2,12})を(?:勉強|学ん|研究)/u;
const LIFE =
  /(?:亡くなっ|他界し|[小中高]学?生に|大学生に|生まれ(?:た|まし)|結婚(?:し|する)|離婚し|妊娠|出産|入院|退院|手術|退職|定年|入学|卒業|就職|[0-9０-９]+歳|転職|引っ越し|合格|受か|小学校|中学校|高校に|大学に|幼稚園|保育園|還暦|古希|喜寿|米寿|初めて|倒れ)/u;
const ENDED = /(?:た|ました|まして|だ|です|る|ます|中|て|なん|な|こと|て(?:い)?て)$/u;

/** What is told of a family member or friend, when it is a matter of lives rather than of the hour. */
function aboutRelation(clause: Clause): Finding[] {
  const { text, topic } = clause;
  if (topic.who === 'person' || topic.who === 'other') return [];
  const raised = RAISES.exec(text)?.groups?.['what'];
  if (raised !== undefined) {
    return [
      finding(clause, {
        kind: 'relationship',
        text: `${raised}を育てている`,
        subject: '子ども',
        importance: 0.75,
        tags: ['家族', '子ども'],
        attribute: 'child:exists',
      }),
    ];
  }
  if (topic.who !== 'relation') {
    return /^(?:甥っ?子?|姪っ?子?|孫|赤ちゃん)が生まれ/u.test(text) ? [lifeEvent(clause, '赤ちゃん', 'child')] : [];
  }
  const { word } = topic;
  const { path, family } = topic.relation;
  const make = (note: string, key: string, importance = 0.65): Finding =>
    finding(clause, {
      kind: 'relationship',
      text: note,
      subject: word,
      importance,
      tags: [family ? '家族' : '友達', word],
      attribute: key === '' ? null : `${path}:${key}`,
    });
  const found: Finding[] = [];
  if (EXISTS.test(text) && !/いない|いな(?:く|か)/u.test(text)) found.push(make(noteOf(text, []), 'exists', 0.6));
  const lives = LIVES.exec(text)?.groups?.['place'];
  const works = WORKS_AS.exec(text)?.groups?.['what'];
  if (works !== undefined && family)
    found.push(make(`${word}の仕事は${works}${lives === undefined ? '' : `（${lives}）`}`, 'work'));
  const alsoAt = /(?<place>[\p{sc=Han}\p{sc=Katakana}ー]{2,12})で/u.exec(text)?.groups?.['place'];
  if (lives !== undefined && family)
    found.push(make(`${word}は${lives}に${/単身赴任/u.test(text) ? '単身赴任している' : '住んでいる'}`, 'home'));
  else if (works !== undefined && alsoAt !== undefined && !works.endsWith(alsoAt) && family && found.length > 0)
    found.push(make(`${word}は${alsoAt}にいる`, 'home', 0.5));
  const studies = STUDIES.exec(text)?.groups?.['what'];
  if (studies !== undefined && family) found.push(make(`${word}は大学で${studies}を学んでいる`, 'school'));
  if (found.length > 0) return found;
  if (family && LIFE.test(text) && ENDED.test(text.replace(/(?:んです|んだ|の|よ|ね|ね|！|!)+$/u, '')))
    return [lifeEvent(clause, word, path)];
  return [];
}

function lifeEvent(clause: Clause, word: string, path: string): Finding {
  const times = clauseTimes(clause, /予定|する$|来/u.test(clause.text) ? 'future' : 'past');
  const grave = /亡くな|生まれ|結婚|離婚|妊娠/u.test(clause.text);
  return finding(clause, {
    kind: grave ? 'significant' : 'relationship',
    text: noteOf(clause.text, times).replace(/、[^、]{1,8}(?:と|って)いいます$/u, ''),
    subject: word,
    importance: grave ? 0.9 : 0.65,
    tags: ['家族', word],
    attribute: /亡くな|他界/u.test(clause.text)
      ? `${path}:died`
      : /[0-9０-９]歳/u.test(clause.text)
        ? `${path}:age`
        : `${path}:life:${attributeValue(/[\p{sc=Han}]{2}/u.exec(clause.text.slice(word.length))?.[0] ?? 'event')}`,
    when: times[0] ?? null,
  });
}
