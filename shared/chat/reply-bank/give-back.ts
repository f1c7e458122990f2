import type { Locale } from '../../settings/contract.ts';
import type { Family, Frame } from './bank.ts';
import type { Detection } from './detect.ts';
import { namedAnswerEn, sayBackEn } from './say-back-en.ts';
import { namedAnswerJa, sayBackJa } from './say-back-ja.ts';
import { HEAVY } from './situations.ts';
import { withoutContractions } from './style-en.ts';
import type { Part, Talk } from './talk.ts';
import { namedIn } from './topic.ts';

/** What was told, given back in its own words: not always, and seldom twice in a row. */
export function givenBack(talk: Talk, frame: Frame | null): Part | null {
  const { detection, scene, said, random, situation } = talk;
  const sayBack = scene.locale === 'ja' ? sayBackJa : sayBackEn;
  const clause = sayBack(detection.heard.text);
  if (clause === null || detection.heard.length < 3) return null;
  const lately = said.slice(-2).filter((text, at, all) => {
    const theirs = talk.theirs.at(at - all.length);
    const before = theirs === undefined ? null : sayBack(theirs);
    return before !== null && text.includes(before);
  }).length;
  const heavy =
    (detection.heavy && situation !== 'embarrassed') ||
    (HEAVY.has(situation) && situation !== 'embarrassed') ||
    frame?.family === 'frame:result_bad' ||
    frame?.family === 'frame:cancelled';
  // Where nothing else would show what was heard, it is given back all the sooner.
  const bare = frame === null && (situation === 'listening' || situation === 'staying');
  const onlyWay = (bare || frame === null) && namedIn(detection.heard.text, scene.locale) === null;
  const first = bare
    ? 0.95
    : frame !== null && SPARSE.has(frame.family)
      ? 0.8
      : heavy
        ? 0.65
        : frame !== null
          ? 0.45
          : 0.8;
  const again = bare ? [1, 0.8, 0.5] : [1, 0.45, 0.15];
  const chance = onlyWay ? (bare ? 1 : 0.85) : first * (again[lately] ?? 0);
  if (random() > chance) return null;
  const more = { said: inManner(talk, clause) };
  const line = talk
    .pickerFor(more)
    .next({ family: heavy ? 'reflect_heavy' : 'reflect', role: 'react', mayAsk: talk.mayAsk });
  return line === null ? null : { line, more };
}

/** Frames so wide that what was said is better given back than spoken to. */
const SPARSE: ReadonlySet<Family> = new Set<Family>([
  'frame:work',
  'frame:school',
  'frame:family',
  'frame:commute',
  'frame:went',
  'frame:going',
]);

/** A clause as the register says it: where one does not say "you're", their words do not either. */
export function inManner({ scene }: Talk, clause: string): string {
  const { register } = scene.character.speech;
  return scene.locale === 'en' && (register === 'polite' || register === 'ojousama')
    ? withoutContractions(clause)
    : clause;
}

/** The thing named, in a word, where nothing else in the reply shows that it was heard. */
export function takenUp(talk: Talk, parts: readonly Part[]): Part | null {
  const { detection, scene, facts, pickerFor, random } = talk;
  const english = scene.locale === 'en';
  const general = parts.every(
    ({ line }) =>
      line.heard === null && !line.needsTopic && line.slots.every((slot) => slot === 'user' || slot === 'I'),
  );
  const framed = parts.some(({ line }) => line.family.startsWith('frame:'));
  if (
    !general ||
    (framed && random() < 0.5) ||
    parts.some(({ line }) => line.family === 'unclear' || line.family === 'crisis')
  )
    return null;
  const named = facts.topic ?? namedIn(detection.heard.text, scene.locale);
  if (named === null || parts.some(({ line }) => line.text.includes(named.slice(0, 2)) && scene.locale === 'ja'))
    return null;
  const more = { answer: named };
  const plainly =
    facts.topic !== null && !detection.heavy && random() < 0.5
      ? pickerFor({}).next({ family: 'echo', role: 'react', mayAsk: false })
      : null;
  if (plainly !== null) return { line: plainly, more: {} };
  const line = pickerFor(more).next({
    family: 'taken',
    role: 'react',
    mayAsk: false,
    also: (one) => !AN_ANSWER.test(one.text) && (!detection.heavy || one.text.length <= (english ? 20 : 14)),
  });
  return line === null ? null : { line, more };
}

/** Said to an answer, not to a thing named by the way. */
const AN_ANSWER = /答え|らしい|わかる気|answer|suits|guess|Fair|Figures|naturally|of course/u;

/** A message that is no more than a yes, a no, or the name of something; null when it is more, or less. */
export function answersInAWord(
  locale: Locale,
  { heard, situation }: Detection,
): { readonly kind: 'yes' | 'no' } | { readonly kind: 'named'; readonly answer: string } | null {
  if (YES.test(heard.core)) return { kind: 'yes' };
  if (NO.test(heard.core) || (situation === 'disagree' && heard.length <= 8)) return { kind: 'no' };
  const answer = heard.length > 24 ? null : locale === 'ja' ? namedAnswerJa(heard.text) : namedAnswerEn(heard.text);
  return answer === null ? null : { kind: 'named', answer };
}

const YES =
  /^(?:うん|うんうん|はい|ええ|そう|そうだよ|そうです|そうなの|そうなんだ|だね|もちろん|yes|yeah|yep|yup|sure|of course|i did|i do|it is|it was|mhm|definitely|totally)(?:[、, ]*(?:うん|そう|そうだよ|だよ|です|i did|i do|it was|it is))?$/u;
const NO =
  /^(?:ううん|いや|いいえ|いえ|全然|まだ|ちがう|違う|別に|no|nah|nope|not (?:really|yet)|not at all)(?:[、,ー ]*(?:まだ|全然|ない|違う|yet|really))?$/u;
