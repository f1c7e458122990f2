/** The two names that macros stand for. */
export interface Names {
  readonly char: string;
  readonly user: string;
}

const MACRO = /\{\{\s*(char|user)\s*\}\}|<(bot|char|user)>/gi;

/**
 * `{{char}}`, `{{user}}`, `<BOT>`, `<CHAR>` and `<USER>`, in any case, become the names. None is left, even when
 * putting one in makes another; names hold no brackets (`cleanName`), so this ends.
 */
export function expandMacros(text: string, names: Names): string {
  let result = text;
  while (result.search(MACRO) >= 0) {
    result = result.replace(MACRO, (_macro, braced: string | undefined, angled: string | undefined) =>
      (braced ?? angled ?? '').toLowerCase() === 'user' ? names.user : names.char,
    );
  }
  return result;
}

/** A name on one line, without the marks of macros, tags and roles; `fallback` when nothing is left. */
export function cleanName(name: string, fallback: string, maxLength = 60): string {
  const clean = wellFormed(name)
    .replaceAll(/[{}<>[\]|〔〕\p{Cc}]/gu, ' ')
    .replaceAll(':', '：')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return clean === '' ? fallback : beginning(clean, maxLength);
}

/** The first `length` UTF-16 units of a text, or one less rather than half a character. */
export function beginning(text: string, length: number): string {
  return text.length <= length
    ? text
    : text
        .slice(0, length)
        .replace(/[\uD800-\uDBFF]$/, '')
        .trimEnd();
}

/**
 * A person's or a card's text as data: the special marks by which models tell who speaks are written with look-alikes,
 * so that no text can end its own message or speak for another; control characters and halves of characters go.
 */
export function asData(text: string): string {
  return wellFormed(text)
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/(?![\n\t])\p{Cc}/gu, '')
    .replaceAll(/<\|/g, '‹|')
    .replaceAll(/\|>/g, '|›')
    .replaceAll(
      /<(\/?)(s|bos|eos|unk|pad|think|thinking|start_of_turn|end_of_turn|im_start|im_end|system|user|assistant|human|model)>/gi,
      (whole: string, slash: string, name: string) =>
        // `<USER>` is a macro in cards; it says nothing to a model.
        slash === '' && name.toLowerCase() === 'user' ? whole : `‹${slash}${name}›`,
    )
    .replaceAll(/<<(\/?)SYS>>/gi, '‹‹$1SYS››')
    .replaceAll(/\[(\/?)(INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS)\]/gi, '［$1$2］')
    .replaceAll(/<(\/?)(\uFF5C|｜)/g, '‹$1$2')
    .replaceAll(
      /^(\s*(?:#{1,6}\s*)?(?:system|assistant|user|human|ai|instruction|response|システム|アシスタント))\s*:/gim,
      '$1：',
    )
    .replaceAll('"""', '”””')
    .replaceAll(/〔/g, '［')
    .replaceAll(/〕/g, '］');
}

/** Text with every half of a surrogate pair taken for what it is: an unreadable character. */
function wellFormed(text: string): string {
  return text.replaceAll(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}

/**
 * The beginning and the end of a text, with `mark` between, as long as `fits` allows (at least the mark).
 * Whole code points only. `fits` must be true for everything shorter than what it is true for.
 */
export function elide(text: string, mark: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  const points = [...text];
  let [least, most] = [0, points.length];
  const shortened = (kept: number): string => {
    const head = Math.ceil(kept * 0.4);
    return `${points.slice(0, head).join('')}${mark}${points.slice(points.length - (kept - head)).join('')}`;
  };
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (fits(shortened(middle))) least = middle;
    else most = middle - 1;
  }
  return shortened(least);
}
