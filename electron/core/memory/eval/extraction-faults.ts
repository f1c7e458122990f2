import { foldForSearch } from '#shared/chat/search-tokens.ts';
import type { ExtractedMemory, ExtractionTurn } from '#shared/memory/extract/extracted-memory.ts';

/** A conversation as one of its speakers told it. */
export interface Dialogue {
  readonly name: string;
  readonly locale: 'ja' | 'en';
  readonly turns: readonly ExtractionTurn[];
}

/** Words of a memory that carry its meaning, folded: letters of the Japanese scripts one by one, others as words. */
function contentOf(text: string): Set<string> {
  const folded = foldForSearch(text.replaceAll(DATE, ' '));
  const words = folded.match(/[\p{sc=Han}\p{sc=Hiragana}ー]|[\p{L}\p{N}']+/gu) ?? [];
  return new Set(words.filter((word) => !TEMPLATE.has(word)));
}

/** Dates are resolved from words like 昨日, so no quote holds them. */
const DATE =
  /\d{4}年(?:\d+月)?(?:\d+日)?(?:の週|ごろ|の[春夏秋冬])?|(?:\b(?:on|in|around|the week of)\s)*\b(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November|December|spring|summer|autumn|winter) \d{4}\b|\b(?:in|around) \d{4}\b/gu;

/** Words of the notes' own wording, which no quote needs to hold. */
const TEMPLATE = new Set(
  `the a an is has their they them of in on at to and for called lives works as with from was who be it its week around has had does loves enjoys likes no longer favourite hobby often goes taken up got
  月 日 年 の が は を に と で る い た て し 名 前 仕 事 趣 味 好 き 約 束 出 身 学 住 働 飼 っ な ご ろ 週 頃 誕 生`.split(
    /\s+/u,
  ),
);

/** Two memories of a dialogue that tell the same: about the same one, nearly all words in common, the same numbers. */
export function isDuplicate(a: ExtractedMemory, b: ExtractedMemory): boolean {
  if (a.subject !== b.subject) return false;
  if (
    foldForSearch(a.text).replaceAll(/[^\p{L}\p{N}]/gu, '') === foldForSearch(b.text).replaceAll(/[^\p{L}\p{N}]/gu, '')
  )
    return true;
  const digits = (text: string): string => text.replaceAll(/\P{N}/gu, '');
  if (digits(a.text) !== digits(b.text)) return false;
  const [left, right] = [contentOf(a.text), contentOf(b.text)];
  const shared = [...left].filter((word) => right.has(word)).length;
  return shared / Math.max(1, left.size + right.size - shared) >= 0.85;
}

const ASKS = /[?？]\s*$|(?:か|かな|っけ)[。\s]*$/u;
const SUPPOSES =
  /もしも?(?!か)|だったらなあ|たらいいな|\bif (?:I|we) (?:were|was|had|won|could)\b|\bI wish\b|\bwould love to\b/iu;
const FLEETING =
  /昨日|明日|明後日|一昨日|先週|来週|先月|来月|\b(?:yesterday|tomorrow|last (?:week|month|year|night)|next (?:week|month|year))\b/iu;
const MIN_LETTERS = { ja: 4, en: 7 };

/** Why a memory is not worth keeping; null when nothing speaks against it. */
export function junkReason(memory: ExtractedMemory, dialogue: Dialogue): string | null {
  const quotes = memory.sources.map((source) => {
    const turn = dialogue.turns.find((each) => each.id === source.messageId);
    return {
      turn,
      text: turn?.text.slice(source.start, source.end) ?? '',
      after: turn?.text.slice(source.end, source.end + 2) ?? '',
    };
  });
  const letters = memory.text.replaceAll(/[^\p{L}\p{N}]/gu, '');
  if (letters.length < MIN_LETTERS[dialogue.locale]) return 'too short';
  const content = contentOf(memory.text);
  const said = contentOf(quotes.map((quote) => quote.text).join(' '));
  if (content.size === 0) return 'no content';
  if (
    ASKS.test(memory.text) ||
    quotes.every((quote) => /^[?？]/u.test(quote.after) && quote.text.split(/[.。!！,、]/u).length < 2)
  )
    return 'a question';
  if (SUPPOSES.test(memory.text) || quotes.every((quote) => SUPPOSES.test(quote.text))) return 'supposed';
  if (FLEETING.test(memory.text) && memory.subject !== 'companion') return 'a time that moves';
  const author = memory.subject === 'companion' ? 'character' : 'person';
  if (quotes.some((quote) => quote.turn?.author !== author)) return "another's words";
  const shared = [...content].filter(
    (word) => said.has(word) || [...said].some((each) => each.length > 3 && word.startsWith(each.slice(0, -1))),
  ).length;
  if (shared / content.size < 0.5) return 'not in its source';
  return null;
}

export function isSourced(memory: ExtractedMemory, dialogue: Dialogue): boolean {
  return (
    memory.sources.length > 0 &&
    memory.sources.every(({ messageId, start, end }) => {
      const turn = dialogue.turns.find((each) => each.id === messageId);
      return turn !== undefined && start >= 0 && end <= turn.text.length && turn.text.slice(start, end).trim() !== '';
    })
  );
}
