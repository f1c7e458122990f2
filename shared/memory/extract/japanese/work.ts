import { finding, type Finding } from '../finding.ts';
import { clauseTimes, isThing, noteOf, phraseBefore, type Clause } from './clause.ts';
import { OCCUPATION } from './words.ts';

/** What the person does for a living, and how that changes. */
export function japaneseWork(clause: Clause): Finding | null {
  const { text } = clause;
  const times = clauseTimes(clause, 'past');
  const make = (attribute: string, note: string, kind: 'fact' | 'significant' = 'fact'): Finding =>
    finding(clause, {
      kind,
      text: note,
      importance: kind === 'fact' ? 0.75 : 0.85,
      tags: ['仕事'],
      attribute,
      when: times[0] ?? null,
      since: true,
    });
  if (/(?:友達|友人|同僚|上司|みんな|彼|彼女)が/u.test(text)) return null;
  if (QUIT.test(text) && !/辞めた(?:い|く|ら|ほう|方)|やめた(?:い|く|ら|ほう|方)/u.test(text)) {
    return make('work', noteOf(text, times), 'significant');
  }
  if (CHANGED.test(text) && !/活動/u.test(text) && !text.endsWith('して'))
    return make('work', noteOf(text, times), 'significant');
  const teaches = TEACHES.exec(text)?.groups?.['what'];
  if (teaches !== undefined) return make('work:role', `${teaches}いる`);
  const runs = RUNS.exec(text)?.groups;
  const run = runs?.['what'] ?? runs?.['shop'];
  if (run !== undefined && isThing(run)) return make('work:role', `${run}を経営している`);
  const job = JOB_IS.exec(text)?.groups?.['what'] ?? IN_CHARGE.exec(text)?.groups?.['what'];
  if (job !== undefined && isThing(job) && text.startsWith('バイト'))
    return make('work:place', `${job}でアルバイトしている`);
  if (job !== undefined && isThing(job) && !/い$|ない|たい|大変|つら|楽し|休み|順調|暇/u.test(job))
    return make('work:role', `仕事は${job}`);
  const occupation = OCCUPATION_AS.exec(text);
  const what = occupation?.groups?.['what'] ?? occupation?.groups?.['free'];
  if (occupation !== null && what !== undefined && text.slice(0, occupation.index).length < 20) {
    const place = phraseBefore(text, occupation.index - (/[のでに]$/u.test(text.slice(0, occupation.index)) ? 1 : 0));
    const at =
      place !== null && /[のでに]$/u.test(text.slice(0, occupation.index)) && isThing(place.text)
        ? `${place.text}の`
        : '';
    return make('work:role', `仕事は${at}${what}`);
  }
  const works = WORKS.exec(text);
  if (works !== null) {
    const place = phraseBefore(text, works.index);
    if (place === null || /^(?:家|在宅|リモート|外|一人|遅く|夜遅く|夜中|フル)/u.test(place.text)) return null;
    if (/ことに/u.test(works[0])) return make('work:place', noteOf(text, clauseTimes(clause, 'future')), 'significant');
    return make(
      'work:place',
      `${place.text}で${/バイト|パート/u.test(works[0]) ? 'アルバイトしている' : '働いている'}`,
    );
  }
  return null;
}

const QUIT =
  /(?:会社|仕事|職場|バイト|アルバイト|パート|店|工場|事務所|病院|[\p{sc=Katakana}ー]{3,})(?:を|は|も)?(?:[^、]{0,6})(?:辞めた|やめた|辞めました|やめました|退職した|退職しました|辞めて(?:き|しま)|クビになった)|^[^、]{0,14}(?:退職した|退職しました|リストラされた)/u;
const CHANGED =
  /(?:転職|就職|入社|昇進|昇格|独立|開業|内定|異動)(?:した|しました|して|が決ま|(?:を|が)?(?:もら|取れた|出た)|し(?!た)[、])|(?:に|へ)(?:昇進|異動|配属)/u;
const OCCUPATION_AS = new RegExp(
  `(?<what>${OCCUPATION})(?:として(?:働|勤|やって)|を(?:して(?!み|もら|い?た|い?まし)|やって(?!み|もら|い?た|い?まし))|です|だよ|なんだ|なんです|だ|をしています|やってる|やってます|になった(?!ら|り)|になりました|になって(?=[^、]*[年月]))|(?:^|[、で])[^、]{0,8}?(?<free>フリーランス|専業主婦|自営業|フリーター|無職)$`,
  'u',
);
const WORKS =
  /(?:で|に)(?:働いて|勤めて|勤務して|勤務中|働き始め(?:て|た|ました)|働くことに|勤めることに|バイトして|バイト中|パートして|アルバイトして)/u;
const TEACHES = /(?<what>[\p{sc=Han}\p{sc=Katakana}ー]{2,12}で[\p{sc=Han}\p{sc=Katakana}ー]{1,8}を教えて)/u;

const RUNS =
  /(?<what>[^、はが\s]{1,14})を(?:経営|営業|運営)して(?:い?る|い?ます)|(?<shop>[^、はが\s]{1,14}(?:屋|店|カフェ|食堂|工房|サロン|教室|民宿|旅館))を(?:やって|営んで|開いて)(?:い?る|い?ます)/u;
const JOB_IS =
  /^(?:今の)?(?:仕事|職業|勤め先|バイト(?:先)?)(?:は|も|って)(?<what>[^、がをで]{2,20}?)(?:です|だよ|だ|なんだ|なんです|やってます|をして(?:い?る|い?ます)|$)/u;
const IN_CHARGE =
  /(?<what>[^、はがを\s]{1,14}の(?:経理|営業|品質管理|事務|人事|総務|開発|企画|広報|配送|販売|現場監督))(?:を(?:やって|担当して|して)(?:い?る|い?ます)|です|なんだ|なんです|だ$|$)/u;
