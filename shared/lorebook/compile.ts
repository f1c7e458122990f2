import { expandMacros, type Names } from '../chat/prompt-text.ts';
import { readDecorators, type Decorators } from './decorators.ts';
import { DEFAULT_SCAN_DEPTH, type LoreBookFields, type LoreEntryFields } from './entry.ts';
import { fold, isUnspaced, type Standing } from './fold.ts';
import { createKeyIndex, type KeyIndex } from './key-index.ts';

/** An entry with its id: what a book is compiled from. */
export interface LoreEntry {
  readonly id: string;
  readonly fields: LoreEntryFields;
}

/** A regular expression as written, to be run by whoever can do so safely. */
export interface LoreRegex {
  readonly source: string;
  /** Of `imsu`. */
  readonly flags: string;
}

export type CompiledKey =
  | {
      readonly kind: 'plain';
      readonly text: string;
      readonly folded: string;
      /** Its place in the index. */
      readonly pattern: number;
      readonly standing: Standing;
      /** The key as it must stand, when case matters. */
      readonly exactly: string | null;
    }
  | { readonly kind: 'regex'; readonly text: string; readonly regex: number };

export interface CompiledEntry {
  readonly id: string;
  /** With what its decorators change. */
  readonly fields: LoreEntryFields;
  readonly decorators: Decorators;
  /** Its content without decorators; names are put in, other macros are not. */
  readonly text: string;
  readonly scanDepth: number;
  readonly keys: readonly CompiledKey[];
  readonly secondaryKeys: readonly CompiledKey[];
  readonly additionalKeys: readonly (readonly CompiledKey[])[];
  readonly excludeKeys: readonly CompiledKey[];
  readonly excludeKeysAll: readonly CompiledKey[];
}

/** A book ready for scanning: made once, used for every turn until something in it changes. */
export interface CompiledBook {
  readonly id: string;
  readonly fields: LoreBookFields;
  readonly entries: readonly CompiledEntry[];
  readonly index: KeyIndex;
  /** In UTF-16 units. */
  readonly patternLengths: Int32Array;
  /** Pattern, or regex, → the entries it is a primary key of. */
  readonly entriesOfPattern: readonly (readonly number[])[];
  readonly entriesOfRegex: readonly (readonly number[])[];
  readonly regexes: readonly LoreRegex[];
  /** The most messages any entry of a regex looks at. */
  readonly depthOfRegex: readonly number[];
  /** Entries that need no key. */
  readonly always: readonly number[];
  /** By id, for what needs to be found by it. */
  readonly places: ReadonlyMap<string, number>;
  /** Steps of recursion that entries wait for, ascending. */
  readonly levels: readonly number[];
  readonly scanDepth: number;
}

/** Entries without a text, and those switched off, are left out: nothing of theirs is ever told. */
export function compileBook(
  id: string,
  book: LoreBookFields,
  entries: Iterable<LoreEntry>,
  names: Names,
): CompiledBook {
  const patterns = createInterned();
  const regexes = createInterned();
  const regexList: LoreRegex[] = [];
  const depthOfRegex: number[] = [];
  const entriesOfPattern: number[][] = [];
  const entriesOfRegex: number[][] = [];
  const compiled: CompiledEntry[] = [];
  const always: number[] = [];
  const levels = new Set<number>();
  let scanDepth = 0;

  for (const entry of entries) {
    const { decorators, text } = readDecorators(entry.fields.content);
    if (!entry.fields.enabled || text === '') continue;
    const fields = decorated(entry.fields, decorators);
    const depth = fields.scanDepth ?? book.scanDepth ?? DEFAULT_SCAN_DEPTH;
    const caseSensitive = fields.caseSensitive ?? book.caseSensitive;
    const key = (raw: string): CompiledKey | null => {
      const written = expandMacros(raw, names).trim();
      const regex = fields.regex ? (slashed(written) ?? bare(written, caseSensitive)) : slashed(written);
      if (regex !== null) {
        const place = regexes.place(`${regex.flags}/${regex.source}`);
        regexList[place] = regex;
        depthOfRegex[place] = Math.max(depthOfRegex[place] ?? 0, depth);
        return { kind: 'regex', text: raw, regex: place };
      }
      const folded = fold(written, false);
      if (folded === '') return null;
      return {
        kind: 'plain',
        text: raw,
        folded,
        pattern: patterns.place(folded),
        standing: standingOf(folded, fields.wholeWords ?? book.wholeWords),
        exactly: caseSensitive ? fold(written, true) : null,
      };
    };
    const keys = (raw: readonly string[]): CompiledKey[] => raw.map(key).filter((one) => one !== null);
    const place = compiled.length;
    const own: CompiledEntry = {
      id: entry.id,
      fields,
      decorators,
      text: expandMacros(text, names),
      scanDepth: depth,
      keys: keys(fields.keys),
      // A card's regex entry knows neither secondary keys nor keys that exclude (Character Card V3).
      secondaryKeys: fields.selective && !fields.regex ? keys(fields.secondaryKeys) : [],
      additionalKeys: decorators.additionalKeys.map(keys),
      excludeKeys: fields.regex ? [] : keys(decorators.excludeKeys),
      excludeKeysAll: fields.regex ? [] : keys(decorators.excludeKeysAll),
    };
    compiled.push(own);
    scanDepth = Math.max(scanDepth, depth);
    if (fields.delayUntilRecursion > 0) levels.add(fields.delayUntilRecursion);
    for (const one of own.keys) {
      const lists = one.kind === 'plain' ? entriesOfPattern : entriesOfRegex;
      const at = one.kind === 'plain' ? one.pattern : one.regex;
      const list = (lists[at] ??= []);
      if (list.at(-1) !== place) list.push(place);
    }
    if (decorators.activate || (fields.constant && !fields.regex)) always.push(place);
  }

  return {
    id,
    fields: book,
    entries: compiled,
    index: createKeyIndex(patterns.values),
    patternLengths: Int32Array.from(patterns.values, (pattern) => pattern.length),
    entriesOfPattern,
    entriesOfRegex,
    regexes: regexList,
    depthOfRegex,
    always,
    places: new Map(compiled.map((entry, place) => [entry.id, place])),
    levels: [...levels].sort((a, b) => a - b),
    scanDepth,
  };
}

/** A key written `/…/flags`, as a regex; null for every other. A slash inside is written `\/`. */
export function slashed(key: string): LoreRegex | null {
  const match = /^\/((?:[^/\\]|\\[^])+)\/([a-z]*)$/.exec(key);
  if (!match) return null;
  const [, source = '', flags = ''] = match;
  if (/[^gimsuyv]/.test(flags)) return null;
  return { source, flags: [...'imsu'].filter((flag) => flags.includes(flag)).join('') };
}

function bare(source: string, caseSensitive: boolean): LoreRegex | null {
  return source === '' ? null : { source, flags: caseSensitive ? '' : 'i' };
}

function standingOf(key: string, wholeWords: boolean | null): Standing {
  if (wholeWords === false) return 'anywhere';
  return wholeWords === true && isUnspaced(key) ? 'dictionary' : 'alone';
}

function decorated(fields: LoreEntryFields, decorators: Decorators): LoreEntryFields {
  const position =
    decorators.position ?? (decorators.depth !== null || decorators.reverseDepth !== null ? 'depth' : fields.position);
  return {
    ...fields,
    position,
    depth: decorators.depth ?? fields.depth,
    role: decorators.role ?? fields.role,
    scanDepth: decorators.scanDepth ?? fields.scanDepth,
    wholeWords: decorators.wholeWords ?? fields.wholeWords,
    probability: decorators.probability ?? fields.probability,
    priority: decorators.priority ?? fields.priority,
    preventRecursion: decorators.preventRecursion ?? fields.preventRecursion,
    excludeRecursion: decorators.excludeRecursion ?? fields.excludeRecursion,
  };
}

/** Values by the order in which they first came. */
function createInterned(): { readonly values: string[]; place(value: string): number } {
  const values: string[] = [];
  const places = new Map<string, number>();
  return {
    values,
    place(value) {
      const known = places.get(value);
      if (known !== undefined) return known;
      places.set(value, values.length);
      values.push(value);
      return values.length - 1;
    },
  };
}
