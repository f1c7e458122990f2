import { z } from 'zod';

/** How secondary keys decide once a primary key was found; their order is that of SillyTavern's `selectiveLogic` 0 … 3. */
export const LORE_LOGICS = ['any', 'notAll', 'notAny', 'all'] as const;
/** Where an entry's text goes; their order is that of SillyTavern's `position` 0 … 6. */
export const LORE_POSITIONS = [
  'before',
  'after',
  'noteTop',
  'noteBottom',
  'depth',
  'examplesTop',
  'examplesBottom',
] as const;
/** Whose message an entry at a depth is; their order is that of SillyTavern's `role` 0 … 2. */
export const LORE_ROLES = ['system', 'user', 'assistant'] as const;

/** How long and how many. What an import brings beyond them is left out, and counted. */
export const LORE_LIMITS = {
  name: 200,
  description: 20_000,
  title: 500,
  content: 100_000,
  keys: 500,
  keyLength: 2000,
  group: 500,
  entries: 100_000,
} as const;

/** The newest messages that are looked at when neither book nor entry says how many. */
export const DEFAULT_SCAN_DEPTH = 2;
/** Many more than any window holds. */
export const MAX_SCAN_DEPTH = 1000;

const count = (max: number) => z.number().int().min(0).max(max);
const orDefault = z.boolean().nullable();
const key = z.string().max(LORE_LIMITS.keyLength);

/** All that a person may write about an entry. */
export const loreEntryFields = z.strictObject({
  /** For the person alone. */
  title: z.string().max(LORE_LIMITS.title),
  /** What a mind is told. Leading `@@` lines are decorators. */
  content: z.string().max(LORE_LIMITS.content),
  keys: z.array(key).max(LORE_LIMITS.keys),
  secondaryKeys: z.array(key).max(LORE_LIMITS.keys),
  enabled: z.boolean(),
  /** Fires without a key. */
  constant: z.boolean(),
  /** Whether secondary keys count. */
  selective: z.boolean(),
  logic: z.enum(LORE_LOGICS),
  /** Every key is a regular expression. Otherwise only one written `/…/flags` is. */
  regex: z.boolean(),
  /** Lower goes earlier. */
  order: z.number().min(-1e9).max(1e9),
  /** What is kept when there is no room for all: the higher; `order` decides when null. */
  priority: z.number().min(-1e9).max(1e9).nullable(),
  position: z.enum(LORE_POSITIONS),
  /** Messages from the newest, for position `depth`. */
  depth: count(MAX_SCAN_DEPTH),
  role: z.enum(LORE_ROLES),
  /** In percent. */
  probability: z.number().min(0).max(100),
  /** Of the entries of a group one fires. Several names are parted by commas. */
  group: z.string().max(LORE_LIMITS.group),
  groupWeight: z.number().min(0).max(1_000_000),
  /** The highest order of those with it wins the group, without dice. */
  groupOverride: z.boolean(),
  /** Of a group only those with the most keys found take part; null means the book's own way (they all do). */
  groupScoring: orDefault,
  /** Null means the book's. */
  scanDepth: count(MAX_SCAN_DEPTH).nullable(),
  caseSensitive: orDefault,
  /** Null: words of scripts written with spaces are whole words, others are found anywhere. */
  wholeWords: orDefault,
  /** Is not found in other entries' texts. */
  excludeRecursion: z.boolean(),
  /** Its text finds no other entries. */
  preventRecursion: z.boolean(),
  /** Fires in other entries' texts alone, from this step on; 0 for never having to wait. */
  delayUntilRecursion: count(100),
  /** Messages it stays once it has fired, messages it then rests, messages a conversation needs before it may fire. */
  sticky: count(100_000),
  cooldown: count(100_000),
  delay: count(100_000),
});

/** All that a person may write about a book. */
export const loreBookFields = z.strictObject({
  name: z.string().max(LORE_LIMITS.name),
  description: z.string().max(LORE_LIMITS.description),
  enabled: z.boolean(),
  scanDepth: count(MAX_SCAN_DEPTH).nullable(),
  /** Tokens of all its texts in one prompt; null: only the app's own share limits them. */
  tokenBudget: count(1_000_000).nullable(),
  /** Texts of fired entries are searched for keys of this book too. */
  recursive: z.boolean(),
  caseSensitive: z.boolean(),
  wholeWords: orDefault,
});

export type LoreEntryFields = z.infer<typeof loreEntryFields>;
export type LoreBookFields = z.infer<typeof loreBookFields>;
export type LorePosition = (typeof LORE_POSITIONS)[number];
export type LoreRole = (typeof LORE_ROLES)[number];

/** What another app wrote that we have no field for, as it was. Goes back out when the book does. */
export type LoreExtras = Readonly<Record<string, unknown>>;

/** SillyTavern's defaults, which most books in the world rely on. */
export const EMPTY_LORE_ENTRY: LoreEntryFields = {
  title: '',
  content: '',
  keys: [],
  secondaryKeys: [],
  enabled: true,
  constant: false,
  selective: true,
  logic: 'any',
  regex: false,
  order: 100,
  priority: null,
  position: 'before',
  depth: 4,
  role: 'system',
  probability: 100,
  group: '',
  groupWeight: 100,
  groupOverride: false,
  groupScoring: null,
  scanDepth: null,
  caseSensitive: null,
  wholeWords: null,
  excludeRecursion: false,
  preventRecursion: false,
  delayUntilRecursion: 0,
  sticky: 0,
  cooldown: 0,
  delay: 0,
};

export const EMPTY_LORE_BOOK: LoreBookFields = {
  name: '',
  description: '',
  enabled: true,
  scanDepth: null,
  tokenBudget: null,
  recursive: false,
  caseSensitive: false,
  wholeWords: null,
};
