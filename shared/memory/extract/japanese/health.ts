import { attributeValue } from '../attribute.ts';
import { finding, type Finding } from '../finding.ts';
import { clauseTimes, isThing, noteOf, type Clause } from './clause.ts';
import { BODY, ILLNESS } from './words.ts';

/** Allergies, illnesses, injuries, treatment. */
export function japaneseHealth(clause: Clause): Finding | null {
  const times = clauseTimes(clause, 'past');
  const make = (path: string, text: string, kind: 'fact' | 'event' = 'fact'): Finding =>
    finding(clause, {
      kind,
      text,
      importance: 0.8,
      tags: ['健康'],
      attribute: path === '' ? null : `health:${path}`,
      when: times[0] ?? null,
      since: kind === 'fact',
    });
  const allergy = ALLERGY.exec(clause.text)?.groups?.['what']?.replace(/^(?:おれ|俺|私|僕|ぼく|わたし|あたし)/u, '');
  if (allergy !== undefined) {
    if (/じゃない|ではない|治った|治って|平気|克服|なくな|ないけど/u.test(clause.text)) return null;
    return isThing(allergy) ? make(`allergy:${attributeValue(allergy)}`, `${allergy}アレルギーがある`) : null;
  }
  const hurt = HURT.exec(clause.text)?.groups;
  if (hurt !== undefined)
    return make(
      `injury:${hurt['part'] ?? ''}`,
      noteOf(clause.text, times),
      /痛めて/u.test(clause.text) ? 'fact' : 'event',
    );
  const diagnosed = DIAGNOSED.exec(clause.text)?.groups?.['what'];
  if (diagnosed !== undefined && isThing(diagnosed))
    return make(`illness:${attributeValue(diagnosed)}`, `${diagnosed}と診断された`);
  const pregnant = PREGNANT.exec(clause.text)?.[0];
  if (pregnant !== undefined) return make('pregnancy', pregnant);
  const sick = SICK.exec(clause.text)?.groups?.['what'];
  if (sick !== undefined && !/じゃない|ではない|治った|予防|検査|思った/u.test(clause.text))
    return make(`illness:${sick}`, `${sick}がある`);
  if (SLEEPLESS.test(clause.text)) return make('treatment', noteOf(clause.sentence.text, []));
  return null;
}

const ALLERGY = /(?<what>[^、はがをにでと\s]{1,12})アレルギー(?!か)/u;
const DIAGNOSED = /(?<what>[^、はがに]{2,12})(?:って|と|だと)診断され/u;
const PREGNANT = /^妊娠(?:[0-9０-９]+[かヶカヵ]月|中)/u;
const HURT = new RegExp(
  `(?<part>${BODY})(?:の[\\p{sc=Han}\\p{sc=Katakana}]{1,6})?を?(?<how>痛めて|痛めた|骨折|捻挫|怪我|けが|ケガ|手術|脱臼|火傷|やけど)`,
  'u',
);
const SICK = new RegExp(
  `(?:^|[、はで\\s]|軽い|ひどい|重度の)(?<what>${ILLNESS})(?:持ち|だ|です|なん|で|なの|な$|と|$)(?!思)`,
  'u',
);
const SLEEPLESS =
  /眠れない日が続|寝つけない日が続|(?:睡眠薬|抗うつ薬|安定剤|薬)を(?:もらった|もらって|処方|飲んで(?:い)?る|飲み始め)/u;
