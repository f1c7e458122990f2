import { RE2JS } from 're2js';
import type { LoreRegex } from '#shared/lorebook/compile.ts';

/** A compiled expression: whether it matches somewhere in a text. */
export type Matcher = (text: string) => boolean;

/**
 * Compiles an expression that a person or another app wrote. RE2 reads it in linear time where it can; what only backtracking can
 * do (look-arounds, back-references) goes to the engine of the language, which must run where it can be killed. Null for what is
 * no expression.
 */
export function compileRegex({ source, flags }: LoreRegex): Matcher | null {
  return linear(source, flags) ?? backtracking(source, flags);
}

function linear(source: string, flags: string): Matcher | null {
  try {
    const bits =
      (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
      (flags.includes('m') ? RE2JS.MULTILINE : 0) |
      (flags.includes('s') ? RE2JS.DOTALL : 0);
    const regex = RE2JS.compile(RE2JS.translateRegExp(source), bits);
    return (text) => regex.test(text);
  } catch {
    return null;
  }
}

function backtracking(source: string, flags: string): Matcher | null {
  for (const attempt of flags.includes('u') ? [flags] : [`${flags}u`, flags]) {
    try {
      const regex = new RegExp(source, attempt);
      return (text) => regex.test(text);
    } catch {
      // Not in this dialect; perhaps in the older one.
    }
  }
  return null;
}
