import {
  EMPTY_LORE_BOOK,
  EMPTY_LORE_ENTRY,
  LORE_LIMITS,
  LORE_LOGICS,
  LORE_POSITIONS,
  LORE_ROLES,
  MAX_SCAN_DEPTH,
  type LoreBookFields,
  type LoreEntryFields,
  type LoreExtras,
} from './entry.ts';

/** An entry as another app wrote it. */
export interface ReadEntry {
  readonly fields: LoreEntryFields;
  readonly extras: LoreExtras;
}

/** A book as another app wrote it. Entries are read one by one, as they are asked for. */
export interface ReadBook {
  readonly fields: LoreBookFields;
  readonly extras: LoreExtras;
  readonly count: number;
  /** Null for one that is no entry, or beyond what an entry may be. */
  entries(): Iterable<ReadEntry | null>;
}

/**
 * Recognises world info of SillyTavern, lorebooks of character cards (V2, V3; alone, or inside a card) and memory books of
 * Agnai, Risu and NovelAI. Types are loose in the world: a number may come as text. Null when it is none of them.
 */
export function readLorebook(json: unknown): ReadBook | null {
  const root = asRecord(json);
  if (root === null) return null;
  const data = asRecord(root['data']);
  const card = asRecord(data?.['character_book']) ?? asRecord(root['character_book']);
  if (card !== null && Array.isArray(card['entries'])) return cardBook(card, text(data?.['name'] ?? root['name']));
  if (root['spec'] === 'lorebook_v3' && data !== null && Array.isArray(data['entries'])) return cardBook(data, '');
  if (root['type'] === 'risu' && Array.isArray(root['data'])) return risuBook(root, root['data']);
  const { entries } = root;
  if (Array.isArray(entries)) {
    const first = asRecord(entries[0]);
    if (first !== null && 'keywords' in first && 'entry' in first) return agnaiBook(root, entries);
    if (first !== null && 'lorebookVersion' in root && 'text' in first) return novelBook(root, entries);
    if (first !== null && 'key' in first && !('keys' in first)) return worldBook(root, entries);
    return cardBook(root, '');
  }
  const byUid = asRecord(entries);
  return byUid === null ? null : worldBook(root, Object.values(byUid));
}

/** Where a card's entry keeps what only world info knows. */
export const WORLD_IN_CARD = 'world_info';

/** The fields of SillyTavern's world info that are fields of ours. */
const WORLD_FIELDS = new Set([
  ...['key', 'keysecondary', 'comment', 'content', 'constant', 'selective', 'selectiveLogic', 'order', 'position'],
  ...['disable', 'excludeRecursion', 'preventRecursion', 'delayUntilRecursion', 'probability', 'useProbability'],
  ...['depth', 'group', 'groupOverride', 'groupWeight', 'scanDepth', 'caseSensitive', 'matchWholeWords'],
  ...['useGroupScoring', 'role', 'sticky', 'cooldown', 'delay', 'priority', 'extensions', 'card'],
]);

/** The same in a card's book: its own fields, and those SillyTavern keeps in `extensions`. */
const CARD_FIELDS = new Set([
  ...['keys', 'secondary_keys', 'comment', 'content', 'enabled', 'insertion_order', 'case_sensitive', 'use_regex'],
  ...['constant', 'priority', 'selective', 'position', 'extensions'],
]);
const CARD_EXTENSIONS = new Set([
  ...['position', 'depth', 'role', 'probability', 'useProbability', 'selectiveLogic', 'exclude_recursion'],
  ...['prevent_recursion', 'delay_until_recursion', 'group', 'group_override', 'group_weight', 'scan_depth'],
  ...['case_sensitive', 'match_whole_words', 'use_group_scoring', 'sticky', 'cooldown', 'delay', WORLD_IN_CARD],
]);
const CARD_BOOK_FIELDS = new Set([
  ...['name', 'description', 'scan_depth', 'token_budget', 'recursive_scanning', 'entries', 'extensions'],
]);

function worldBook(root: Raw, entries: readonly unknown[]): ReadBook {
  return {
    fields: {
      ...EMPTY_LORE_BOOK,
      name: cut(text(root['name']), LORE_LIMITS.name),
      description: cut(text(root['description']), LORE_LIMITS.description),
      recursive: root['recursive_scanning'] === true,
      scanDepth: depthOf(root['scan_depth']),
      tokenBudget: budgetOf(root['token_budget']),
    },
    extras: without(
      root,
      new Set(['entries', 'name', 'description', 'recursive_scanning', 'scan_depth', 'token_budget']),
    ),
    count: entries.length,
    *entries() {
      for (const entry of entries) yield worldEntry(asRecord(entry));
    },
  };
}

function worldEntry(raw: Raw | null): ReadEntry | null {
  if (raw === null) return null;
  return checked(
    {
      title: text(raw['comment']),
      content: text(raw['content']),
      keys: keysOf(raw['key']),
      secondaryKeys: keysOf(raw['keysecondary']),
      enabled: !truth(raw['disable'], false),
      constant: truth(raw['constant'], false),
      selective: truth(raw['selective'], EMPTY_LORE_ENTRY.selective),
      regex: false,
      order: number(raw['order'], EMPTY_LORE_ENTRY.order),
      priority: priorityOf(raw['priority']),
      caseSensitive: maybe(raw['caseSensitive']),
      ...worldRules((name) => raw[name]),
    },
    { world: without(raw, WORLD_FIELDS), card: raw['card'], extensions: raw['extensions'] },
  );
}

function cardBook(raw: Raw, fallbackName: string): ReadBook {
  const entries = Array.isArray(raw['entries']) ? raw['entries'] : [];
  return {
    fields: {
      ...EMPTY_LORE_BOOK,
      name: cut(text(raw['name']) || fallbackName, LORE_LIMITS.name),
      description: cut(text(raw['description']), LORE_LIMITS.description),
      scanDepth: depthOf(raw['scan_depth']),
      tokenBudget: budgetOf(raw['token_budget']),
      recursive: truth(raw['recursive_scanning'], false),
    },
    extras: { ...without(raw, CARD_BOOK_FIELDS), ...presentRecord('extensions', raw['extensions']) },
    count: entries.length,
    *entries() {
      for (const entry of entries) yield cardEntry(asRecord(entry));
    },
  };
}

function cardEntry(raw: Raw | null): ReadEntry | null {
  if (raw === null) return null;
  const extensions = asRecord(raw['extensions']) ?? {};
  const position = raw['position'] === 'after_char' ? 1 : 0;
  const secondaryKeys = keysOf(raw['secondary_keys']);
  return checked(
    {
      title: text(raw['comment']) || text(raw['name']),
      content: text(raw['content']),
      keys: keysOf(raw['keys']),
      secondaryKeys,
      enabled: truth(raw['enabled'], true),
      constant: truth(raw['constant'], false),
      selective: truth(raw['selective'], false),
      regex: truth(raw['use_regex'], false),
      order: number(raw['insertion_order'], EMPTY_LORE_ENTRY.order),
      priority: priorityOf(raw['priority']),
      caseSensitive: maybe(raw['case_sensitive'] ?? extensions['case_sensitive']),
      ...worldRules((name) => (name === 'position' ? (extensions[name] ?? position) : extensions[snake(name)])),
    },
    {
      card: without(raw, CARD_FIELDS),
      extensions: without(extensions, CARD_EXTENSIONS),
      world: extensions[WORLD_IN_CARD],
    },
  );
}

/** Agnai: `{ name, description, entries: [{ name, entry, keywords, weight, priority, enabled }] }`. */
function agnaiBook(root: Raw, entries: readonly unknown[]): ReadBook {
  return simpleBook(root, entries, (raw) => ({
    title: text(raw['name']),
    content: text(raw['entry']),
    keys: keysOf(raw['keywords']),
    enabled: truth(raw['enabled'], true),
    order: number(raw['weight'], EMPTY_LORE_ENTRY.order),
    priority: priorityOf(raw['priority']),
  }));
}

/** Risu: `{ type: 'risu', data: [{ key, secondkey, comment, content, alwaysActive, selective, insertorder, activationPercent }] }`. */
function risuBook(root: Raw, entries: readonly unknown[]): ReadBook {
  return simpleBook(root, entries, (raw) => ({
    title: text(raw['comment']),
    content: text(raw['content']),
    keys: keysOf(raw['key']),
    secondaryKeys: keysOf(raw['secondkey']),
    constant: truth(raw['alwaysActive'], false),
    selective: truth(raw['selective'], false),
    regex: truth(raw['useRegex'], false),
    order: number(raw['insertorder'], EMPTY_LORE_ENTRY.order),
    probability: clamp(number(raw['activationPercent'], 100), 0, 100),
  }));
}

/** NovelAI: `{ lorebookVersion, entries: [{ displayName, text, keys, enabled, forceActivation, contextConfig: { budgetPriority } }] }`. */
function novelBook(root: Raw, entries: readonly unknown[]): ReadBook {
  return simpleBook(root, entries, (raw) => ({
    title: text(raw['displayName']),
    content: text(raw['text']),
    keys: keysOf(raw['keys']),
    enabled: truth(raw['enabled'], true),
    constant: truth(raw['forceActivation'], false),
    order: number(asRecord(raw['contextConfig'])?.['budgetPriority'], EMPTY_LORE_ENTRY.order),
  }));
}

function simpleBook(
  root: Raw,
  entries: readonly unknown[],
  fieldsOf: (raw: Raw) => Partial<LoreEntryFields>,
): ReadBook {
  return {
    fields: {
      ...EMPTY_LORE_BOOK,
      name: cut(text(root['name']), LORE_LIMITS.name),
      description: cut(text(root['description']), LORE_LIMITS.description),
    },
    extras: without(root, new Set(['entries', 'data', 'name', 'description'])),
    count: entries.length,
    *entries() {
      for (const entry of entries) {
        const raw = asRecord(entry);
        yield raw === null ? null : checked({ ...EMPTY_LORE_ENTRY, ...fieldsOf(raw) }, { original: raw });
      }
    },
  };
}

/** The rules both formats have, by SillyTavern's names for them. */
function worldRules(get: (name: string) => unknown) {
  const delayed = get('delayUntilRecursion');
  return {
    logic: LORE_LOGICS[number(get('selectiveLogic'), 0)] ?? 'any',
    position: LORE_POSITIONS[number(get('position'), 0)] ?? 'before',
    depth: whole(get('depth'), EMPTY_LORE_ENTRY.depth, MAX_SCAN_DEPTH),
    role: LORE_ROLES[number(get('role'), 0)] ?? 'system',
    probability: truth(get('useProbability'), true) ? clamp(number(get('probability'), 100), 0, 100) : 100,
    group: text(get('group')),
    groupWeight: clamp(number(get('groupWeight'), EMPTY_LORE_ENTRY.groupWeight), 0, 1_000_000),
    groupOverride: truth(get('groupOverride'), false),
    groupScoring: maybe(get('useGroupScoring')),
    scanDepth: depthOf(get('scanDepth')),
    wholeWords: maybe(get('matchWholeWords')),
    excludeRecursion: truth(get('excludeRecursion'), false),
    preventRecursion: truth(get('preventRecursion'), false),
    delayUntilRecursion: delayed === true ? 1 : whole(delayed, 0, 100),
    sticky: whole(get('sticky'), 0, 100_000),
    cooldown: whole(get('cooldown'), 0, 100_000),
    delay: whole(get('delay'), 0, 100_000),
  } satisfies Partial<LoreEntryFields>;
}

/** Null for an entry beyond what one may be: cut in half it would say something else. */
function checked(fields: LoreEntryFields, extras: LoreExtras): ReadEntry | null {
  const { content, keys, secondaryKeys, title, group, order, priority } = fields;
  const all = [...keys, ...secondaryKeys];
  if (content.length > LORE_LIMITS.content || keys.length > LORE_LIMITS.keys) return null;
  if (secondaryKeys.length > LORE_LIMITS.keys || all.some((key) => key.length > LORE_LIMITS.keyLength)) return null;
  return {
    fields: {
      ...fields,
      content: content.toWellFormed(),
      keys: keys.map((key) => key.toWellFormed()),
      secondaryKeys: secondaryKeys.map((key) => key.toWellFormed()),
      title: cut(title, LORE_LIMITS.title),
      group: cut(group, LORE_LIMITS.group),
      order: clamp(order, -1e9, 1e9),
      priority: priority === null ? null : clamp(priority, -1e9, 1e9),
    },
    extras: Object.fromEntries(Object.entries(extras).filter(([, bag]) => Object.keys(asRecord(bag) ?? {}).length > 0)),
  };
}

type Raw = Readonly<Record<string, unknown>>;

export function asRecord(value: unknown): Raw | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : null;
}

/** `excludeRecursion` → `exclude_recursion`, but for the two that stay as they are. */
export function snake(name: string): string {
  if (name === 'useProbability' || name === 'selectiveLogic') return name;
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function without(raw: Raw, known: ReadonlySet<string>): Raw {
  // `__proto__` as a key of its own is no data anyone meant.
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !known.has(name) && name !== '__proto__'));
}

function presentRecord(name: string, value: unknown): Raw {
  const record = asRecord(value);
  return record === null || Object.keys(record).length === 0 ? {} : { [name]: record };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function cut(value: string, most: number): string {
  return value.slice(0, most).toWellFormed();
}

/** A list of keys, or one text with commas between them (but for those within a regex). */
function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(text).filter((key) => key.trim() !== '');
  const whole = text(value).trim();
  if (whole.startsWith('/')) return [whole];
  return whole
    .split(/[,、]/)
    .map((key) => key.trim())
    .filter((key) => key !== '');
}

function truth(value: unknown, fallback: boolean): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 1) return true;
  return value === 'false' || value === 0 ? false : fallback;
}

function maybe(value: unknown): boolean | null {
  return value === null || value === undefined || value === '' ? null : truth(value, false);
}

function number(value: unknown, fallback: number): number {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : fallback;
}

function whole(value: unknown, fallback: number, most: number): number {
  return clamp(Math.round(number(value, fallback)), 0, most);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function priorityOf(value: unknown): number | null {
  return value === null || value === undefined || value === '' ? null : number(value, 0);
}

function depthOf(value: unknown): number | null {
  return value === null || value === undefined ? null : whole(value, 0, MAX_SCAN_DEPTH);
}

function budgetOf(value: unknown): number | null {
  // Cards write 0 for "no limit of its own".
  const budget = value === null || value === undefined ? 0 : whole(value, 0, 1_000_000);
  return budget === 0 ? null : budget;
}
