import { z } from 'zod';
import { characterId } from '../entities.ts';
import { command, query } from '../rpc/contract.ts';

export const REGISTERS = ['polite', 'casual', 'kansai', 'ojousama', 'cool', 'lively'] as const;
export const GENDERS = ['girlfriend', 'boyfriend'] as const;
export const TRAITS = ['kindness', 'humour', 'seriousness', 'activeness', 'empathy'] as const;

export const MIN_CHARACTER_AGE = 18;

const trait = z.number().int().min(0).max(100);
const line = (max: number) => z.string().trim().max(max);

export const traits = z.strictObject({
  kindness: trait,
  humour: trait,
  seriousness: trait,
  activeness: trait,
  empathy: trait,
});

export const speechStyle = z.strictObject({
  register: z.enum(REGISTERS),
  firstPerson: line(20),
  endings: z.array(line(40)).max(12),
  notes: line(2000),
});

/** All that a person may write about a character. */
export const characterFields = z.strictObject({
  name: line(60).min(1),
  nickname: line(60),
  gender: z.enum(GENDERS),
  age: z.number().int().min(MIN_CHARACTER_AGE).max(120),
  occupation: line(120),
  hobbies: z.array(line(120).min(1)).max(20),
  backstory: line(8000),
  traits,
  speech: speechStyle,
  greetings: z.array(line(600).min(1)).max(12),
  starters: z.array(line(200).min(1)).max(6),
  tagline: line(200),
  /** A puppet of `resources/puppets`, e.g. `akari`. */
  avatar: z.string().regex(/^[a-z0-9-]{1,40}$/),
  /** 1 (just met) to 10. */
  relationshipLevel: z.number().int().min(1).max(10),
});

export const character = characterFields.extend({
  id: characterId,
  /** The id of the built-in it came from, when it did and has not been duplicated. */
  builtIn: z.string().nullable(),
  createdAtMs: z.number(),
});

/** A built-in character as the choosing card shows it, in the asked language. */
export const builtInCharacter = z.strictObject({
  builtIn: z.string(),
  fields: characterFields,
  sampleLine: z.string(),
});

export type Register = (typeof REGISTERS)[number];
export type Traits = z.infer<typeof traits>;
export type CharacterFields = z.infer<typeof characterFields>;
export type Character = z.infer<typeof character>;
export type BuiltInCharacter = z.infer<typeof builtInCharacter>;

const byId = z.strictObject({ characterId });

export const charactersContract = {
  list: query(['character'], z.strictObject({}), z.array(character)),
  get: query(['character'], byId, character),
  builtIns: query([], z.strictObject({ locale: z.enum(['ja', 'en']) }), z.array(builtInCharacter)),
  /** Takes a built-in in; asked twice, answers with the one already there (brought back if it was deleted). */
  adopt: command(z.strictObject({ builtIn: z.string(), locale: z.enum(['ja', 'en']) }), byId),
  create: command(characterFields, byId),
  update: command(z.strictObject({ characterId, changes: characterFields.partial() }), z.strictObject({})),
  duplicate: command(byId, byId),
  remove: command(byId, z.strictObject({})),
  restore: command(byId, z.strictObject({})),
};
