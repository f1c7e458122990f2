import {
  LORE_LOGICS,
  LORE_POSITIONS,
  LORE_ROLES,
  type LoreBookFields,
  type LoreEntryFields,
  type LoreExtras,
} from './entry.ts';
import { slashed } from './compile.ts';
import { asRecord, snake, WORLD_IN_CARD } from './world-info.ts';

/** `world`: SillyTavern's world info. `card`: a lone lorebook of Character Card V3. */
export const LORE_FORMATS = ['world', 'card'] as const;
export type LoreFormat = (typeof LORE_FORMATS)[number];

/** A file in parts: `head`, then entries with commas between them, then `tail`. Parts may be written as they are made. */
export interface LoreFile {
  readonly head: string;
  entry(fields: LoreEntryFields, extras: LoreExtras, index: number): string;
  readonly tail: string;
}

/** Writes a book for other apps. What came in with it and is no field of ours goes out as it was. */
export function writeLorebook(format: LoreFormat, book: LoreBookFields, extras: LoreExtras): LoreFile {
  if (format === 'world') {
    const { extensions, ...rest } = extras;
    const about = {
      ...rest,
      ...(extensions === undefined ? {} : { extensions }),
      name: book.name,
      ...(book.description === '' ? {} : { description: book.description }),
      ...(book.scanDepth === null ? {} : { scan_depth: book.scanDepth }),
      ...(book.tokenBudget === null ? {} : { token_budget: book.tokenBudget }),
      ...(book.recursive ? { recursive_scanning: true } : {}),
    };
    return {
      head: `${JSON.stringify(about).slice(0, -1)},"entries":{`,
      entry: (fields, own, index) => `"${index}":${JSON.stringify(worldEntry(fields, own, index))}`,
      tail: '}}\n',
    };
  }
  const { extensions, ...rest } = extras;
  const about = {
    ...rest,
    name: book.name,
    description: book.description,
    ...(book.scanDepth === null ? {} : { scan_depth: book.scanDepth }),
    ...(book.tokenBudget === null ? {} : { token_budget: book.tokenBudget }),
    recursive_scanning: book.recursive,
    extensions: extensions ?? {},
  };
  return {
    head: `{"spec":"lorebook_v3","data":${JSON.stringify(about).slice(0, -1)},"entries":[`,
    entry: (fields, own, index) => JSON.stringify(cardEntry(fields, own, index)),
    tail: ']}}\n',
  };
}

function worldEntry(fields: LoreEntryFields, extras: LoreExtras, index: number): object {
  const { extensions, card, original } = extras;
  // World info knows a regex by its slashes.
  const key = (text: string): string =>
    fields.regex && slashed(text) === null
      ? `/${escapeSlashes(text)}/${fields.caseSensitive === true ? '' : 'i'}`
      : text;
  return {
    addMemo: fields.title !== '',
    vectorized: false,
    ...(extensions === undefined ? {} : { extensions }),
    ...(card === undefined ? {} : { card }),
    ...(original === undefined ? {} : { original }),
    ...asRecord(extras['world']),
    uid: index,
    key: fields.keys.map(key),
    keysecondary: fields.secondaryKeys.map(key),
    comment: fields.title,
    content: fields.content,
    constant: fields.constant,
    selective: fields.selective,
    order: fields.order,
    disable: !fields.enabled,
    caseSensitive: fields.caseSensitive,
    ...(fields.priority === null ? {} : { priority: fields.priority }),
    ...worldRules(fields),
  };
}

function cardEntry(fields: LoreEntryFields, extras: LoreExtras, index: number): object {
  const rules = Object.fromEntries(Object.entries(worldRules(fields)).map(([name, value]) => [snake(name), value]));
  return {
    id: index,
    ...(extras['original'] === undefined ? {} : { original: extras['original'] }),
    ...asRecord(extras['card']),
    keys: fields.keys,
    secondary_keys: fields.secondaryKeys,
    comment: fields.title,
    content: fields.content,
    enabled: fields.enabled,
    insertion_order: fields.order,
    ...(fields.caseSensitive === null ? {} : { case_sensitive: fields.caseSensitive }),
    use_regex: fields.regex,
    constant: fields.constant,
    ...(fields.priority === null ? {} : { priority: fields.priority }),
    selective: fields.selective,
    position: fields.position === 'after' ? 'after_char' : 'before_char',
    extensions: {
      ...(extras['world'] === undefined ? {} : { [WORLD_IN_CARD]: extras['world'] }),
      ...asRecord(extras['extensions']),
      ...rules,
    },
  };
}

function escapeSlashes(source: string): string {
  return source.replaceAll(/\\[^]|\//g, (part) => (part === '/' ? '\\/' : part));
}

/** By SillyTavern's names and numbers. */
function worldRules(fields: LoreEntryFields) {
  return {
    selectiveLogic: LORE_LOGICS.indexOf(fields.logic),
    position: LORE_POSITIONS.indexOf(fields.position),
    depth: fields.depth,
    role: LORE_ROLES.indexOf(fields.role),
    probability: fields.probability,
    useProbability: true,
    group: fields.group,
    groupWeight: fields.groupWeight,
    groupOverride: fields.groupOverride,
    useGroupScoring: fields.groupScoring,
    scanDepth: fields.scanDepth,
    matchWholeWords: fields.wholeWords,
    excludeRecursion: fields.excludeRecursion,
    preventRecursion: fields.preventRecursion,
    delayUntilRecursion: fields.delayUntilRecursion,
    sticky: fields.sticky,
    cooldown: fields.cooldown,
    delay: fields.delay,
  };
}
