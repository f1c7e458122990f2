import type { EpochMs } from '../base/time.ts';
import { foldForSearch } from '../chat/search-tokens.ts';
import type { MemoryKind } from './contract.ts';
import { endsAttribute } from './extract/attribute.ts';

/** What merging and superseding compare. */
export interface Telling {
  readonly kind: MemoryKind;
  readonly text: string;
  readonly subject: string;
  readonly attribute: string | null;
  readonly emotion: string | null;
  readonly importance: number;
  readonly tags: readonly string[];
  /** When it was last told. */
  readonly toldAtMs: EpochMs;
  readonly validFromMs: EpochMs | null;
  readonly validToMs: EpochMs | null;
  /** The person chose the words: they stand, whatever is told later. */
  readonly edited: boolean;
}

/** First words of attributes that hold their own value (`likes:紅茶`): the same attribute is the same fact, however worded. */
const WITH_VALUE = new Set([
  'likes',
  'dislikes',
  'hobby',
  'allergy',
  'anniversary',
  'plan',
  'promise',
  'wants',
  'owns',
]);
const OPPOSITE: Readonly<Record<string, string>> = { likes: 'dislikes', dislikes: 'likes' };
/** Dice coefficient of letter pairs from which two texts without an attribute say the same. */
const NEARLY_THE_SAME = 0.9;

/** Whether two memories of one character say the same thing. Symmetric. */
export function isSame(one: Telling, other: Telling): boolean {
  if (!isAboutTheSame(one, other) || one.attribute !== other.attribute) return false;
  const [a, b] = [comparable(one.text), comparable(other.text)];
  if (one.attribute === null) return one.kind === other.kind && !farApart(one, other) && nearlySame(a, b);
  if (holdsValue(one.attribute) && !farApart(one, other)) return true;
  return a === b || (a !== '' && b !== '' && (a.includes(b) || b.includes(a)) && digitsOf(a) === digitsOf(b));
}

/** Whether `newer` says that `older` is no longer so. */
export function supersedes(newer: Telling, older: Telling): boolean {
  if (!isAboutTheSame(newer, older) || isSame(newer, older)) return false;
  if (newer.toldAtMs < older.toldAtMs) return false;
  // Another interview does not undo the one that has been: what was planned and is over is history.
  const isPlan = older.attribute?.startsWith('plan:') === true;
  if (isPlan && older.validToMs !== null && older.validToMs <= newer.toldAtMs) return false;
  return endsAttribute(newer.attribute, older.attribute) || isOpposite(newer.attribute, older.attribute);
}

/** `sister:name`: it says whom it is about itself, and a sister with another name is the same sister. */
export function asksForName(attribute: string | null): attribute is string {
  return attribute?.endsWith(':name') === true;
}

/** Which attributes may have to do with one: itself, what it is part of, its opposite; and all that begin with `within`. */
export function relatedAttributes(attribute: string): { readonly exact: readonly string[]; readonly within: string } {
  const parts = attribute.split(':');
  const [head = '', ...value] = parts;
  const opposite = OPPOSITE[head];
  const wider = parts.map((_, index) => parts.slice(0, index + 1).join(':'));
  return {
    exact: opposite === undefined ? wider : [...wider, [opposite, ...value].join(':')],
    within: `${attribute}:`,
  };
}

/** Two tellings of the same as one. Commutative and idempotent: in whichever order they arrive, the same memory comes of them. */
export function merged(one: Telling, other: Telling): Telling {
  const [older, newer] = inOrder(one, other);
  const words = older.edited && !newer.edited ? older : newer;
  return {
    kind: words.kind,
    text: words.text,
    subject: words.subject,
    attribute: words.attribute,
    emotion: newer.emotion ?? older.emotion,
    importance: Math.max(one.importance, other.importance),
    tags: [...new Set([...one.tags, ...other.tags])].sort(),
    toldAtMs: newer.toldAtMs,
    validFromMs: least(one.validFromMs, other.validFromMs),
    validToMs: newer.toldAtMs === older.toldAtMs ? least(one.validToMs, other.validToMs) : newer.validToMs,
    edited: one.edited || other.edited,
  };
}

/** From when on an older memory no longer holds. */
export function endOf(older: Telling, newer: Telling): EpochMs {
  return least(older.validToMs, newer.validFromMs ?? newer.toldAtMs) ?? newer.toldAtMs;
}

function isAboutTheSame(one: Telling, other: Telling): boolean {
  if (asksForName(one.attribute) && one.attribute === other.attribute) return true;
  return foldForSearch(one.subject) === foldForSearch(other.subject);
}

function isOpposite(newer: string | null, older: string | null): boolean {
  if (newer === null || older === null) return false;
  const [head = '', ...value] = newer.split(':');
  const opposite = OPPOSITE[head];
  return opposite !== undefined && value.length > 0 && older === [opposite, ...value].join(':');
}

/** `likes:紅茶` does, and `friend:name:ゆい`; `work:role` and `sister:name` ask without answering. */
function holdsValue(attribute: string): boolean {
  const [head = '', second, ...rest] = attribute.split(':');
  return second !== undefined && (WITH_VALUE.has(head) || rest.length > 0);
}

/** Events on different days are different events, however alike they sound. */
function farApart(one: Telling, other: Telling): boolean {
  const [a, b] = [one.validFromMs, other.validFromMs];
  if (a === null || b === null) return one.kind === 'event' && Math.abs(one.toldAtMs - other.toldAtMs) > 3 * 86_400_000;
  return Math.abs(a - b) >= 86_400_000;
}

function inOrder(one: Telling, other: Telling): [Telling, Telling] {
  if (one.toldAtMs !== other.toldAtMs) return one.toldAtMs < other.toldAtMs ? [one, other] : [other, one];
  // Told at one moment: any order will do, as long as it is always the same.
  return contentKey(one) <= contentKey(other) ? [one, other] : [other, one];
}

function contentKey(telling: Telling): string {
  return JSON.stringify([
    telling.edited,
    telling.text,
    telling.kind,
    telling.subject,
    telling.attribute,
    telling.emotion,
  ]);
}

function least(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

/** A text's letters and digits, folded: what is left when wording of punctuation, width and case is taken away. */
function comparable(text: string): string {
  return foldForSearch(text).replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function digitsOf(text: string): string {
  return text.replaceAll(/\P{N}/gu, '');
}

function nearlySame(a: string, b: string): boolean {
  if (a === b) return true;
  if (digitsOf(a) !== digitsOf(b) || Math.min(a.length, b.length) < 8) return false;
  const [left, right] = [pairsOf(a), pairsOf(b)];
  let shared = 0;
  for (const [pair, count] of left) shared += Math.min(count, right.get(pair) ?? 0);
  return (2 * shared) / (a.length - 1 + b.length - 1) >= NEARLY_THE_SAME;
}

function pairsOf(text: string): Map<string, number> {
  const pairs = new Map<string, number>();
  for (let at = 0; at + 1 < text.length; at++) {
    const pair = text.slice(at, at + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}
