import { attributeValue } from '../attribute.ts';
import { finding, type Finding } from '../finding.ts';
import { clauseTimes, note, objectOf, toThird, type Clause } from './clause.ts';
import { BODY, ILLNESS } from './words.ts';

/** Allergies, illnesses, injuries, treatment and fears. */
export function englishHealth(clause: Clause): Finding | null {
  const times = clauseTimes(clause, 'past');
  const make = (path: string, text: string, kind: 'fact' | 'event' = 'fact'): Finding =>
    finding(clause, {
      kind,
      text: note(text),
      importance: 0.8,
      tags: ['health'],
      attribute: `health:${path}`,
      when: times[0] ?? null,
      since: kind === 'fact',
    });
  const allergy = ALLERGY.exec(clause.text)?.groups?.['what'];
  const to = allergy === undefined ? null : objectOf(allergy.replace(/ and still .*$/iu, ''), 6);
  if (to !== null) return make(`allergy:${attributeValue(to)}`, `Is allergic to ${to}`);
  const illness = SUFFERS.exec(clause.body)?.groups?.['what'];
  if (illness !== undefined) return make(`illness:${attributeValue(illness)}`, `Has ${illness}`);
  const diagnosis = objectOf(DIAGNOSED.exec(clause.body)?.groups?.['what'] ?? '', 6);
  if (diagnosis !== null)
    return make(`illness:${attributeValue(diagnosis.replace(/^an? /iu, ''))}`, `Was diagnosed with ${diagnosis}`);
  const hurt = HURT.exec(clause.sentence.text.replaceAll('’', "'"))?.groups ?? HURT.exec(clause.body)?.groups;
  const part = objectOf((hurt?.['rest'] ?? hurt?.['part'] ?? '').replace(/\bso\b.*$/iu, ''), 7);
  if (hurt !== undefined && part !== null) {
    const when = times[0];
    return make(
      `injury:${attributeValue(new RegExp(BODY, 'iu').exec(part)?.[0] ?? part)}`,
      `${hurt['how'] ?? hurt['fell'] ?? 'hurt'} ${toThird(part)}${when === undefined ? '' : ` (${when.label})`}`,
      'event',
    );
  }
  const fears = FEARS.exec(clause.body)?.groups?.['what'];
  const fear = fears === undefined ? null : objectOf(fears, 5);
  if (fear !== null) return make(`fear:${attributeValue(fear)}`, `Is afraid of ${toThird(fear)}`);
  if (SLEEP.test(clause.sentence.text.replaceAll('’', "'")))
    return make(
      'sleep',
      toThird(clause.sentence.text)
        .replace(/^they haven't/iu, "Hasn't")
        .replace(/^they can't/iu, "Can't"),
    );
  const treated = TREATED.exec(clause.body)?.groups?.['what'];
  return treated === undefined
    ? null
    : make(
        `treatment:${attributeValue(treated.replace(/^(?:a|an|my|some) /iu, ''))}`,
        `Had ${toThird(treated)}${times[0] === undefined ? '' : ` (${times[0].label})`}`,
        'event',
      );
}

const ALLERGY = /\bI(?:'m| am)(?: (?:really|very|severely|super|badly|also))* allergic to (?<what>.+)$/iu;
const SUFFERS = new RegExp(
  `^I(?:'ve(?: got| had)?| have| do have|'m living with| suffer from| get| got| deal with| struggle with| was diagnosed with| have been diagnosed with)(?: (?:really|terrible|bad|severe|mild|chronic|awful|a|been|had|pretty|horrible|seasonal))* (?<what>${ILLNESS})\\b`,
  'iu',
);
const DIAGNOSED =
  /^I(?: was| got|'ve been| have been)(?: (?:just|recently|also|finally))* diagnosed with (?<what>.+)$/iu;
const HURT = new RegExp(
  `^I(?:'ve| have)?(?: (?:just|also|fell .*and|recently|badly))* (?<how>broke|tore|sprained|twisted|fractured|hurt|injured|dislocated|pulled|strained|burned|busted) (?:a |the )?(?<rest>.*\\b${BODY}\\b.*)$|^I fell\\b.*\\b(?<fell>broke|sprained|twisted|fractured|hurt|injured) (?<part>.*\\b${BODY}\\b.*)$`,
  'iu',
);
const FEARS =
  /^I(?:'m| am)(?: (?:really|very|so|super|absolutely|totally|a bit|also))* (?:scared|terrified|afraid|petrified|phobic) of (?<what>.+)$/iu;
const SLEEP =
  /\b(?:I haven't been sleeping|I can't sleep (?:lately|at night|these days)|I've been having trouble sleeping|doctor (?:gave me|prescribed me|put me on))\b/iu;
const TREATED =
  /^I (?:had|underwent|got) (?<what>(?:a |an |my |some )?(?:[\p{L}-]+ ){0,2}(?:surgery|operation|colonoscopy|mri|biopsy|root canal|ultrasound|x-ray|vaccin\w+|transplant|check-?up|blood test|endoscopy|stitches|chemo\w*))\b/iu;
