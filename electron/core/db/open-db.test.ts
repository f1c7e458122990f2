import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseHlc } from '#shared/base/time.ts';
import type { Entity } from '#shared/entities.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { WriteTx } from './db.ts';
import { sql } from './sql.ts';
import { makeTestFolder, readNotes, writeNote, type TestFolder } from './vault-harness.ts';
import type { Vault } from './vault.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let test: TestFolder;
let vault: Vault;

beforeEach(async () => {
  test = makeTestFolder();
  vault = await test.open();
});
afterEach(() => test.remove());

const putNote = (tx: WriteTx, key: string, value = '"x"') =>
  tx.run(
    'setting',
    sql`INSERT INTO setting (key, value_json, scope, updated_hlc) VALUES (${key}, ${value}, 'device', '')`,
  );

describe('write', () => {
  it('is all or nothing', () => {
    expect(() =>
      vault.db.write((tx) => {
        putNote(tx, 'a');
        throw new Error('second thoughts');
      }),
    ).toThrow('second thoughts');
    expect(readNotes(vault)).toEqual({});
    writeNote(vault, 'b');
    expect(readNotes(vault)).toEqual({ b: 'a note' });
  });

  it('refuses a promise, and writes nothing of it', () => {
    const asynchronous = (async (tx: WriteTx) => {
      putNote(tx, 'a');
      await Promise.resolve();
    }) as (tx: WriteTx) => never;
    expect(() => vault.db.write(asynchronous)).toThrow('promise');
    expect(readNotes(vault)).toEqual({});
  });

  it('refuses to be nested, and reading past the transaction', () => {
    expect(() => vault.db.write(() => vault.db.write(() => 1))).toThrow('write inside a write');
    expect(() => vault.db.write(() => vault.db.read(() => 1))).toThrow('read inside a write');
    expect(vault.db.write(() => 1)).toBe(1);
  });

  it('refuses a statement whose table is not the one it is named for', () => {
    expect(() => vault.db.write((tx) => tx.run('character', sql`DELETE FROM setting`))).toThrow('writes setting');
    expect(() => vault.db.write((tx) => tx.run('setting', sql`SELECT 1`))).toThrow('writes nothing');
    expect(() => vault.db.write((tx) => tx.runDerived(sql`UPDATE setting SET scope = 'device'`))).toThrow(
      'name it with run',
    );
    expect(() => vault.db.write((tx) => tx.runDerived(sql`UPDATE OR IGNORE "setting" SET scope = 'device'`))).toThrow(
      'name it',
    );
  });

  it('refuses to write through a read', () => {
    expect(() => vault.db.read((tx) => tx.all(sql`DELETE FROM setting RETURNING key`))).toThrow('reads writes');
  });

  it('tells once, after the commit, which entities changed', () => {
    const heard: { entities: readonly Entity[]; notes: number }[] = [];
    vault.db.onChanged((entities) => heard.push({ entities, notes: Object.keys(readNotes(vault)).length }));
    vault.db.write((tx) => {
      putNote(tx, 'a');
      putNote(tx, 'b');
      tx.run('read_mark', sql`DELETE FROM read_mark WHERE conversation_id = 'none'`);
    });
    expect(heard).toEqual([{ entities: ['setting'], notes: 2 }]);
    expect(() => vault.db.write((tx) => putNote(tx, 'a'))).toThrow('UNIQUE');
    vault.db.write((tx) => tx.get(sql`SELECT 1 AS one`));
    expect(heard).toHaveLength(1);
  });

  it('keeps its commit and its other listeners when a listener throws', () => {
    const heard: string[] = [];
    vault.db.onChanged(() => {
      throw new Error('a bug in a view');
    });
    const stop = vault.db.onChanged(() => heard.push('second'));
    writeNote(vault, 'a');
    expect(readNotes(vault)).toEqual({ a: 'a note' });
    stop();
    writeNote(vault, 'b');
    expect(heard).toEqual(['second']);
    expect(test.logged).toContainEqual(['error', 'data_listener_threw', { error: 'Error' }]);
  });
});

describe('the outbox', () => {
  const note = () => vault.db.write((tx) => tx.noteChange('setting', 'row', ['value_json'], tx.hlc()));
  const outbox = () =>
    vault.db.read((tx) => tx.all(sql`SELECT entity, row_id, columns_json, hlc, mutation_id FROM outbox ORDER BY seq`));

  it('stays empty until an account is linked', () => {
    note();
    expect(outbox()).toEqual([]);
    vault.db.write((tx) => tx.runDerived(sql`INSERT INTO local_state (key, value) VALUES ('account_id', 'someone')`));
    note();
    note();
    const rows = outbox();
    expect(rows.map((row) => [row['entity'], row['row_id'], row['columns_json']])).toEqual([
      ['setting', 'row', '["value_json"]'],
      ['setting', 'row', '["value_json"]'],
    ]);
    expect(new Set(rows.map((row) => row['mutation_id'])).size).toBe(2);
    expect(String(rows[0]?.['hlc']) < String(rows[1]?.['hlc'])).toBe(true);
  });

  it('loses its note with the transaction', () => {
    vault.db.write((tx) => tx.runDerived(sql`INSERT INTO local_state (key, value) VALUES ('account_id', 'someone')`));
    expect(() =>
      vault.db.write((tx) => {
        tx.noteChange('setting', 'row', ['value_json'], tx.hlc());
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(outbox()).toEqual([]);
  });
});

describe('the clock', () => {
  const stamp = (from: Vault) => from.db.write((tx) => tx.hlc());

  it('keeps its order over a restart with the wall clock a day back, and says so until it has caught up', async () => {
    const before = stamp(vault);
    await vault.close();
    test.nowMs -= 86_400_000;
    vault = await test.open();
    expect(vault.problems.list()).toEqual([{ kind: 'clock_set_back', sinceMs: test.nowMs }]);
    const after = stamp(vault);
    expect(after > before).toBe(true);
    expect(parseHlc(after).deviceId).toBe(parseHlc(before).deviceId);
    test.nowMs += 86_400_000;
    expect(stamp(vault) > after).toBe(true);
    expect(vault.problems.list()).toEqual([]);
  });

  it('keeps its order when the clock is set back while running', () => {
    const before = stamp(vault);
    test.nowMs -= 3_600_000;
    expect(stamp(vault) > before).toBe(true);
    expect(vault.problems.list().map((problem) => problem.kind)).toEqual(['clock_set_back']);
  });
});

describe('a full disk', () => {
  it('rolls back, is a problem the person is told of, and settles itself', () => {
    const limit = (pages: number) =>
      vault.db.read((tx) => tx.all({ text: `PRAGMA max_page_count = ${pages}`, values: [] }));
    writeNote(vault, 'before');
    limit(1);
    const big = 'x'.repeat(200_000);
    let failure: unknown;
    try {
      writeNote(vault, 'big', big);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ code: 'unavailable', reason: 'disk_full' });
    expect(vault.problems.list().map((problem) => problem.kind)).toEqual(['disk_full']);
    expect(readNotes(vault)).toEqual({ before: 'a note' });
    limit(1_000_000);
    writeNote(vault, 'after');
    expect(vault.problems.list()).toEqual([]);
    expect(readNotes(vault)).toEqual({ after: 'a note', before: 'a note' });
  });
});

describe('readAside', () => {
  it('reads what was committed a moment ago, on another thread', async () => {
    for (let round = 0; round < 20; round++) {
      writeNote(vault, `key ${round}`);
      const [row] = await vault.db.readAside(sql`SELECT count(*) AS count FROM setting`);
      expect(row).toEqual({ count: round + 1 });
    }
  });

  it('refuses to write, and goes on afterwards', async () => {
    await expect(vault.db.readAside(sql`DELETE FROM setting RETURNING key`)).rejects.toThrow('reads writes');
    await expect(vault.db.readAside(sql`SELECT broken`)).rejects.toThrow('broken');
    await expect(vault.db.readAside(sql`SELECT ${1n} AS one`)).resolves.toEqual([{ one: 1 }]);
  });

  it('holds up neither writes nor closing while a query runs away', async () => {
    const endless = vault.db.readAside(
      sql`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000000) SELECT max(i) FROM n`,
    );
    const outcome = endless.catch((error: unknown) => error);
    writeNote(vault, 'meanwhile');
    expect(readNotes(vault)).toEqual({ meanwhile: 'a note' });
    const before = performance.now();
    await vault.close();
    expect(performance.now() - before).toBeLessThan(2000);
    expect(await outcome).toMatchObject({ code: 'unavailable', reason: 'vault_closed' });
  });
});
