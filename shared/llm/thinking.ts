/**
 * Takes a model's thinking aloud (`<think>…</think>` and its kin) out of a stream of text. What is left is the same
 * however the text was cut into pieces. An unclosed block hides all that follows; a lone closing tag is dropped.
 */
export interface ThinkingFilter {
  /** The visible part of the next piece; may be empty. */
  push(piece: string): string;
  /** What was still held back and turned out to be plain text. */
  end(): string;
  /** Whether anything was hidden so far. */
  readonly hid: boolean;
}

const TAGS = ['think', 'thinking', 'thought', 'reasoning', 'reflection'] as const;
const OPENINGS = TAGS.map((tag) => `<${tag}>`);
const CLOSINGS = TAGS.map((tag) => `</${tag}>`);
const ALL = [...OPENINGS, ...CLOSINGS];

export function createThinkingFilter(): ThinkingFilter {
  let held = '';
  let closing: string | null = null;
  let afterHidden = false;
  let hid = false;

  const read = (final: boolean): string => {
    let shown = '';
    for (;;) {
      const wanted = closing === null ? ALL : [closing];
      const at = held.indexOf('<');
      const before = at < 0 ? held : held.slice(0, at);
      if (closing === null) shown += show(before);
      held = at < 0 ? '' : held.slice(at);
      if (held === '') return shown;
      const lower = held.slice(0, 16).toLowerCase();
      const tag = wanted.find((candidate) => lower.startsWith(candidate));
      if (tag !== undefined) {
        hid = true;
        afterHidden = true;
        closing = closing === null && !tag.startsWith('</') ? `</${tag.slice(1)}` : null;
        held = held.slice(tag.length);
      } else if (!final && wanted.some((candidate) => candidate.startsWith(lower))) {
        return shown;
      } else {
        if (closing === null) shown += show('<');
        held = held.slice(1);
      }
    }
  };

  /** The white space between a hidden block and the answer belongs to neither. */
  const show = (text: string): string => {
    if (!afterHidden) return text;
    const trimmed = text.trimStart();
    if (trimmed !== '') afterHidden = false;
    return trimmed;
  };

  return {
    push(piece) {
      held += piece;
      return read(false);
    },
    end: () => read(true),
    get hid() {
      return hid;
    },
  };
}
