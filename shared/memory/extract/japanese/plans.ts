import { attributeValue } from '../attribute.ts';
import { finding, type Finding } from '../finding.ts';
import { clauseTimes, noteOf, type Clause } from './clause.ts';

const MATTER =
  '(?:最終面接|面接|試験|テスト|検定|発表会|発表|プレゼン|締め?切り|〆切|予約|旅行|出張|引っ越し|引越し|結婚式|健康診断|検査|手術|デート|ライブ|コンサート|会議|打ち合わせ|飲み会|同窓会|法事|試合|大会|入学式|卒業式|入社式|歯医者|通院|受診|診察|説明会|オーディション|運動会|文化祭|送別会|歓迎会|誕生日会|レッスン|遠足|合宿|帰省|納期|更新|提出|三者面談|面談|内覧|納車|コンペ|研修|授業参観|参観日|保護者会|お花見|花火大会|健診|予防接種|入院|退院|引き渡し|入居|合格発表|開演|演奏会|コンクール|オープン|初出勤|出社|二次会|披露宴|顔合わせ)';
const THERE_IS = new RegExp(
  `(?<what>${MATTER})(?:の?(?:日|予約|予定))?(?:が(?:ある|あります|あって|入って|入った|入りました|控えて|決まった)|を受ける|を受けに|に行く|へ行く|に行きます|なんだ|なんです|なの|だ|です|$)`,
  'u',
);
const MATTER_ON = new RegExp(`(?<what>${MATTER})(?:日)?(?:は|が)`, 'u');
const INTENDS =
  /(?<verb>行く|行きます|する|します|会う|会います|帰る|帰ります|出る|受ける|始まる|始まります|出かける|泊まる|見る|観る|飛ぶ|発つ|引っ越す|引っ越します|デビューする|入院する|卒業する|生まれる|生まれます|出産する|結婚する|入籍する|発売される|届く)(?:つもり|予定|ことにした|ことになった|ことにしました|ことになりました|んだ|よ|の|$)/u;
const MUST =
  /(?:までに|中に)(?<what>[^、]{1,30}?)(?:ないと(?:いけない|ダメ|だめ)?|なきゃ(?:いけない)?|なくちゃ|なければ|なければならない|ねば|(?:し|出|払|返|終わらせ)ないといけない|必要がある|予定)/u;
const NIGHTS = /[0-9０-９一二三四五]泊(?:[0-9０-９一二三四五]日)?(?:で|の|$)/u;
const BY = /(?:までに|まで|が締め?切り|が〆切|締め?切り(?:だ|です|なん|$)|提出期限)/u;

const GOAL =
  /^(?:将来の|今の|いちばんの|一番の|私の|今年の)?(?<what>夢|目標)(?:は|って)(?<goal>[^、がは]{3,30}?)(?:です|だよ|だ|なんだ|なんです|かな|$)/u;

const GOAL_AFTER =
  /^(?:いつか|いずれ|将来は?|老後は)?(?<goal>[^、]{3,30}(?:の|こと))が(?<what>夢|目標)(?:だ|です|な|$)/u;

/** What lies ahead: appointments, journeys, deadlines. */
export function japanesePlans(clause: Clause): Finding[] {
  if (
    clause.topic.who === 'other' ||
    /ない(?:よ|です|んだ)?$|やめた|中止|なくなった/u.test(clause.text.replace(MUST, ''))
  )
    return [];
  const goal = (GOAL.exec(clause.text) ?? GOAL_AFTER.exec(clause.text))?.groups;
  if (goal !== undefined && clause.topic.who !== 'relation' && !/ない$|何|まだ|特に/u.test(goal['goal'] ?? '')) {
    const wanted = (goal['goal'] ?? '').replace(/の$/u, 'こと');
    return [
      finding(clause, {
        kind: 'preference',
        text: `${goal['what']}は${wanted}`,
        importance: 0.65,
        tags: ['目標'],
        attribute: `wants:${attributeValue(wanted)}`,
      }),
    ];
  }
  const times = clauseTimes(clause, 'future');
  const when = times.find((each) => each.ahead);
  if (when === undefined || /毎[日週月年]/u.test(clause.text)) return [];
  const { text } = clause;
  const must = MUST.exec(text);
  const on = MATTER_ON.exec(text);
  const told =
    on !== null && when.start >= on.index && text.length - when.end <= 8 && !/なかった|だった|でした/u.test(text)
      ? on.groups?.['what']
      : undefined;
  const matter = THERE_IS.exec(text)?.groups?.['what'] ?? told ?? (NIGHTS.test(text) ? '旅行' : undefined);
  const deadline = must !== null || (BY.test(text) && /締め?切り|〆切|期限/u.test(text));
  const intends =
    INTENDS.test(text) &&
    !/(?:た|ました|だった)(?:んだ|の|よ|ね)*$/u.test(text.replace(/ことに(?:した|なった|しました|なりました)/u, ''));
  if (!deadline && matter === undefined && (!intends || /お願い|失礼|感謝|よろしく/u.test(text))) return [];
  // 「今日は帰る」 is over before it can be remembered.
  if (
    !deadline &&
    matter === undefined &&
    when.days === 1 &&
    /今日|今夜|今晩|今から/u.test(text.slice(when.start, when.end))
  )
    return [];
  const subject = clause.topic.who === 'relation' ? clause.topic.word : 'person';
  const about =
    matter ??
    attributeValue(
      must?.groups?.['what'] ?? noteOf(text.slice(when.end).replace(/^[、にはのからまでも]+/u, ''), []).slice(0, 12),
    );
  return [
    finding(clause, {
      kind: 'event',
      text: noteOf(text, times)
        .replace(/(?<=[日月年])で$/u, '')
        .replace(/なきゃ$/u, 'なければならない')
        .replace(/ないと$/u, 'ないといけない'),
      subject,
      importance: deadline || matter !== undefined ? 0.7 : 0.6,
      tags: [deadline ? '締め切り' : '予定', ...(matter === undefined ? [] : [matter])],
      attribute: `plan:${about}`,
      when,
    }),
  ];
}

const DONE: readonly RegExp[] = [
  /(?:に|へ|まで|で)(?:[^、に]{0,8})?(?:行ってきた|行った|行ってきました|行きました|行って来た|出かけた|旅行した|旅行してきた|散歩してきた|参加した|参加しました|遊びに行った|登ってきた|登った|登りました|泊まった|泊まってきた|連れて行)/u,
  /(?:に|と)(?:会った|会ってきた|会いました|再会した|電話した|電話しました|けんかした|喧嘩した|ケンカした|仲直りした|話した)/u,
  /(?:に|が)(?:受かった|受かりました|合格した|合格しました|落ちた|落ちました|当たった|決まった|決まりました)/u,
  /(?:が|を|[点級段位])(?:取れた|取った|取りました|取れました)(?=[！!よねの。]|$)/u,
  /(?:を|が)(?:卒業した|卒業しました|修了した|提出した|出した(?=[！!よねの]|$)|完走した|完成した|完成させた|書き終えた|読み終えた|優勝した|受賞した|達成した|開いた)/u,
  /で(?:完走した|優勝した|入賞した|負けた|勝った|発表した)|(?:完走|優勝|入賞)(?:した|しました)/u,
  /を(?:なくした|失くした|落とした|忘れた|盗まれた|壊した)|(?:事故に遭った|骨折した|入院した|退院した|手術した|手術を受けた|胃カメラを受けた|検査を受けた)/u,
  /を?(?<=を|展|会|展覧会|映画|ライブ|舞台|試合|花火)(?:見た|観た|みた|見てきた|観てきた|みてきた|見てきました|見ました|観ました|受けた|受けました|受けてきた)(?=んだ|[！!よねの。]|$)/u,
  /(?:好きな人ができた|(?:車|家|マンション|バイク|ギター|ピアノ|カメラ|パソコン|指輪|ベッド|ソファ|自転車|車|眼鏡|靴|望遠鏡|楽器|スーツ)を(?:買った|買いました|契約した|作った|返した|返してきた|返してきました)|免許を(?:返した|返してきた|返してきました|返納した))/u,
  /(?:盗まれた|引き受けた|(?:お葬式|葬式|葬儀|告別式|お通夜|四十九日)(?:でした|だった)|実家に帰ってきた|採用(?:された|になった)|入会した|始めました|引退した|引退しました|昇格した)$/u,
];
const LIFE_EVENT = /受かっ|合格し|卒業し|優勝し|完走|落ちた|入院し|手術|事故|決まった|免許|好きな人/u;

/** What happened to the person and is worth a line. */
export function japaneseEvents(clause: Clause): Finding[] {
  if (clause.topic.who === 'other' || clause.topic.who === 'relation') return [];
  const text = clause.text
    .replace(/(?:んですよね|んですよ|んですけど|んです|んだよね|んだよ|んだ|のよ|の|よ|ね|さ|わ|ー|！|!)+$/u, '')
    .replace(/ちゃった$/u, 'た')
    .replace(/じゃった$/u, 'だ');
  if (!DONE.some((pattern) => pattern.test(text)) || !/(?:た|だ|ました|てて|てきて|って)$/u.test(text)) return [];
  const times = clauseTimes(clause, 'past');
  const life = LIFE_EVENT.test(text);
  if (
    /^(?:それ|これ|あれ|そこ|ここ|コンビニ|スーパー|トイレ|会社|学校|仕事)(?:を|に|へ)?(?:も)?(?:行った|見た|観た)/u.test(
      text,
    )
  )
    return [];
  const bare = times.reduceRight((rest, time) => rest.slice(0, time.start) + rest.slice(time.end), text);
  if (bare.replace(/^[にはのも、]+|(?:行っ|行き|来|出かけ|見)[\p{sc=Hiragana}]*$/gu, '').length < 2) return [];
  if (text.length < 5 || /なかった$|思った$|言った$|かと思/u.test(text)) return [];
  const when = times[0] ?? null;
  return [
    finding(clause, {
      kind: life ? 'significant' : 'event',
      text: noteOf(clause.text, times),
      importance: life ? 0.8 : 0.5,
      tags: ['出来事'],
      attribute: null,
      when,
    }),
  ];
}

const PROMISE =
  /約束(?:する|した|します|しま|だ|ね|よ|、|。|しよう|$)|(?:必ず|きっと|絶対に?|ちゃんと|毎[朝晩日])[^、。]{1,24}(?:てあげる|ておく|するね|からね|行くね|起こすね)/u;
const VOW =
  /(?:する|てあげる|ておく|しよう|いよう|るね|くね|よう|からね|からさ|う)(?:ね|よ|ねっ|よね|って)?(?:約束.*)?$/u;

/** What the companion promised, in its own words. `before` and `after` are the sentences around it. */
export function japanesePromise(text: string, before: string | undefined, after: string | undefined): string | null {
  if (!PROMISE.test(text)) return null;
  if (/約束/u.test(text)) {
    const said = text
      .replaceAll(
        /(?:って)?約束(?:した(?:もん)?(?:から|よ)?|する(?:から)?|します|だ|しよう)?(?:ね|よ|もんね)?[、。!！]*|^うん[、。]?|^[、。]+/gu,
        '',
      )
      .trim();
    if (said.length >= 5) return said;
    return [after, before].find((each) => each !== undefined && each.length >= 5 && VOW.test(each)) ?? null;
  }
  return VOW.test(text) ? text : null;
}
