import { asks } from './acts.ts';
import { answerKnown } from './answer-known.ts';
import type { BankLine } from './bank.ts';
import { listen } from './listen.ts';
import type { LinePicker } from './pick-line.ts';
import type { Occasion } from './remember.ts';
import { GREETINGS, PARTING } from './situations.ts';
import {
  askChance,
  followUp,
  isShortEnough,
  made,
  react,
  remembered,
  simply,
  type Answered,
  type Part,
  type Talk,
} from './talk.ts';

/** Answers a message by the act it is. */
export function answer(talk: Talk): Answered {
  const { act, random } = talk;
  const known = answerKnown(talk);
  if (known !== null) return known;
  if (act === 'invite') {
    const invited = simply(talk, 'invited');
    if (invited !== null) return invited;
  }
  if (listensTo(talk)) return listen(talk);
  const picker = talk.pickerFor({});
  const opening = openingFor(talk, picker);
  const main = react(talk, picker, talk.mayAsk);
  const parts: Part[] = (opening === null ? [main] : [opening, main]).map((line) => ({ line, more: {} }));
  const memory = occasionOf(talk) === null ? null : remembered(talk, occasionOf(talk) ?? 'lull');
  if (memory !== null && (!memory.line.asks || talk.mayAsk)) return made(talk, [...parts, memory], main);
  if (talk.mayAsk && !main.asks && random() < askChance(talk)) {
    const ask = followUp(talk, picker);
    if (ask !== null && isShortEnough(talk, [...parts.map(({ line }) => line), ask]))
      parts.push({ line: ask, more: {} });
  }
  return made(talk, parts, main);
}

/** Words of not wanting to live: first that one stays, then, always, the way to someone who can be there. */
export function stay(talk: Talk): Answered {
  const picker = talk.pickerFor({});
  const first = picker.next({ family: 'crisis', role: 'react', mayAsk: true });
  const way = picker.next({ family: 'crisis', role: 'ask', mayAsk: true });
  const parts = [first, way].filter((line) => line !== null);
  const [main = react(talk, picker, false)] = parts;
  return made(
    talk,
    (parts.length === 0 ? [main] : parts).map((line) => ({ line, more: {} })),
    main,
  );
}

/** A greeting that came before the matter itself is answered in a word. */
function openingFor({ situation, detection, scene }: Talk, picker: LinePicker): BankLine | null {
  const opened = detection.ranked.find(
    (other) => other === 'return_home' || other === 'greeting_morning' || other === 'greeting_evening',
  );
  if (opened === undefined || GREETINGS.has(situation) || PARTING.has(situation)) return null;
  const most = scene.locale === 'ja' ? 22 : 44;
  return picker.next({ family: opened, role: 'react', mayAsk: false, also: (line) => line.text.length <= most });
}

/** A talk that begins, pauses or ends is an occasion to think of something. */
function occasionOf({ situation, detection, before, scene }: Talk): Occasion | null {
  if ((scene.memories ?? []).length === 0) return null;
  if (PARTING.has(situation)) return 'parting';
  if (detection.heavy) return null;
  if (situation !== 'first_meeting' && (GREETINGS.has(situation) || before.length === 0)) return 'beginning';
  return situation === 'short_ack' || situation === 'bored' ? 'lull' : null;
}

/** What is told, felt and answered is listened to; the rest has answers of its own. */
function listensTo(talk: Talk): boolean {
  const { act, situation, detection } = talk;
  if (situation.startsWith('sent_') || situation === 'birthday' || situation === 'first_meeting') return false;
  if (act === 'agree' || act === 'acknowledge' || act === 'disagree')
    return talk.answersUs && detection.heard.length <= 12;
  return (
    (act === 'tell' || act === 'complain' || act === 'confide' || act === 'worry' || act === 'answer') &&
    !asks(detection)
  );
}
