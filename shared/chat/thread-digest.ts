import { likeness } from './guard/likeness.ts';
import type { SummaryLine } from './scene.ts';

/** What is told of one stretch of a thread, at most. */
const MOST_LINES = 4;
/** Shorter messages say too little to be told again, in UTF-16 units. */
const LEAST_UNITS = 8;
const MOST_UNITS = 110;
/** What is more alike than this to a line that is told already is not told too. */
const TOO_LIKE = 0.5;

/**
 * What a stretch of a thread was about, by rule: the messages that carry most (plans, dates, numbers, names, promises), in their own
 * words and their order. Empty when nothing was said that is worth telling again. Every line is a part of one of the messages.
 */
export function digestThread(
  messages: readonly { readonly author: 'person' | 'character'; readonly text: string }[],
): SummaryLine[] {
  const candidates = messages
    .map(({ author, text }, at) => ({ at, author, text: shortened(oneLine(text)) }))
    .filter(({ text }) => text.length >= LEAST_UNITS)
    .map((line) => ({ ...line, weight: weightOf(line) }))
    .sort((one, other) => other.weight - one.weight || one.at - other.at);
  const chosen: typeof candidates = [];
  for (const line of candidates) {
    if (chosen.length === MOST_LINES || line.weight <= 0) break;
    if (chosen.every(({ text }) => likeness(text, line.text) < TOO_LIKE)) chosen.push(line);
  }
  return chosen.sort((one, other) => one.at - other.at).map(({ author, text }) => ({ author, text }));
}

const WHEN =
  /[0-9０-９]|明日|あした|昨日|きのう|来週|先週|今週|来月|先月|来年|去年|曜|朝|夜|\b(?:tomorrow|yesterday|tonight|next|last|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october|november|december)\b/iu;
const WEIGHTY =
  /約束|予定|つもり|決め|決ま|始め|辞め|やめ|引っ越|結婚|別れ|入院|病院|受か|落ち|合格|面接|試験|誕生日|好き|嫌い|苦手|名前|家族|母|父|兄|姉|弟|妹|友だち|友達|仕事|会社|学校|心配|うれし|嬉し|悲し|つら|怖|\b(?:promise|plan|going to|decided|start(?:ed|ing)?|quit|mov(?:ed|ing)|married|broke up|hospital|passed|failed|interview|exam|birthday|love|hate|name is|mother|father|mum|mom|dad|brother|sister|friend|work|job|school|worried|happy|sad|afraid)\b/giu;
const NAMES = /[\p{sc=Katakana}ー]{3,}|(?<!^)(?<![.!?] )\b[A-Z][a-z]{2,}/gu;

function weightOf({ author, text }: { readonly author: 'person' | 'character'; readonly text: string }): number {
  const promised = /約束|待ってる|覚えて|教えて(?:あげる|ね)|\bI(?:'|’)?(?: wi)?ll\b|\bI promise\b/iu.test(text);
  // The person's life is what a companion must not lose; of its own words, what it promised.
  if (author === 'character' && !promised) return 0;
  return (
    Math.min(text.length, 60) / 4 +
    (WHEN.test(text) ? 10 : 0) +
    Math.min(3, text.match(WEIGHTY)?.length ?? 0) * 8 +
    Math.min(2, text.match(NAMES)?.length ?? 0) * 5 -
    (/[?？]\s*$/u.test(text) ? 8 : 0) -
    (author === 'character' ? 6 : 0)
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}

/** The sentences that fit, or else the beginning of the first. */
function shortened(text: string): string {
  if (text.length <= MOST_UNITS) return text;
  const head = text.slice(0, MOST_UNITS);
  const end = Math.max(head.lastIndexOf('。'), head.lastIndexOf('！'), head.lastIndexOf('. '), head.lastIndexOf('! '));
  return (end >= MOST_UNITS / 3 ? head.slice(0, end + 1) : head)
    .toWellFormed()
    .replace(/\ufffd$/u, '')
    .trim();
}
