import type { Random } from '#shared/base/random.ts';
import type { Clock } from '#shared/base/time.ts';
import type { Character, CharacterFields } from '#shared/characters/contract.ts';
import type { CoreHandlers } from '#shared/contract.ts';
import { newId, type CharacterId } from '#shared/entities.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Locale } from '#shared/settings/contract.ts';
import type { Db, ReadTx } from '../db/db.ts';
import { readBuiltIns } from './built-ins.ts';
import {
  findAdopted,
  findCharacter,
  insertCharacter,
  listCharacters,
  setCharacterDeleted,
  updateCharacter,
} from './character-store.ts';

export interface Characters {
  readonly handlers: CoreHandlers['characters'];
  /** For other features, within their transaction. Throws `not_found` (`character_gone`). */
  get(tx: ReadTx, id: CharacterId): Character;
  /** The built-in ones from now on speak this language, and are told of in it; what the person has written themself stays. */
  speak(locale: Locale): Promise<void>;
}

export function createCharacters(deps: {
  readonly db: Db;
  readonly resourcesDir: string;
  readonly clock: Clock;
  readonly random: Random;
}): Characters {
  const get = (tx: ReadTx, id: CharacterId): Character => {
    const character = findCharacter(tx, id);
    if (!character) throw new AppError('not_found', 'character_gone');
    return character;
  };
  const freshId = (): CharacterId => newId<CharacterId>(deps.clock(), deps.random);

  return {
    get,
    async speak(locale) {
      const [offered, other] = await Promise.all([
        readBuiltIns(deps.resourcesDir, locale),
        readBuiltIns(deps.resourcesDir, locale === 'ja' ? 'en' : 'ja'),
      ]);
      const known = new Map(other.map((one) => [one.builtIn, one.fields]));
      deps.db.write((tx) => {
        for (const { builtIn, fields } of offered) {
          const adopted = findAdopted(tx, builtIn);
          const before = known.get(builtIn);
          if (!adopted || adopted.deleted || !before) continue;
          const changes = untouched(get(tx, adopted.id), before, fields);
          if (Object.keys(changes).length > 0) updateCharacter(tx, adopted.id, changes, tx.hlc());
        }
      });
    },
    handlers: {
      list: () => deps.db.read(listCharacters),
      get: ({ characterId }) => deps.db.read((tx) => get(tx, characterId)),
      builtIns: ({ locale }) => readBuiltIns(deps.resourcesDir, locale),
      async adopt({ builtIn, locale }) {
        const offered = (await readBuiltIns(deps.resourcesDir, locale)).find((one) => one.builtIn === builtIn);
        if (!offered) throw new AppError('not_found', 'built_in_unknown');
        return deps.db.write((tx) => {
          const adopted = findAdopted(tx, builtIn);
          const characterId = adopted?.id ?? freshId();
          if (!adopted) {
            insertCharacter(tx, { ...offered.fields, id: characterId, builtIn, createdAtMs: deps.clock() }, tx.hlc());
          } else if (adopted.deleted) {
            setCharacterDeleted(tx, characterId, false, tx.hlc());
          }
          return { characterId };
        });
      },
      create: (fields) =>
        deps.db.write((tx) => {
          const characterId = freshId();
          insertCharacter(tx, { ...fields, id: characterId, builtIn: null, createdAtMs: deps.clock() }, tx.hlc());
          return { characterId };
        }),
      update: ({ characterId, changes }) =>
        deps.db.write((tx) => {
          get(tx, characterId);
          updateCharacter(tx, characterId, changes, tx.hlc());
          return {};
        }),
      duplicate: ({ characterId }) =>
        deps.db.write((tx) => {
          const copyId = freshId();
          const copy = { ...get(tx, characterId), id: copyId, builtIn: null, createdAtMs: deps.clock() };
          insertCharacter(tx, copy, tx.hlc());
          return { characterId: copyId };
        }),
      remove: ({ characterId }) =>
        deps.db.write((tx) => {
          get(tx, characterId);
          setCharacterDeleted(tx, characterId, true, tx.hlc());
          return {};
        }),
      restore: ({ characterId }) =>
        deps.db.write((tx) => {
          if (setCharacterDeleted(tx, characterId, false, tx.hlc()) === 0)
            throw new AppError('not_found', 'character_gone');
          return {};
        }),
    },
  };
}

/** The fields that are as they came, with what they are to become. */
function untouched(now: Character, came: CharacterFields, become: CharacterFields): Partial<CharacterFields> {
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  const fields = Object.keys(become) as (keyof CharacterFields)[];
  return Object.fromEntries(
    fields
      .filter((field) => same(now[field], came[field]) && !same(came[field], become[field]))
      .map((field) => [field, become[field]]),
  );
}
