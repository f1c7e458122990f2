/**
 * The Markdown that is shown: paragraphs, line breaks, *em*, **strong**, `code`, fences, lists, quotes, headings (as strong
 * lines), rules and links. Everything else, HTML above all, stays the text it is.
 *
 * Our own, because the established parsers take seconds for hostile messages of the allowed 8,000 characters (`- ` four thousand
 * times: 17 s in micromark) and leave `**重要。**次` unmarked (CommonMark's flanking rule knows only spaces between words).
 * This one reads each character a bounded number of times, and its answer is data: nothing it returns can be markup.
 */
export type Block =
  | { readonly kind: 'paragraph' | 'heading'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'list'; readonly start: number | null; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'rule' };

export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'em' | 'strong'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'link'; readonly url: string; readonly inlines: readonly Inline[] };

/** A top-level block and where it begins in the text, in UTF-16 units. */
export interface PlacedBlock {
  readonly from: number;
  readonly block: Block;
}

/** Quotes and lists inside each other; deeper ones are text. */
const MAX_DEPTH = 6;
/** Emphasis waiting to be closed; an older one is text. */
const MAX_EMPHASIS = 16;
const MAX_URL_LENGTH = 2048;

/** Reads a whole text. `open`: it is still being written, so what is not yet closed at its end is shown as if it were. */
export function parseMarkdown(text: string, open = false): PlacedBlock[] {
  const placed: PlacedBlock[] = [];
  const lines = splitLines(text);
  readBlocks(lines, 0, open, (line, block) => placed.push({ from: line.from, block }));
  return placed;
}

/** A text that grows, read again only from its last two blocks on: those before them can change no more. */
export interface GrowingMarkdown {
  /** The blocks of `text`. Those that did not change are the same objects as before. */
  read(text: string): readonly PlacedBlock[];
}

export function createGrowingMarkdown(): GrowingMarkdown {
  let known = '';
  let settledTo = 0;
  let placed: readonly PlacedBlock[] = [];
  return {
    read(text) {
      if (text === known) return placed;
      if (!text.startsWith(known)) {
        settledTo = 0;
        placed = [];
      }
      known = text;
      const kept = placed.filter((entry) => entry.from < settledTo);
      const rest = parseMarkdown(text.slice(settledTo), true).map((entry) => ({
        ...entry,
        from: entry.from + settledTo,
      }));
      placed = [...kept, ...rest];
      settledTo = rest.at(-2)?.from ?? settledTo;
      return placed;
    },
  };
}

/** An address that may be opened, written in full; null for anything but http, https and mailto. */
export function safeUrl(address: string): string | null {
  if (address.length > MAX_URL_LENGTH || !/^(?:https?:\/\/|mailto:)/i.test(address)) return null;
  try {
    return new URL(address).href;
  } catch {
    // Looks like an address and is none.
    return null;
  }
}

/** What is read aloud or copied as plain words: the marks taken out. */
export function plainText(blocks: readonly PlacedBlock[]): string {
  return blocks.map(({ block }) => wordsOf(block)).join('\n');
}

interface Line {
  readonly text: string;
  readonly from: number;
}

function splitLines(text: string): Line[] {
  let from = 0;
  return text.split('\n').map((line) => {
    const made = { text: line.endsWith('\r') ? line.slice(0, -1) : line, from };
    from += line.length + 1;
    return made;
  });
}

const BLANK = /^[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})[^`]*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^ {0,3}(?:([-*+•])|(\d{1,4})[.)])[ \t]+(?=\S)/;
const HEADING = /^ {0,3}#{1,6}[ \t]+(.*)$/;
const RULE = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/;

function readBlocks(
  lines: readonly Line[],
  depth: number,
  open: boolean,
  give: (first: Line, block: Block) => void,
): void {
  let paragraph: Line[] = [];
  const endParagraph = (last: boolean): void => {
    const [first] = paragraph;
    if (!first) return;
    const text = paragraph.map((line) => withoutEnd(line.text.replace(/^[ \t]+/, ''), ' \t')).join('\n');
    give(first, { kind: 'paragraph', inlines: parseInlines(text, open && last) });
    paragraph = [];
  };
  let at = 0;
  for (;;) {
    const line = lines[at];
    if (!line) break;
    const { text } = line;
    const fence = FENCE.exec(text)?.[1];
    const heading = HEADING.exec(text);
    const nests = depth < MAX_DEPTH;
    const item = nests ? ITEM.exec(text) : null;
    if (BLANK.test(text)) {
      endParagraph(false);
      at += 1;
    } else if (fence !== undefined) {
      endParagraph(false);
      at = readFence(lines, at, fence, give);
    } else if (RULE.test(text)) {
      endParagraph(false);
      give(line, { kind: 'rule' });
      at += 1;
    } else if (heading) {
      endParagraph(false);
      give(line, {
        kind: 'heading',
        inlines: parseInlines(withoutEnd(heading[1] ?? '', ' \t#'), open && at === lines.length - 1),
      });
      at += 1;
    } else if (nests && QUOTE.test(text)) {
      endParagraph(false);
      at = readQuote(lines, at, depth, open, give);
    } else if (item && (paragraph.length === 0 || item[1] !== undefined || item[2] === '1')) {
      endParagraph(false);
      at = readList(lines, at, depth, open, give);
    } else {
      paragraph.push(line);
      at += 1;
    }
  }
  endParagraph(true);
}

function readFence(
  lines: readonly Line[],
  start: number,
  fence: string,
  give: (first: Line, block: Block) => void,
): number {
  const closing = new RegExp(`^ {0,3}${fence.charAt(0)}{${fence.length},}[ \\t]*$`);
  let end = start + 1;
  while (end < lines.length && !closing.test(lines[end]?.text ?? '')) end += 1;
  const first = lines[start];
  const text = lines.slice(start + 1, end).map((line) => line.text);
  if (first) give(first, { kind: 'code', text: text.join('\n') });
  return end + 1;
}

function readQuote(
  lines: readonly Line[],
  start: number,
  depth: number,
  open: boolean,
  give: (first: Line, block: Block) => void,
): number {
  let end = start;
  while (end < lines.length && QUOTE.test(lines[end]?.text ?? '')) end += 1;
  const inner = lines.slice(start, end).map((line) => ({ ...line, text: line.text.replace(QUOTE, '') }));
  const blocks: Block[] = [];
  readBlocks(inner, depth + 1, open && end === lines.length, (_first, block) => blocks.push(block));
  const first = lines[start];
  if (first) give(first, { kind: 'quote', blocks });
  return end;
}

function readList(
  lines: readonly Line[],
  start: number,
  depth: number,
  open: boolean,
  give: (first: Line, block: Block) => void,
): number {
  const begins = ITEM.exec(lines[start]?.text ?? '');
  const ordered = begins?.[2] !== undefined;
  const items: Block[][] = [];
  let own: Line[] = [];
  const endItem = (last: boolean): void => {
    if (own.length === 0) return;
    const blocks: Block[] = [];
    readBlocks(own, depth + 1, open && last, (_first, block) => blocks.push(block));
    items.push(blocks);
    own = [];
  };
  let at = start;
  let blankBefore = false;
  for (; at < lines.length; at += 1) {
    const line = lines[at];
    if (!line) break;
    const item = ITEM.exec(line.text);
    const indent = /^[ \t]*/.exec(line.text)?.[0].length ?? 0;
    if (item && indent < 2 && (item[2] !== undefined) === ordered && !RULE.test(line.text)) {
      endItem(false);
      own = [{ ...line, text: line.text.slice(item[0].length) }];
      blankBefore = false;
    } else if (BLANK.test(line.text)) {
      blankBefore = true;
      own.push({ ...line, text: '' });
    } else if (indent >= 2 && own.length > 0) {
      own.push({ ...line, text: line.text.slice(Math.min(indent, ordered ? 3 : 2)) });
      blankBefore = false;
    } else if (!blankBefore && !item && !QUOTE.test(line.text) && !FENCE.test(line.text) && !RULE.test(line.text)) {
      own.push(line);
    } else {
      break;
    }
  }
  endItem(at >= lines.length);
  const first = lines[start];
  if (first) give(first, { kind: 'list', start: ordered ? Number(begins?.[2]) : null, items });
  return at;
}

/** A run of `*` or `_` that may yet open emphasis; `at` is its place in the output. */
interface Opener {
  readonly mark: string;
  count: number;
  readonly at: number;
}

/** Reads emphasis, code and links of one paragraph. */
export function parseInlines(text: string, open = false): Inline[] {
  const out: Inline[] = [];
  const openers: Opener[] = [];
  const brackets: number[] = [];
  const ticks = tickRuns(text);
  let words = '';
  let at = 0;

  const flush = (): void => {
    if (words !== '') out.push({ kind: 'text', text: words });
    words = '';
  };
  const spell = (opener: Opener): void => {
    // What opened nothing is text again.
    out[opener.at] = { kind: 'text', text: opener.mark.repeat(opener.count) };
  };
  /** Wraps all that stands behind an opener. */
  const wrap = (opener: Opener, count: 1 | 2): void => {
    const inner = out.splice(opener.at + 1);
    while ((brackets.at(-1) ?? -1) > opener.at) brackets.pop();
    opener.count -= count;
    spell(opener);
    out.push({ kind: count === 2 ? 'strong' : 'em', inlines: tidy(inner) });
  };
  const close = (mark: string, run: number): number => {
    let left = run;
    while (left > 0) {
      const index = openers.findLastIndex((opener) => opener.mark === mark);
      const opener = openers[index];
      if (!opener || opener.at === out.length - 1) break;
      for (const passed of openers.splice(index + 1)) spell(passed);
      const count = left >= 2 && opener.count >= 2 ? 2 : 1;
      wrap(opener, count);
      left -= count;
      if (opener.count === 0) openers.pop();
    }
    return left;
  };

  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '\\' && /[\\`*_[\]()<>#+\-.!~|{}]/.test(text.charAt(at + 1))) {
      words += text.charAt(at + 1);
      at += 2;
    } else if (char === '`') {
      const run = runLength(text, at);
      const end = ticks.closing(at, run);
      if (end === null && !(open && run === 1)) {
        words += '`'.repeat(run);
        at += run;
      } else {
        flush();
        const code = text.slice(at + run, end ?? text.length);
        if (code !== '') out.push({ kind: 'code', text: trimCode(code) });
        at = (end ?? text.length) + run;
      }
    } else if (char === '*' || char === '_') {
      const run = runLength(text, at);
      const before = text.charAt(at - 1) || ' ';
      const after = text.charAt(at + run) || ' ';
      const inWord = char === '_' && WORD.test(before) && WORD.test(after);
      const mayClose = !/\s/.test(before) && !inWord && (char === '*' || !WORD.test(after));
      const mayOpen = !/\s/.test(after) && !inWord && (char === '*' || !WORD.test(before));
      flush();
      const left = mayClose ? close(char, run) : run;
      if (left > 0 && mayOpen && left <= 3) {
        if (openers.length === MAX_EMPHASIS) openers.shift();
        openers.push({ mark: char, count: left, at: out.length });
        out.push({ kind: 'text', text: char.repeat(left) });
      } else {
        words += char.repeat(left);
      }
      at += run;
    } else if (char === '[') {
      flush();
      brackets.push(out.length);
      words = '[';
      at += 1;
    } else if (char === ']') {
      const target = LINK_TARGET.exec(text.slice(at, at + MAX_URL_LENGTH + 8));
      const from = brackets.pop();
      const url = target && from !== undefined ? safeUrl(target[1] ?? '') : null;
      if (url === null || from === undefined || !target) {
        words += ']';
        at += 1;
      } else {
        flush();
        while ((openers.at(-1)?.at ?? -1) >= from) openers.pop();
        const inner = tidy(dropBracket(out.splice(from)));
        brackets.length = 0;
        out.push({
          kind: 'link',
          url,
          inlines: inner.length > 0 ? withoutLinks(inner) : [{ kind: 'text', text: url }],
        });
        at += target[0].length;
      }
    } else if ((char === 'h' || char === 'H' || char === '<') && bareAddress(text, at)) {
      const { address, length } = bareAddress(text, at) ?? { address: '', length: 1 };
      const url = safeUrl(address);
      if (url === null) {
        words += text.slice(at, at + length);
      } else {
        flush();
        out.push({ kind: 'link', url, inlines: [{ kind: 'text', text: address }] });
      }
      at += length;
    } else {
      words += char;
      at += 1;
    }
  }
  flush();
  if (open) {
    for (let opener = openers.pop(); opener; opener = openers.pop()) {
      while (opener.count > 0 && opener.at < out.length - 1) wrap(opener, opener.count >= 2 ? 2 : 1);
      // Marks at the very end, with nothing behind them yet: they are about to open something.
      if (opener.count > 0 && opener.at === out.length - 1) out.pop();
    }
  }
  return tidy(out);
}

const WORD = /[\p{L}\p{N}_]/u;
const LINK_TARGET = /^\]\(<?([^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+"[^"]*")?\)/;
const ADDRESS = /<?https?:\/\/[^\s<>"'`「」『』（）【】、。！？*]{1,2100}/iy;

function bareAddress(text: string, at: number): { address: string; length: number } | null {
  if (WORD.test(text.charAt(at - 1)) && /[A-Za-z0-9]/.test(text.charAt(at - 1))) return null;
  ADDRESS.lastIndex = at;
  const found = ADDRESS.exec(text)?.[0];
  if (found === undefined) return null;
  if (found.startsWith('<')) {
    if (text.charAt(at + found.length) === '>') return { address: found.slice(1), length: found.length + 1 };
    return null;
  }
  let address = withoutEnd(found, '.,!?;:');
  // A bracket that the address did not open belongs to the sentence around it.
  if (address.endsWith(')') && !address.includes('(')) address = withoutEnd(address, ').,!?;:');
  return { address, length: address.length };
}

/** Without the characters of `end` at its end. (A regular expression would look at each run of them again and again.) */
function withoutEnd(text: string, end: string): string {
  let length = text.length;
  while (length > 0 && end.includes(text.charAt(length - 1))) length -= 1;
  return text.slice(0, length);
}

function runLength(text: string, at: number): number {
  const char = text.charAt(at);
  let end = at;
  while (text.charAt(end) === char) end += 1;
  return end - at;
}

/** Finds the closing run of back-ticks without looking at any of them twice. */
function tickRuns(text: string): { closing(at: number, run: number): number | null } {
  const byLength = new Map<number, number[]>();
  for (const match of text.matchAll(/`+/g)) {
    const places = byLength.get(match[0].length) ?? [];
    places.push(match.index);
    byLength.set(match[0].length, places);
  }
  for (const places of byLength.values()) places.reverse();
  return {
    closing(at, run) {
      const places = byLength.get(run) ?? [];
      while ((places.at(-1) ?? Infinity) <= at) places.pop();
      return places.at(-1) ?? null;
    },
  };
}

function trimCode(code: string): string {
  const line = code.replaceAll('\n', ' ');
  return line.startsWith(' ') && line.endsWith(' ') && line.trim() !== '' ? line.slice(1, -1) : line;
}

/** Joins neighbouring texts and leaves out empty ones. */
function tidy(inlines: readonly Inline[]): Inline[] {
  const joined: Inline[] = [];
  for (const inline of inlines) {
    const last = joined.at(-1);
    if (inline.kind === 'text' && inline.text === '') continue;
    if (inline.kind === 'text' && last?.kind === 'text')
      joined[joined.length - 1] = { kind: 'text', text: last.text + inline.text };
    else joined.push(inline);
  }
  return joined;
}

function dropBracket(inlines: readonly Inline[]): Inline[] {
  const [first, ...rest] = inlines;
  return first?.kind === 'text' ? [{ kind: 'text', text: first.text.slice(1) }, ...rest] : [...inlines];
}

/** A link in a link would be two targets in one place. */
function withoutLinks(inlines: readonly Inline[]): Inline[] {
  return inlines.flatMap((inline) => {
    if (inline.kind === 'link') return withoutLinks(inline.inlines);
    if (inline.kind === 'em' || inline.kind === 'strong') return [{ ...inline, inlines: withoutLinks(inline.inlines) }];
    return [inline];
  });
}

function wordsOf(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return inlineWords(block.inlines);
    case 'code':
      return block.text;
    case 'quote':
      return block.blocks.map(wordsOf).join('\n');
    case 'list':
      return block.items.map((item) => item.map(wordsOf).join('\n')).join('\n');
    case 'rule':
      return '';
  }
}

function inlineWords(inlines: readonly Inline[]): string {
  return inlines.map((inline) => ('text' in inline ? inline.text : inlineWords(inline.inlines))).join('');
}
