import { MAX_SCAN_DEPTH, type LorePosition, type LoreRole } from './entry.ts';

/** What the `@@` lines at the head of an entry's text ask for (Character Card V3; Risu's own where they mean something here). */
export interface Decorators {
  /** Fires whatever else is said; never fires, unless it always does. */
  readonly activate: boolean;
  readonly dontActivate: boolean;
  /** From this many replies on; only when the number of replies can be divided by it. */
  readonly onlyAfter: number | null;
  readonly onlyEvery: number | null;
  /** Once it has fired: always from then on; never again. */
  readonly keepAfterMatch: boolean;
  readonly onceOnly: boolean;
  /** The greeting the conversation began with: 0 is the first. */
  readonly greeting: number | null;
  /** Of each list one key is needed. */
  readonly additionalKeys: readonly (readonly string[])[];
  /** None of these may be there; not all of these may be there. */
  readonly excludeKeys: readonly string[];
  readonly excludeKeysAll: readonly string[];
  /** Gives way first when there is no room for all. */
  readonly ignoreOnMaxContext: boolean;
  readonly scanDepth: number | null;
  readonly position: LorePosition | null;
  readonly depth: number | null;
  /** Messages from the oldest. */
  readonly reverseDepth: number | null;
  readonly role: LoreRole | null;
  readonly wholeWords: boolean | null;
  readonly probability: number | null;
  readonly priority: number | null;
  /** Its text may (or may not) find others; it may not be found in others' texts. */
  readonly preventRecursion: boolean | null;
  readonly excludeRecursion: boolean | null;
}

/** A text without its decorators, and what they ask for. What we do not know, and what makes no sense, is left out. */
export function readDecorators(content: string): { readonly decorators: Decorators; readonly text: string } {
  if (!/^\s*@@/.test(content)) return { decorators: NONE, text: content };
  const found: Writable = { ...NONE, additionalKeys: [] };
  const seen = new Set<string>();
  const lines = content.split(/\r\n?|\n/);
  let at = 0;
  /** Whether the decorator that a fallback would stand in for was taken. */
  let taken = true;
  for (; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').trim();
    if (line === '') continue;
    const match = /^(@@@?)([a-z_]+)(?:\s+(.*))?$/i.exec(line);
    if (!match) break;
    const [, mark, rawName = '', value = ''] = match;
    if (mark === '@@@' && taken) continue;
    const name = rawName.toLowerCase();
    const repeated = seen.has(name) && name !== 'additional_keys';
    taken = repeated || (READERS.get(name)?.(found, value.trim()) ?? false);
    if (taken) seen.add(name);
  }
  return { decorators: found, text: lines.slice(at).join('\n').trim() };
}

type Writable = { -readonly [K in keyof Decorators]: Decorators[K] };
/** False when the value makes no sense: a fallback may stand in. */
type Reader = (found: Writable, value: string) => boolean;

const NONE: Decorators = {
  activate: false,
  dontActivate: false,
  onlyAfter: null,
  onlyEvery: null,
  keepAfterMatch: false,
  onceOnly: false,
  greeting: null,
  additionalKeys: [],
  excludeKeys: [],
  excludeKeysAll: [],
  ignoreOnMaxContext: false,
  scanDepth: null,
  position: null,
  depth: null,
  reverseDepth: null,
  role: null,
  wholeWords: null,
  probability: null,
  priority: null,
  preventRecursion: null,
  excludeRecursion: null,
};

const POSITIONS: ReadonlyMap<string, LorePosition> = new Map([
  ['before_desc', 'before'],
  ['after_desc', 'after'],
  ['personality', 'after'],
  ['scenario', 'after'],
]);

const flag =
  <K extends keyof Decorators>(name: K, value: Writable[K]): Reader =>
  (found) => {
    found[name] = value;
    return true;
  };

const number =
  (
    name: { [K in keyof Decorators]: Decorators[K] extends number | null ? K : never }[keyof Decorators],
    least: number,
    most: number,
  ): Reader =>
  (found, value) => {
    const read = Number(value);
    if (value === '' || !Number.isFinite(read) || (most <= MAX_SCAN_DEPTH && !Number.isInteger(read))) return false;
    if (read > most) return false;
    found[name] = Math.max(least, read);
    return true;
  };

const list = (value: string): string[] =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

const keys =
  (name: 'excludeKeys' | 'excludeKeysAll'): Reader =>
  (found, value) => {
    found[name] = list(value);
    return found[name].length > 0;
  };

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['activate', flag('activate', true)],
  ['dont_activate', flag('dontActivate', true)],
  ['activate_only_after', number('onlyAfter', 0, 1e9)],
  [
    'activate_only_every',
    (found, value) => {
      const every = Number(value);
      if (!Number.isInteger(every) || every < 1) return false;
      found.onlyEvery = every;
      return true;
    },
  ],
  ['keep_activate_after_match', flag('keepAfterMatch', true)],
  ['dont_activate_after_match', flag('onceOnly', true)],
  ['is_greeting', number('greeting', 0, MAX_SCAN_DEPTH)],
  [
    'additional_keys',
    (found, value) => {
      const more = list(value);
      if (more.length === 0) return false;
      found.additionalKeys = [...found.additionalKeys, more];
      return true;
    },
  ],
  ['exclude_keys', keys('excludeKeys')],
  ['exclude_keys_all', keys('excludeKeysAll')],
  ['ignore_on_max_context', flag('ignoreOnMaxContext', true)],
  ['scan_depth', number('scanDepth', 0, MAX_SCAN_DEPTH)],
  [
    'position',
    (found, value) => {
      const position = POSITIONS.get(value.replaceAll('"', '').toLowerCase());
      if (position === undefined) return false;
      found.position = position;
      return true;
    },
  ],
  ['depth', number('depth', 0, MAX_SCAN_DEPTH)],
  ['reverse_depth', number('reverseDepth', 0, MAX_SCAN_DEPTH)],
  [
    'role',
    (found, value) => {
      const role = value.replaceAll('"', '').toLowerCase();
      if (role !== 'system' && role !== 'user' && role !== 'assistant') return false;
      found.role = role;
      return true;
    },
  ],
  ['match_full_word', flag('wholeWords', true)],
  ['match_partial_word', flag('wholeWords', false)],
  ['probability', number('probability', 0, 100)],
  ['priority', number('priority', -1e9, 1e9)],
  ['recursive', flag('preventRecursion', false)],
  ['no_recursive_search', flag('preventRecursion', true)],
  ['unrecursive', flag('excludeRecursion', true)],
]);
