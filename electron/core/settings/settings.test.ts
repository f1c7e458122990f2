import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seededRandom } from '#shared/base/random.ts';
import { MS_PER_DAY } from '#shared/base/time.ts';
import type { ProviderId } from '#shared/entities.ts';
import {
  providerFields,
  settingChanges,
  settingValues,
  type ProviderFields,
  type SettingChanges,
} from '#shared/settings/contract.ts';
import { openTestDb, type TestDb } from '../core-harness.ts';
import { sql } from '../db/sql.ts';
import { LlmFailure, type MindProbe, type MindSource } from '../llm/llm.ts';
import { createSettings, type Settings } from './settings.ts';

const TOKYO = 540;
/** 2026-11-22 20:00 in Tokyo. */
const EVENING = Date.UTC(2026, 10, 22, 11);
const KEY = 'sk-live-0123456789abcdef';

let fixture: {
  db: TestDb;
  settings: Settings;
  tried: MindSource[];
  logged: unknown[];
  nowMs: number;
  offset: (atMs: number) => number;
  probe: MindProbe;
};

beforeEach(async () => {
  const db = await openTestDb();
  const tried: MindSource[] = [];
  const logged: unknown[] = [];
  fixture = {
    db,
    tried,
    logged,
    nowMs: EVENING,
    offset: () => TOKYO,
    probe: {
      async tryOut(source) {
        tried.push(source);
        return { model: source.model, firstTokenMs: 12, sample: 'はい。' };
      },
      async listModels(source) {
        tried.push(source);
        throw new LlmFailure('unauthorized', '401', true);
      },
    },
    settings: createSettings({
      db: db.db,
      sealer: {
        seal: (text) => Buffer.from(text).map((byte) => byte ^ 0x5a),
        unseal: (bytes) => {
          if (bytes.length === 0) throw new Error('sealed elsewhere');
          return Buffer.from(bytes.map((byte) => byte ^ 0x5a)).toString();
        },
      },
      clock: () => fixture.nowMs,
      random: seededRandom(3),
      log: (...args) => logged.push(args),
      utcOffsetMinutes: (atMs) => fixture.offset(atMs),
      probe: {
        tryOut: (...args) => fixture.probe.tryOut(...args),
        listModels: (...args) => fixture.probe.listModels(...args),
      },
    }),
  };
});

afterEach(() => fixture.db.close());

const set = (changes: SettingChanges) => fixture.settings.handlers.set(settingChanges.parse(changes));
const endpoint = (changes: Partial<ProviderFields> = {}): ProviderFields =>
  providerFields.parse({
    kind: 'openai',
    name: 'Home',
    baseUrl: 'http://127.0.0.1:11434/v1',
    model: 'qwen',
    apiKey: KEY,
    ...changes,
  });
const add = async (changes: Partial<ProviderFields> = {}): Promise<ProviderId> =>
  (await fixture.settings.handlers.addProvider(endpoint(changes))).providerId as ProviderId;
const names = async (): Promise<string[]> => (await fixture.settings.handlers.providers({})).map(({ name }) => name);

describe('settings', () => {
  test('everything has its default until it is set, and what is not named stays', async () => {
    expect(await fixture.settings.handlers.all({})).toEqual(settingValues.parse({}));
    await set({ theme: 'dark', personName: 'ゆう' });
    await set({ locale: 'ja' });
    expect(fixture.settings.read()).toMatchObject({
      theme: 'dark',
      personName: 'ゆう',
      locale: 'ja',
      contextTokens: 8000,
    });
  });

  test('a setting is of the device or of the account', async () => {
    await set({ theme: 'dark', personName: 'ゆう', spellCheck: false });
    const scopes = fixture.db.db.read((tx) => tx.all(sql`SELECT key, scope FROM setting ORDER BY key`));
    expect(scopes).toEqual([
      { key: 'personName', scope: 'account' },
      { key: 'spellCheck', scope: 'device' },
      { key: 'theme', scope: 'device' },
    ]);
  });

  test('a birth date is set once', async () => {
    await set({ birthDate: '1999-04-01' });
    await set({ birthDate: '1999-04-01' });
    for (const birthDate of ['1990-01-01', null])
      await expect(async () => set({ birthDate, theme: 'dark' })).rejects.toMatchObject({
        code: 'forbidden',
        reason: 'birth_date_fixed',
      });
    expect(fixture.settings.read()).toMatchObject({ birthDate: '1999-04-01', theme: 'system' });
  });

  test.each(['2026-11-23', '1890-01-01'])('nobody is born on %s', async (birthDate) => {
    await expect(async () => set({ birthDate })).rejects.toMatchObject({
      code: 'invalid',
      reason: 'birth_date_impossible',
    });
  });

  test('a stored value that no longer fits has its default; the others stand', () => {
    fixture.db.db.write((tx) => {
      const put = (key: string, json: string) =>
        tx.run(
          'setting',
          sql`INSERT INTO setting (key, value_json, scope, updated_hlc) VALUES (${key}, ${json}, 'account', ${tx.hlc()})`,
        );
      put('theme', '"purple"');
      put('contextTokens', '{broken');
      put('of a later version', '1');
      put('personName', '"ゆう"');
    });
    expect(fixture.settings.read()).toEqual(settingValues.parse({ personName: 'ゆう' }));
  });
});

describe('providers', () => {
  test('what was added is listed without its key, which rests sealed', async () => {
    await add();
    const [listed] = await fixture.settings.handlers.providers({});
    expect(listed).toMatchObject({ name: 'Home', hasKey: true, enabled: true, inputPrice: null });
    expect(JSON.stringify(listed)).not.toContain(KEY);
    const [row] = fixture.db.db.read((tx) => tx.all(sql`SELECT * FROM llm_provider`));
    expect(Buffer.from(row?.['sealed_key'] as Uint8Array).includes(Buffer.from(KEY))).toBe(false);
    expect(fixture.settings.minds()[0]).toMatchObject({ apiKey: KEY, model: 'qwen' });
  });

  test('a change keeps what it does not name; the key is kept, replaced or removed', async () => {
    const id = await add();
    const change = (changes: Parameters<Settings['handlers']['updateProvider']>[0]['changes']) =>
      fixture.settings.handlers.updateProvider({ providerId: id, changes });
    await change({ model: 'llama', inputPrice: 0.5 });
    expect(fixture.settings.minds()[0]).toMatchObject({
      apiKey: KEY,
      model: 'llama',
      baseUrl: 'http://127.0.0.1:11434/v1',
      prices: { input: 0.5, output: null },
    });
    await change({ apiKey: ' sk-new ' });
    expect(fixture.settings.minds()[0]?.apiKey).toBe('sk-new');
    await change({ apiKey: null });
    expect(fixture.settings.minds()[0]?.apiKey).toBeNull();
    await change({ enabled: false });
    expect(fixture.settings.minds()).toEqual([]);
  });

  test('a key is not sent to another host because an address was edited', async () => {
    const id = await add({ baseUrl: 'https://api.example.com/v1' });
    await fixture.settings.handlers.updateProvider({
      providerId: id,
      changes: { baseUrl: 'https://api.example.com/v2' },
    });
    expect(fixture.settings.minds()[0]?.apiKey).toBe(KEY);
    await fixture.settings.handlers.testProvider({
      providerId: id,
      fields: { ...endpoint({ baseUrl: 'https://evil.example/v1' }), apiKey: undefined },
    });
    expect(fixture.tried[0]?.apiKey).toBeNull();
    await fixture.settings.handlers.updateProvider({ providerId: id, changes: { baseUrl: 'https://evil.example/v1' } });
    expect(fixture.settings.minds()[0]?.apiKey).toBeNull();
  });

  test('they stand in the order given; those not named stay below', async () => {
    const [a, b, c] = [await add({ name: 'a' }), await add({ name: 'b' }), await add({ name: 'c' })];
    await fixture.settings.handlers.orderProviders({ providerIds: [c, a, c] });
    expect(await names()).toEqual(['c', 'a', 'b']);
    await fixture.settings.handlers.removeProvider({ providerId: a });
    await add({ name: 'd' });
    expect(await names()).toEqual(['c', 'b', 'd']);
    await expect(async () => fixture.settings.handlers.removeProvider({ providerId: a })).rejects.toMatchObject({
      code: 'not_found',
      reason: 'provider_gone',
    });
    expect(b).not.toBe(a);
  });

  test.each([
    [{ baseUrl: null }, 'provider_address_missing'],
    [{ baseUrl: 'http://me:secret@127.0.0.1/v1' }, 'provider_address_has_password'],
    [{ kind: 'gguf' as const, modelPath: null }, 'provider_file_missing'],
  ])('%j cannot be reached', async (changes, reason) => {
    await expect(async () => add(changes)).rejects.toMatchObject({ code: 'invalid', reason });
  });

  test('a file has no address and no key', async () => {
    await add({ kind: 'gguf', modelPath: '/models/a.gguf' });
    expect(fixture.settings.minds()[0]).toMatchObject({
      kind: 'gguf',
      modelPath: '/models/a.gguf',
      baseUrl: null,
      apiKey: null,
    });
  });

  test('a key that this machine cannot unseal is no key, and is told to nobody', async () => {
    await add();
    fixture.db.db.write((tx) => tx.run('llm_provider', sql`UPDATE llm_provider SET sealed_key = ${new Uint8Array()}`));
    expect(fixture.settings.minds()[0]?.apiKey).toBeNull();
    expect(JSON.stringify(fixture.logged)).toContain('provider.key_unreadable');
  });

  test('trying one out stores nothing, and a failure is an answer', async () => {
    const works = await fixture.settings.handlers.testProvider({ fields: endpoint() });
    expect(works).toEqual({ kind: 'works', model: 'qwen', firstTokenMs: 12, sample: 'はい。' });
    expect(await fixture.settings.handlers.listModels({ fields: endpoint() })).toEqual({
      kind: 'failed',
      reason: 'unauthorized',
      detail: '401',
    });
    expect(await fixture.settings.handlers.providers({})).toEqual([]);
    await expect(async () => fixture.settings.handlers.testProvider({})).rejects.toMatchObject({ code: 'invalid' });
    expect(JSON.stringify(fixture.logged)).not.toContain(KEY);
  });

  test('a change of minds is heard, another change is not', async () => {
    let heard = 0;
    const stop = fixture.settings.onMindsChanged(() => (heard += 1));
    await set({ theme: 'dark' });
    expect(heard).toBe(0);
    const id = await add();
    await fixture.settings.handlers.removeProvider({ providerId: id });
    expect(heard).toBe(2);
    stop();
    await add();
    expect(heard).toBe(2);
  });
});

describe('spending', () => {
  let messages = 0;
  const spend = (atMs: number, costMicroUsd: number | null, promptTokens: number | null = 100): void => {
    messages += 1;
    fixture.db.db.write((tx) => {
      const hlc = tx.hlc();
      const person = sql`'p', 'girlfriend', 20, '', '[]', '', ${hlc}, '', '{}', ${hlc}, '{}', ${hlc}, '[]', '[]', ${hlc}, '', ${hlc}, 1, ${hlc}, 0`;
      tx.run(
        'character',
        sql`INSERT OR IGNORE INTO character (id, name, nickname, gender, age, occupation, hobbies_json, tagline, identity_hlc, backstory, traits_json, persona_hlc, speech_json, speech_hlc, greetings_json, starters_json, greeting_hlc, avatar, look_hlc, relationship_level, relationship_hlc, created_at_ms) VALUES ('c', 'n', ${person})`,
      );
      tx.run(
        'conversation',
        sql`INSERT OR IGNORE INTO conversation (id, character_id, title, title_hlc, leaf_hlc, draft, draft_hlc, pinned, pinned_hlc, archived, archived_hlc, created_at_ms, last_message_at_ms) VALUES ('v', 'c', '', ${hlc}, ${hlc}, '', ${hlc}, 0, ${hlc}, 0, ${hlc}, 0, 0)`,
      );
      tx.run(
        'message',
        sql`INSERT INTO message (id, conversation_id, author, kind, text, state, prompt_tokens, completion_tokens, cost_micro_usd, created_at_ms, created_hlc, state_hlc, depth) VALUES (${`m${messages}`}, 'v', 'character', 'text', 'x', 'complete', ${promptTokens}, 10, ${costMicroUsd}, ${atMs}, ${hlc}, ${hlc}, 0)`,
      );
    });
  };
  const spending = () => fixture.settings.handlers.spending({});

  test('days are those of the wall clock, and today is since its midnight', async () => {
    const midnight = Date.UTC(2026, 10, 21, 15);
    spend(midnight - 1, 5_000);
    spend(midnight, 700);
    spend(EVENING, 30);
    spend(EVENING, null);
    spend(EVENING, null, null);
    const { todayMicroUsd, capMicroUsd, days } = await spending();
    expect(todayMicroUsd).toBe(730);
    expect(capMicroUsd).toBeNull();
    expect(days).toHaveLength(30);
    expect(days.at(-1)).toEqual({ day: '2026-11-22', costMicroUsd: 730, promptTokens: 300, completionTokens: 30 });
    expect(days.at(-2)).toEqual({ day: '2026-11-21', costMicroUsd: 5_000, promptTokens: 100, completionTokens: 10 });
    expect(days[0]).toEqual({ day: '2026-10-24', costMicroUsd: 0, promptTokens: 0, completionTokens: 0 });
  });

  test('an hour that the clock skips or repeats is counted once, and on its day', async () => {
    // Europe/Berlin: summer time ended on 2026-10-25 at 01:00 UTC.
    fixture.offset = (atMs) => (atMs < Date.UTC(2026, 9, 25, 1) ? 120 : 60);
    fixture.nowMs = Date.UTC(2026, 9, 26, 12);
    spend(Date.UTC(2026, 9, 24, 22), 1);
    spend(Date.UTC(2026, 9, 24, 21, 59), 2);
    spend(Date.UTC(2026, 9, 25, 22, 59), 4);
    spend(Date.UTC(2026, 9, 25, 23), 8);
    const { days } = await spending();
    expect(days.slice(-3).map(({ day, costMicroUsd }) => [day, costMicroUsd])).toEqual([
      ['2026-10-24', 2],
      ['2026-10-25', 5],
      ['2026-10-26', 8],
    ]);
  });

  test('the cap is reached when the day has cost as much, and not by another day', async () => {
    await set({ dailyCapCents: 2 });
    spend(EVENING - MS_PER_DAY, 1_000_000);
    spend(EVENING, 19_999);
    expect(fixture.settings.capReached()).toBe(false);
    spend(EVENING, 1);
    expect(fixture.settings.capReached()).toBe(true);
    expect((await spending()).capMicroUsd).toBe(20_000);
    await set({ dailyCapCents: null });
    expect(fixture.settings.capReached()).toBe(false);
  });

  test('a clock set back a day does not give the money back', async () => {
    await set({ dailyCapCents: 1 });
    spend(EVENING, 10_000);
    fixture.nowMs = EVENING - MS_PER_DAY;
    expect(fixture.settings.capReached()).toBe(true);
  });

  test("the day's sum is read from an index", () => {
    const plan = fixture.db.db.read((tx) =>
      tx.all(
        sql`EXPLAIN QUERY PLAN SELECT SUM(cost_micro_usd) FROM message WHERE created_at_ms >= ${0} AND prompt_tokens IS NOT NULL`,
      ),
    );
    expect(JSON.stringify(plan)).toContain('message_spending');
  });
});
