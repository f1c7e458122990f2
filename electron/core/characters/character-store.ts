import type { Hlc } from '#shared/base/time.ts';
import type { Character, CharacterFields } from '#shared/characters/contract.ts';
import type { CharacterId } from '#shared/entities.ts';
import type { ReadTx, Row, WriteTx } from '../db/db.ts';
import { sql, type Sql } from '../db/sql.ts';

const COLUMNS = sql`id, built_in, name, nickname, gender, age, occupation, hobbies_json, tagline, backstory, traits_json,
  speech_json, greetings_json, starters_json, avatar, relationship_level, created_at_ms`;

/** Fields that change together share a clock: the last writer wins a group, not the whole row. */
const GROUPS = {
  identity_hlc: ['name', 'nickname', 'gender', 'age', 'occupation', 'hobbies', 'tagline'],
  persona_hlc: ['backstory', 'traits'],
  speech_hlc: ['speech'],
  greeting_hlc: ['greetings', 'starters'],
  look_hlc: ['avatar'],
  relationship_hlc: ['relationshipLevel'],
} as const satisfies Record<string, readonly (keyof CharacterFields)[]>;

export function listCharacters(tx: ReadTx): Character[] {
  return tx
    .all(sql`SELECT ${COLUMNS} FROM character WHERE deleted_hlc IS NULL ORDER BY created_at_ms, id`)
    .map(fromRow);
}

export function findCharacter(tx: ReadTx, id: CharacterId): Character | undefined {
  const row = tx.get(sql`SELECT ${COLUMNS} FROM character WHERE id = ${id} AND deleted_hlc IS NULL`);
  return row && fromRow(row);
}

/** The row that came from a built-in, deleted or not. */
export function findAdopted(tx: ReadTx, builtIn: string): { id: CharacterId; deleted: boolean } | undefined {
  const row = tx.get(sql`SELECT id, deleted_hlc FROM character WHERE built_in = ${builtIn}`);
  return row && { id: row['id'] as CharacterId, deleted: row['deleted_hlc'] !== null };
}

export function insertCharacter(tx: WriteTx, character: Character, hlc: Hlc): void {
  tx.run(
    'character',
    sql`INSERT INTO character (id, built_in, name, nickname, gender, age, occupation, hobbies_json, tagline, identity_hlc,
          backstory, traits_json, persona_hlc, speech_json, speech_hlc, greetings_json, starters_json, greeting_hlc,
          avatar, look_hlc, relationship_level, relationship_hlc, created_at_ms)
        VALUES (${character.id}, ${character.builtIn}, ${character.name}, ${character.nickname}, ${character.gender},
          ${character.age}, ${character.occupation}, ${JSON.stringify(character.hobbies)}, ${character.tagline}, ${hlc},
          ${character.backstory}, ${JSON.stringify(character.traits)}, ${hlc}, ${JSON.stringify(character.speech)}, ${hlc},
          ${JSON.stringify(character.greetings)}, ${JSON.stringify(character.starters)}, ${hlc},
          ${character.avatar}, ${hlc}, ${character.relationshipLevel}, ${hlc}, ${character.createdAtMs})`,
  );
  tx.noteChange('character', character.id, Object.keys(character), hlc);
}

/** Writes the given fields; each group they belong to gets the stamp. */
export function updateCharacter(
  tx: WriteTx,
  id: CharacterId,
  changes: { readonly [Field in keyof CharacterFields]?: CharacterFields[Field] | undefined },
  hlc: Hlc,
): void {
  for (const [field, value] of Object.entries(changes) as [
    keyof CharacterFields,
    CharacterFields[keyof CharacterFields] | undefined,
  ][]) {
    if (value === undefined) continue;
    const stored = typeof value === 'object' ? JSON.stringify(value) : value;
    tx.run('character', sql`UPDATE character SET ${assignment(field)} = ${stored} WHERE id = ${id}`);
  }
  for (const [clock, fields] of Object.entries(GROUPS)) {
    if (!fields.some((field) => changes[field] !== undefined)) continue;
    tx.run('character', sql`UPDATE character SET ${{ text: clock, values: [] }} = ${hlc} WHERE id = ${id}`);
  }
  tx.noteChange('character', id, Object.keys(changes), hlc);
}

export function setCharacterDeleted(tx: WriteTx, id: CharacterId, deleted: boolean, hlc: Hlc): number {
  const { changes } = tx.run(
    'character',
    sql`UPDATE character SET deleted_hlc = ${deleted ? hlc : null} WHERE id = ${id}`,
  );
  tx.noteChange('character', id, ['deleted_hlc'], hlc);
  return changes;
}

/** The column of a field; the names are ours, never a caller's text. */
function assignment(field: keyof CharacterFields): Sql {
  const columns: Record<keyof CharacterFields, string> = {
    name: 'name',
    nickname: 'nickname',
    gender: 'gender',
    age: 'age',
    occupation: 'occupation',
    hobbies: 'hobbies_json',
    backstory: 'backstory',
    traits: 'traits_json',
    speech: 'speech_json',
    greetings: 'greetings_json',
    starters: 'starters_json',
    tagline: 'tagline',
    avatar: 'avatar',
    relationshipLevel: 'relationship_level',
  };
  return { text: columns[field], values: [] };
}

function fromRow(row: Row): Character {
  return {
    id: row['id'] as CharacterId,
    builtIn: row['built_in'] as string | null,
    name: String(row['name']),
    nickname: String(row['nickname']),
    gender: row['gender'] as Character['gender'],
    age: Number(row['age']),
    occupation: String(row['occupation']),
    hobbies: JSON.parse(String(row['hobbies_json'])) as string[],
    tagline: String(row['tagline']),
    backstory: String(row['backstory']),
    traits: JSON.parse(String(row['traits_json'])) as Character['traits'],
    speech: JSON.parse(String(row['speech_json'])) as Character['speech'],
    greetings: JSON.parse(String(row['greetings_json'])) as string[],
    starters: JSON.parse(String(row['starters_json'])) as string[],
    avatar: String(row['avatar']),
    relationshipLevel: Number(row['relationship_level']),
    createdAtMs: Number(row['created_at_ms']),
  };
}
