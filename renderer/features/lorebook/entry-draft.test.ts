import { expect, it } from 'vitest';
import { EMPTY_LORE_ENTRY, LORE_LIMITS, loreEntryFields } from '#shared/lorebook/entry.ts';
import { emptyEntryDraft, entryDraft, entryFields, entryProblems, NUMBER_LIMITS } from './entry-draft.ts';

it('a draft says what the entry said', () => {
  const fields = { ...EMPTY_LORE_ENTRY, scanDepth: 3, order: -1.5, sticky: 4, keys: ['a'] };
  expect(entryFields(entryDraft(fields))).toEqual(fields);
  expect(entryFields(emptyEntryDraft())).toEqual(EMPTY_LORE_ENTRY);
});

it('full-width digits are digits', () => {
  expect(entryFields({ ...emptyEntryDraft(), depth: '１２' }).depth).toBe(12);
});

it('what the draft lets through, the contract takes; what it holds back, it does not', () => {
  const drafts = [
    { ...emptyEntryDraft(), title: 'x'.repeat(LORE_LIMITS.title + 1) },
    { ...emptyEntryDraft(), keys: ['x'.repeat(LORE_LIMITS.keyLength + 1)] },
    { ...emptyEntryDraft(), keys: Array.from({ length: LORE_LIMITS.keys + 1 }, (_, index) => String(index)) },
    { ...emptyEntryDraft(), order: '2e9' },
    ...Object.entries(NUMBER_LIMITS).map(([name, limit]) => ({ ...emptyEntryDraft(), [name]: String(limit + 1) })),
    ...Object.keys(NUMBER_LIMITS).map((name) => ({ ...emptyEntryDraft(), [name]: '-1' })),
  ];
  for (const draft of drafts) {
    expect(Object.keys(entryProblems(draft))).toHaveLength(1);
    expect(loreEntryFields.safeParse(entryFields(draft)).success).toBe(false);
  }
  for (const [name, limit] of Object.entries(NUMBER_LIMITS)) {
    const draft = { ...emptyEntryDraft(), [name]: String(limit) };
    expect(entryProblems(draft)).toEqual({});
    expect(loreEntryFields.safeParse(entryFields(draft)).success).toBe(true);
  }
});
