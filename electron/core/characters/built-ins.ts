import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { GENDERS, REGISTERS, traits, type BuiltInCharacter } from '#shared/characters/contract.ts';
import type { Locale } from '#shared/settings/contract.ts';

/** The built-in characters, in the order in which they are offered. */
export const BUILT_IN_IDS = ['akari', 'mio', 'ren', 'haruto'] as const;

const wording = z.object({
  name: z.string(),
  nickname: z.string(),
  occupation: z.string(),
  hobbies: z.array(z.string()),
  backstory: z.string(),
  speechStyle: z.object({ firstPerson: z.string(), endings: z.array(z.string()), notes: z.string() }),
  greetings: z.array(z.string()),
  starters: z.array(z.string()),
  tagline: z.string(),
  sampleLine: z.string(),
});

const file = z.object({
  id: z.enum(BUILT_IN_IDS),
  puppet: z.string(),
  gender: z.enum(GENDERS),
  age: z.number(),
  register: z.enum(REGISTERS),
  traits,
  locales: z.object({ ja: wording, en: wording }),
});

/** Reads the built-in characters of `resources/characters` in one language. */
export async function readBuiltIns(resourcesDir: string, locale: Locale): Promise<BuiltInCharacter[]> {
  return Promise.all(
    BUILT_IN_IDS.map(async (id) => {
      const text = await readFile(join(resourcesDir, 'characters', `${id}.json`), 'utf8');
      const parsed = file.parse(JSON.parse(text));
      const { speechStyle, sampleLine, ...words } = parsed.locales[locale];
      return {
        builtIn: id,
        sampleLine,
        fields: {
          ...words,
          gender: parsed.gender,
          age: parsed.age,
          traits: parsed.traits,
          speech: { register: parsed.register, ...speechStyle },
          avatar: parsed.puppet,
          relationshipLevel: 1,
        },
      };
    }),
  );
}
