import { expect, test } from 'vitest';
import { characterFields } from '#shared/characters/contract.ts';
import { differs, draftFrom, type EditorDraft, emptyDraft, fieldsOf, LIMITS, problemsOf } from './editor-draft.ts';

const sound: EditorDraft = { ...emptyDraft('ja'), name: '灯' };
const long = (length: number): string => 'あ'.repeat(length);

/** What the editor calls sound, the contract must take; what the contract refuses, the editor must say. */
const cases: readonly (readonly [what: string, draft: EditorDraft])[] = [
  ['sound', sound],
  [
    'everything at its limit',
    {
      ...sound,
      name: long(LIMITS.name),
      nickname: long(LIMITS.nickname),
      occupation: long(LIMITS.occupation),
      tagline: long(LIMITS.tagline),
      backstory: long(LIMITS.backstory),
      age: '120',
      hobbies: Array.from({ length: LIMITS.hobbies.count }, () => long(LIMITS.hobbies.length)),
      greetings: Array.from({ length: LIMITS.greetings.count }, () => long(LIMITS.greetings.length)),
      starters: Array.from({ length: LIMITS.starters.count }, () => long(LIMITS.starters.length)),
      speech: {
        ...sound.speech,
        firstPerson: long(LIMITS.firstPerson),
        notes: long(LIMITS.notes),
        endings: Array.from({ length: LIMITS.endings.count }, () => long(LIMITS.endings.length)),
      },
    },
  ],
  ['no name', { ...sound, name: '  ' }],
  ['17', { ...sound, age: '17' }],
  ['121', { ...sound, age: '121' }],
  ['half a year', { ...sound, age: '20.5' }],
  ['no age', { ...sound, age: '' }],
  ['blank lines', { ...sound, greetings: ['', '  ', 'やあ'], hobbies: [''] }],
  ...(['name', 'nickname', 'occupation', 'tagline', 'backstory'] as const).map(
    (name) => [`${name} too long`, { ...sound, [name]: long(LIMITS[name] + 1) }] as const,
  ),
  ['first person too long', { ...sound, speech: { ...sound.speech, firstPerson: long(21) } }],
  ['notes too long', { ...sound, speech: { ...sound.speech, notes: long(2001) } }],
  ['too many endings', { ...sound, speech: { ...sound.speech, endings: Array.from({ length: 13 }, () => 'だよ') } }],
  ...(['hobbies', 'greetings', 'starters'] as const).flatMap((name) => [
    [`too many ${name}`, { ...sound, [name]: Array.from({ length: LIMITS[name].count + 1 }, () => 'あ') }] as const,
    [`a ${name} too long`, { ...sound, [name]: [long(LIMITS[name].length + 1)] }] as const,
  ]),
];

test.each(cases)('%s: the editor and the contract agree', (_, draft) => {
  expect(Object.keys(problemsOf(draft)).length === 0).toBe(characterFields.safeParse(fieldsOf(draft)).success);
});

test('a draft made from fields gives the same fields, and is not a change', () => {
  const fields = fieldsOf(sound);
  expect(fieldsOf(draftFrom(fields))).toEqual(fields);
  expect(differs(draftFrom(fields), sound)).toBe(false);
  expect(differs({ ...sound, starters: [' '] }, sound)).toBe(false);
  expect(differs({ ...sound, age: '25' }, sound)).toBe(true);
});
