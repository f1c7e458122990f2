import { type CharacterFields, MIN_CHARACTER_AGE } from '#shared/characters/contract.ts';
import { OWN_CHARACTER_PUPPET_IDS } from '#shared/avatar/puppets.ts';
import type { Locale } from '#shared/settings/contract.ts';

/** A character as it is being written: the age is still text. */
export interface EditorDraft extends Omit<CharacterFields, 'age'> {
  readonly age: string;
}

export type Problem =
  | { readonly key: 'editor.problem.required' }
  | { readonly key: 'editor.problem.age' }
  | {
      readonly key: 'editor.problem.tooLong' | 'editor.problem.tooMany' | 'editor.problem.itemTooLong';
      readonly limit: number;
    };

/** By field path, e.g. `speech.firstPerson`. */
export type EditorProblems = Readonly<Partial<Record<string, Problem>>>;

/** How long and how many, as the contract has it; `problemsOf` is checked against the contract in its test. */
export const LIMITS = {
  name: 60,
  nickname: 60,
  occupation: 120,
  tagline: 200,
  backstory: 8000,
  firstPerson: 20,
  notes: 2000,
  hobbies: { count: 20, length: 120 },
  endings: { count: 12, length: 40 },
  greetings: { count: 12, length: 600 },
  starters: { count: 6, length: 200 },
} as const;

export function emptyDraft(locale: Locale): EditorDraft {
  return {
    name: '',
    nickname: '',
    gender: 'girlfriend',
    age: '24',
    occupation: '',
    hobbies: [],
    backstory: '',
    traits: { kindness: 65, humour: 50, seriousness: 50, activeness: 50, empathy: 65 },
    speech: { register: 'casual', firstPerson: locale === 'ja' ? 'わたし' : 'I', endings: [], notes: '' },
    greetings: [],
    starters: [],
    tagline: '',
    avatar: OWN_CHARACTER_PUPPET_IDS[0] ?? 'akari-ash',
    relationshipLevel: 1,
  };
}

export function draftFrom(fields: CharacterFields): EditorDraft {
  const {
    name,
    nickname,
    gender,
    age,
    occupation,
    hobbies,
    backstory,
    traits,
    speech,
    greetings,
    starters,
    tagline,
    avatar,
  } = fields;
  return {
    name,
    nickname,
    gender,
    age: String(age),
    occupation,
    hobbies,
    backstory,
    traits,
    speech,
    greetings,
    starters,
    tagline,
    avatar,
    relationshipLevel: fields.relationshipLevel,
  };
}

/** As the contract wants it: blank lines are left out. */
export function fieldsOf(draft: EditorDraft): CharacterFields {
  const kept = (lines: readonly string[]): string[] => lines.map((line) => line.trim()).filter(Boolean);
  return {
    ...draft,
    name: draft.name.trim(),
    age: Number(draft.age),
    hobbies: kept(draft.hobbies),
    greetings: kept(draft.greetings),
    starters: kept(draft.starters),
    speech: { ...draft.speech, endings: kept(draft.speech.endings) },
  };
}

export function problemsOf(draft: EditorDraft): EditorProblems {
  const age = Number(draft.age);
  const problems: Partial<Record<string, Problem>> = {};
  if (draft.name.trim() === '') problems['name'] = { key: 'editor.problem.required' };
  if (draft.age.trim() === '' || !Number.isInteger(age) || age < MIN_CHARACTER_AGE || age > 120)
    problems['age'] = { key: 'editor.problem.age' };
  const texts = { ...draft, firstPerson: draft.speech.firstPerson, notes: draft.speech.notes };
  for (const name of ['name', 'nickname', 'occupation', 'tagline', 'backstory', 'firstPerson', 'notes'] as const) {
    if (texts[name].trim().length > LIMITS[name])
      problems[name] = { key: 'editor.problem.tooLong', limit: LIMITS[name] };
  }
  const lists = {
    hobbies: draft.hobbies,
    endings: draft.speech.endings,
    greetings: draft.greetings,
    starters: draft.starters,
  };
  for (const name of ['hobbies', 'endings', 'greetings', 'starters'] as const) {
    const lines = lists[name].map((line) => line.trim()).filter(Boolean);
    if (lines.length > LIMITS[name].count)
      problems[name] = { key: 'editor.problem.tooMany', limit: LIMITS[name].count };
    else if (lines.some((line) => line.length > LIMITS[name].length)) {
      problems[name] = { key: 'editor.problem.itemTooLong', limit: LIMITS[name].length };
    }
  }
  return problems;
}

/** Whether there is anything to save. */
export function differs(a: EditorDraft, b: EditorDraft): boolean {
  return JSON.stringify(fieldsOf(a)) !== JSON.stringify(fieldsOf(b));
}

/** Which of five words a trait's value has: 0 … 4. */
export function traitWord(value: number): 0 | 1 | 2 | 3 | 4 {
  if (value < 20) return 0;
  if (value < 40) return 1;
  if (value < 62) return 2;
  return value < 84 ? 3 : 4;
}
