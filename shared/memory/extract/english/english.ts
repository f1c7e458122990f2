import { attributeValue } from '../attribute.ts';
import { finding, type Finding } from '../finding.ts';
import type { Sentence } from '../reading.ts';
import { timesIn, type Moment } from '../when.ts';
import { clausesOf, toThird } from './clause.ts';
import { englishFacts } from './facts.ts';
import { englishPeople } from './people.ts';
import { englishEvents, englishPlans, englishPromise } from './plans.ts';
import { englishPreferences } from './preferences.ts';

const JOKE =
  /\b(?:just kidding|only kidding|i'm kidding|kidding!?$|i'm joking|was joking|just joking|jk|j\/k|only joking|not really lol|just messing|pulling your leg|just saying|april fools)\b/iu;

/** The sentence takes back what was said before it. */
export function isEnglishJoke(text: string): boolean {
  return JOKE.test(text.replaceAll(/[’‘]/gu, "'"));
}

/** What a message of the person tells in English. */
export function readEnglish(sentences: readonly Sentence[], moment: Moment): Finding[] {
  const found: Finding[] = [];
  for (const sentence of joined(sentences)) {
    for (const clause of clausesOf(sentence, moment)) {
      const facts = [...englishFacts(clause), ...englishPeople(clause)];
      const told = facts.some((each) => each.tags[0] === 'pet' || !/:name/u.test(each.attribute ?? ''));
      const tastes = told ? [] : englishPreferences(clause);
      const plans = told || tastes.length > 0 ? [] : englishPlans(clause);
      found.push(...facts, ...tastes, ...plans);
      if (!told && tastes.length === 0 && plans.length === 0) found.push(...englishEvents(clause));
    }
  }
  return found;
}

const ASKED_BACK = /^(?:my )?(?<what>name|hobby|hobbies|job|favou?rite [\p{L} ]{3,16})$/iu;

/** "My hobby? Photography." is one statement. */
function joined(sentences: readonly Sentence[]): Sentence[] {
  const result: Sentence[] = [];
  for (const sentence of sentences) {
    const asked = result.at(-1);
    const what = asked?.question === true ? ASKED_BACK.exec(asked.text)?.groups?.['what'] : undefined;
    if (asked === undefined || what === undefined || sentence.question) result.push(sentence);
    else result[result.length - 1] = { ...sentence, text: `My ${what} is ${sentence.text}`, start: asked.start };
  }
  return result;
}

/** What the companion promised in a message of its own. */
export function readEnglishPromises(sentences: readonly Sentence[], moment: Moment): Finding[] {
  for (const [index, sentence] of sentences.entries()) {
    if (sentence.question) continue;
    const before = sentences[index - 1];
    const after = sentences[index + 1];
    const promised = englishPromise(sentence.text, [after?.text, before?.text]);
    if (promised === null || promised.length < 8) continue;
    const within = sentence.text.replaceAll(/[’‘]/gu, "'").includes(promised);
    const isAfter = !within && (after?.text ?? '').replaceAll(/[’‘]/gu, "'").includes(promised);
    const when = timesIn(promised, moment, 'en', 'future').find((each) => each.ahead) ?? null;
    return [
      finding(
        {
          start: within || isAfter ? sentence.start : (before?.start ?? sentence.start),
          end: isAfter ? (after?.end ?? sentence.end) : sentence.end,
        },
        {
          kind: 'relationship',
          text: `Promised: “${promised}”${when === null ? '' : ` (${when.label})`}`,
          subject: 'companion',
          importance: 0.75,
          tags: ['promise'],
          attribute: `promise:${attributeValue(toThird(promised)).slice(0, 40)}`,
          when,
        },
      ),
    ];
  }
  return [];
}
