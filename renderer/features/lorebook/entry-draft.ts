import { EMPTY_LORE_ENTRY, LORE_LIMITS, MAX_SCAN_DEPTH, type LoreEntryFields } from '#shared/lorebook/entry.ts';

/** Whole numbers, by their limit. */
export const NUMBER_LIMITS = {
  depth: MAX_SCAN_DEPTH,
  scanDepth: MAX_SCAN_DEPTH,
  delayUntilRecursion: 100,
  groupWeight: 1_000_000,
  sticky: 100_000,
  cooldown: 100_000,
  delay: 100_000,
} as const;

export type NumberName = keyof typeof NUMBER_LIMITS;

/** An entry as it is being written: numbers are still text. */
export type EntryDraft = Omit<LoreEntryFields, NumberName | 'order' | 'priority'> &
  Readonly<Record<NumberName | 'order', string>> & { readonly priority: number | null };

export type Problem =
  | { readonly key: 'lorebook.problem.order' }
  | {
      readonly key: 'lorebook.problem.number' | 'lorebook.problem.tooLong' | 'lorebook.problem.tooMany';
      readonly limit: number;
    };
export type EntryProblems = Readonly<Partial<Record<keyof LoreEntryFields, Problem>>>;

export function emptyEntryDraft(): EntryDraft {
  return entryDraft(EMPTY_LORE_ENTRY);
}

export function entryDraft(fields: LoreEntryFields): EntryDraft {
  return {
    ...fields,
    order: String(fields.order),
    depth: String(fields.depth),
    scanDepth: fields.scanDepth === null ? '' : String(fields.scanDepth),
    delayUntilRecursion: String(fields.delayUntilRecursion),
    groupWeight: String(fields.groupWeight),
    sticky: String(fields.sticky),
    cooldown: String(fields.cooldown),
    delay: String(fields.delay),
  };
}

/** Only for a draft without problems. */
export function entryFields(draft: EntryDraft): LoreEntryFields {
  const scanDepth = digits(draft.scanDepth);
  return {
    ...draft,
    order: Number(digits(draft.order)),
    depth: Number(digits(draft.depth)),
    scanDepth: scanDepth === '' ? null : Number(scanDepth),
    delayUntilRecursion: Number(digits(draft.delayUntilRecursion)),
    groupWeight: Number(digits(draft.groupWeight)),
    sticky: Number(digits(draft.sticky)),
    cooldown: Number(digits(draft.cooldown)),
    delay: Number(digits(draft.delay)),
  };
}

export function entryProblems(draft: EntryDraft): EntryProblems {
  const problems: Partial<Record<keyof LoreEntryFields, Problem>> = {};
  for (const name of ['title', 'content', 'group'] as const) {
    if (draft[name].length > LORE_LIMITS[name])
      problems[name] = { key: 'lorebook.problem.tooLong', limit: LORE_LIMITS[name] };
  }
  for (const name of ['keys', 'secondaryKeys'] as const) {
    if (draft[name].length > LORE_LIMITS.keys)
      problems[name] = { key: 'lorebook.problem.tooMany', limit: LORE_LIMITS.keys };
    else if (draft[name].some((key) => key.length > LORE_LIMITS.keyLength))
      problems[name] = { key: 'lorebook.problem.tooLong', limit: LORE_LIMITS.keyLength };
  }
  for (const [name, limit] of Object.entries(NUMBER_LIMITS) as [NumberName, number][]) {
    const text = digits(draft[name]);
    if (text === '' && name === 'scanDepth') continue;
    if (!/^\d{1,7}$/.test(text) || Number(text) > limit) problems[name] = { key: 'lorebook.problem.number', limit };
  }
  const order = digits(draft.order);
  if (order === '' || !Number.isFinite(Number(order)) || Math.abs(Number(order)) > 1e9)
    problems.order = { key: 'lorebook.problem.order' };
  return problems;
}

/** What was typed on a Japanese keyboard too. */
export function digits(text: string): string {
  return text.normalize('NFKC').trim();
}
