import { attributeValue } from '../attribute.ts';
import { finding, type Finding } from '../finding.ts';
import type { Sentence } from '../reading.ts';
import { timesIn, type Moment } from '../when.ts';
import { clausesOf } from './clause.ts';
import { japaneseFacts } from './facts.ts';
import { japanesePeople } from './people.ts';
import { japaneseEvents, japanesePlans, japanesePromise } from './plans.ts';
import { japanesePreferences } from './preferences.ts';
import { NOT_NAMES, PET, petPath, RELATION, relationOf } from './words.ts';

const JOKE =
  /なんちゃって|なーんちゃって|なーんてね|^なんてね|、なんてね|なんつって|冗談(?:だ|だよ|です|だって|だけど|、|$)|嘘だけど|うそだけど|ウソだけど|うそうそ|嘘嘘|^(?:うそ|嘘)(?:だよ|です|ぴょん)|ジョーク/u;

/** The sentence takes back what was said before it. */
export function isJapaneseJoke(text: string): boolean {
  return JOKE.test(text);
}

/** What a message of the person tells in Japanese. */
export function readJapanese(sentences: readonly Sentence[], moment: Moment): Finding[] {
  const found: Finding[] = [];
  joined(sentences).forEach((sentence, index, all) => {
    const greeted = GREETED.exec(sentence.text)?.groups?.['name'];
    if (greeted !== undefined && !sentence.question && !NOT_NAMES.has(greeted)) {
      found.push(
        finding(sentence, {
          kind: 'fact',
          text: `名前は${greeted}`,
          importance: 0.9,
          tags: ['名前'],
          attribute: 'name',
        }),
      );
      return;
    }
    const named = nameOfMentioned(sentence, all[index - 1]);
    if (named !== null) {
      found.push(named);
      return;
    }
    const before = found.length;
    for (const clause of clausesOf(sentence, moment)) {
      const facts = [...japaneseFacts(clause), ...japanesePeople(clause), ...japanesePreferences(clause)];
      const plans = facts.some((each) => each.when !== null && each.since !== true) ? [] : japanesePlans(clause);
      found.push(...facts, ...plans);
      if (plans.length === 0 && !facts.some((each) => each.tags[0] !== '友達' && each.tags[0] !== '家族'))
        found.push(...japaneseEvents(clause));
    }
    if (found.length === before) {
      const introduced = INTRODUCED.exec(sentence.text)?.groups?.['name'];
      if (
        introduced !== undefined &&
        /^(?:よろしく|はじめまして|初めまして)/u.test(
          all[index + 1]?.text ?? sentence.text.slice(introduced.length + 2),
        )
      ) {
        found.push(
          finding(sentence, {
            kind: 'fact',
            text: `名前は${introduced}`,
            importance: 0.9,
            tags: ['名前'],
            attribute: 'name',
          }),
        );
      }
    }
  });
  return found;
}

const GREETED =
  /^(?:はじめまして|初めまして)[、\s]*(?<name>[\p{sc=Han}々]{1,5}|[\p{sc=Katakana}ー]{2,8}|[\p{sc=Hiragana}]{2,5})(?:です|といいます|と申します)$/u;
const INTRODUCED =
  /^(?:私|俺|僕|ぼく|わたし|あたし)[、は\s]*(?<name>[\p{sc=Han}々]{1,5}|[\p{sc=Katakana}ー]{2,8}|[\p{sc=Hiragana}]{2,5})(?:です|だよ|だ)?$/u;

const ASKED_BACK = /^(?:私の|僕の|俺の)?(?<what>名前|趣味|出身|誕生日|仕事|特技|地元)(?:は|って)?$/u;

/** 「趣味？ 写真かな。」 is one statement. */
function joined(sentences: readonly Sentence[]): Sentence[] {
  const result: Sentence[] = [];
  for (const sentence of sentences) {
    const asked = result.at(-1);
    const what = asked?.question === true ? ASKED_BACK.exec(asked.text)?.groups?.['what'] : undefined;
    if (asked === undefined || what === undefined || sentence.question) {
      result.push(sentence);
      continue;
    }
    const answer = sentence.text.replace(/^(?:うーん|えっと|えーと|そうだな[あぁ]?|ええと|んー|まあ)[、\s]*/u, '');
    result[result.length - 1] = { ...sentence, text: `${what}は${answer}`, start: asked.start };
  }
  return result;
}

const NAME_ALONE =
  /^名前は「?(?<name>[\p{sc=Han}\p{sc=Katakana}\p{sc=Hiragana}ー々]{1,10}?)」?(?:って(?:いう|言う)|です|だよ|だ|にした|なんだ|なの|よ|ね)*$/u;
const SO_CALLED =
  /^(?:名前は)?「?(?<name>[\p{sc=Han}\p{sc=Katakana}ー々]{1,8}|[\p{sc=Hiragana}ー]{2,6})」?(?:(?:って|と)い(?:う|い)(?:んだ|んです|の|名前)?(?:よ|ね|けど)?|ちゃん|くん)(?=[、\s]|$)/u;
const MENTIONED = new RegExp(`(?<who>${PET}|${RELATION})(?:を|が|、|は|も|と)`, 'u');

/** 「うさぎを飼ってる。名前はしろ。」: the name is the rabbit's. */
function nameOfMentioned(sentence: Sentence, before: Sentence | undefined): Finding | null {
  const name = (NAME_ALONE.exec(sentence.text) ?? SO_CALLED.exec(sentence.text))?.groups?.['name'];
  const who = before === undefined ? undefined : MENTIONED.exec(before.text)?.groups?.['who'];
  if (name === undefined || who === undefined || sentence.question || before === undefined) return null;
  if (
    NOT_NAMES.has(name) ||
    /ない$|^まだ|^(?:どう|そう|なん|なに|こう|ああ|もっと|ちょっと|なんて|好き|いや)/u.test(name)
  )
    return null;
  const pet = new RegExp(`^(?:${PET})$`, 'u').test(who);
  const path = pet ? petPath(who) : relationOf(who).path;
  return finding(
    { start: before.start, end: sentence.end },
    {
      kind: 'relationship',
      text: `${pet ? `飼っている${who}` : who}の名前は${name}`,
      subject: name,
      importance: 0.8,
      tags: [pet ? 'ペット' : '家族', who, name],
      attribute: `${path}:name${pet ? `:${attributeValue(name)}` : ''}`,
    },
  );
}

/** What the companion promised in a message of its own. */
export function readJapanesePromises(sentences: readonly Sentence[], moment: Moment): Finding[] {
  for (const [index, sentence] of sentences.entries()) {
    if (sentence.question) continue;
    const before = sentences[index - 1];
    const after = sentences[index + 1];
    const promised = japanesePromise(sentence.text, before?.text, after?.text);
    if (promised === null) continue;
    const from = promised === before?.text ? before : sentence;
    const to = promised === after?.text ? after : sentence;
    const when = timesIn(promised, moment, 'ja', 'future').find((each) => each.ahead) ?? null;
    return [
      finding(
        { start: from.start, end: to.end },
        {
          kind: 'relationship',
          text: `「${promised}」と約束した${when === null ? '' : `（${when.label}）`}`,
          subject: 'companion',
          importance: 0.75,
          tags: ['約束'],
          attribute: `promise:${attributeValue(promised).slice(0, 24)}`,
          when,
        },
      ),
    ];
  }
  return [];
}
