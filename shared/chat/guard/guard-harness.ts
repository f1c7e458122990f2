import type { Scene } from '../scene.ts';
import type { Register } from '../../characters/contract.ts';
import type { CharacterId } from '../../entities.ts';
import type { Locale } from '../../settings/contract.ts';

/** A scene for tests: the person asks, and these replies were given before. */
export function sceneOf({
  locale = 'ja',
  asked = '',
  replies = [],
  register = 'casual',
  firstPerson = 'わたし',
}: {
  readonly locale?: Locale;
  readonly asked?: string;
  readonly replies?: readonly string[];
  readonly register?: Register;
  readonly firstPerson?: string;
}): Scene {
  const turn = (author: 'person' | 'character', text: string, atMs: number): Scene['turns'][number] => ({
    author,
    text,
    expression: null,
    atMs,
    attachments: [],
  });
  return {
    character: {
      id: '0192d7a0-0000-7000-8000-000000000001' as CharacterId,
      builtIn: null,
      name: locale === 'ja' ? '試験 花' : 'Hana',
      nickname: 'はな',
      gender: 'girlfriend',
      age: 25,
      occupation: '',
      hobbies: [],
      backstory: '',
      traits: { kindness: 50, humour: 50, seriousness: 50, activeness: 50, empathy: 50 },
      speech: { register, firstPerson: locale === 'ja' ? firstPerson : '', endings: [], notes: '' },
      greetings: [],
      starters: [],
      tagline: '',
      avatar: 'akari',
      relationshipLevel: 3,
      createdAtMs: 0,
    },
    personName: '',
    locale,
    friendMode: false,
    nowMs: 100_000,
    utcOffsetMinutes: 540,
    turns: [
      ...replies.map((text, index) => turn('character', text, index)),
      ...(asked === '' ? [] : [turn('person', asked, 90_000)]),
    ],
    continuing: false,
    rejected: [],
  };
}
