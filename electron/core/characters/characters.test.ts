import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { characterFields } from '#shared/characters/contract.ts';
import { createTestCore, RESOURCES_DIR, sampleCharacter, type TestCore } from '../core-harness.ts';
import { BUILT_IN_IDS, readBuiltIns } from './built-ins.ts';

let test: TestCore;
beforeEach(async () => {
  test = await createTestCore();
});
afterEach(() => test.close());

describe('the built-in characters', () => {
  it.each(['ja', 'en'] as const)(
    'are whole in %s: every field within its bounds, each with a voice of its own',
    async (locale) => {
      const builtIns = await readBuiltIns(RESOURCES_DIR, locale);
      expect(builtIns.map((one) => one.builtIn)).toEqual([...BUILT_IN_IDS]);
      for (const { fields } of builtIns) {
        expect(() => characterFields.parse(fields)).not.toThrow();
        expect(fields.greetings.length).toBeGreaterThanOrEqual(4);
        expect(fields.starters).toHaveLength(3);
        expect(fields.backstory.length).toBeGreaterThan(200);
      }
      expect(new Set(builtIns.map(({ fields }) => fields.speech.register)).size).toBe(4);
      expect(builtIns.filter(({ fields }) => fields.gender === 'girlfriend')).toHaveLength(2);
    },
  );

  it('are taken in once, and brought back after being deleted', async () => {
    const first = await test.client.characters.adopt({ builtIn: 'mio', locale: 'ja' });
    expect(await test.client.characters.adopt({ builtIn: 'mio', locale: 'en' })).toEqual(first);
    await test.client.characters.remove(first);
    expect(await test.client.characters.list({})).toEqual([]);
    expect(await test.client.characters.adopt({ builtIn: 'mio', locale: 'ja' })).toEqual(first);
    expect(await test.client.characters.list({})).toMatchObject([{ name: '澪', builtIn: 'mio' }]);
  });

  it('follow the language, except in what the person has written', async () => {
    await test.client.settings.set({ locale: 'ja' });
    const { characterId } = await test.client.characters.adopt({ builtIn: 'mio', locale: 'ja' });
    await test.client.characters.update({ characterId, changes: { occupation: '夜の図書館員' } });
    const own = await test.client.characters.create(sampleCharacter);
    await test.client.settings.set({ locale: 'en' });
    await vi.waitUntil(async () => (await test.client.characters.get({ characterId })).name === 'Mio');
    const [english, japanese] = await Promise.all(
      (['en', 'ja'] as const).map(async (locale) => (await readBuiltIns(RESOURCES_DIR, locale))[1]?.fields),
    );
    expect(await test.client.characters.get({ characterId })).toMatchObject({ ...english, occupation: '夜の図書館員' });
    expect(await test.client.characters.get(own)).toMatchObject(sampleCharacter);
    await test.client.settings.set({ locale: 'ja' });
    await vi.waitUntil(async () => (await test.client.characters.get({ characterId })).name === japanese?.name);
  });

  it('an unknown one is not found', async () => {
    await expect(test.client.characters.adopt({ builtIn: 'nobody', locale: 'ja' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('one’s own characters', () => {
  it('are made, read back whole, changed field by field and duplicated', async () => {
    const made = await test.client.characters.create(sampleCharacter);
    expect(await test.client.characters.get(made)).toMatchObject(sampleCharacter);
    const traits = { ...sampleCharacter.traits, humour: 99 };
    await test.client.characters.update({ ...made, changes: { age: 30, hobbies: ['登山', '編み物'], traits } });
    expect(await test.client.characters.get(made)).toMatchObject({
      ...sampleCharacter,
      age: 30,
      hobbies: ['登山', '編み物'],
      traits,
    });
    const copy = await test.client.characters.duplicate(made);
    expect(copy).not.toEqual(made);
    expect(await test.client.characters.list({})).toHaveLength(2);
  });

  it('under 18, without a name or with a trait of 101 are refused', async () => {
    for (const wrong of [
      { age: 17 },
      { name: ' ' },
      { traits: { ...sampleCharacter.traits, kindness: 101 } },
      { relationshipLevel: 11 },
    ]) {
      await expect(test.client.characters.create({ ...sampleCharacter, ...wrong })).rejects.toMatchObject({
        code: 'invalid',
      });
    }
    expect(await test.client.characters.list({})).toEqual([]);
  });

  it('deleted, take their conversations out of sight; restored, bring them back', async () => {
    const made = await test.client.characters.create(sampleCharacter);
    await test.client.chat.createConversation(made);
    await test.client.characters.remove(made);
    expect(await test.client.chat.conversations({})).toEqual([]);
    await expect(test.client.characters.get(made)).rejects.toMatchObject({ reason: 'character_gone' });
    await test.client.characters.restore(made);
    expect(await test.client.chat.conversations({})).toHaveLength(1);
  });
});
