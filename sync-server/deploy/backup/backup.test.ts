import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const HERE = import.meta.dirname;
const HOUR_MS = 3_600_000;

let dir: string;
let backups: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-backup-'));
  backups = path.join(dir, 'backups');
  await mkdir(backups);
  await mkdir(path.join(dir, 'bin'));
  // PostgreSQL's own programs are not in the embedded package: stand-ins that do what their names say, or fail.
  await program(
    'pg_dump',
    `for each; do [[ "$each" == --file=* ]] && echo "a dump of $PGDATABASE" >"\${each#--file=}"; done`,
  );
  await program('pg_restore', 'true');
  await program('psql', `printf '%s\\n' "$@" >>"${path.join(dir, 'psql.log')}"`);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('backup.sh', () => {
  test('leaves a whole dump and its sum', async () => {
    const { stdout } = await script('backup.sh');
    const name = stdout.trim();
    expect(name).toMatch(/^tomoshibi-\d{8}T\d{6}Z\.dump$/);
    expect(await dumps()).toEqual([name]);
    expect(await readFile(path.join(backups, name), 'utf8')).toBe('a dump of tomoshibi\n');
    await run('sha256sum', ['--check', `${name}.sha256`], { cwd: backups });
    expect((await readdir(backups)).filter((each) => each.endsWith('.partial'))).toEqual([]);
  });

  test.each([
    ['pg_dump', 'echo half >"$BACKUP_DIR"/half; exit 1'],
    ['pg_dump', `for each; do [[ "$each" == --file=* ]] && echo half >"\${each#--file=}"; done; exit 1`],
    ['pg_restore', 'exit 1'],
  ])('takes nothing away when %s fails', async (name, text) => {
    const old = await plant('20200101', '20200102', '20200103');
    await program(name, text);
    await expect(script('backup.sh', [], { BACKUP_KEEP_DAYS: '1', BACKUP_KEEP_MONTHS: '0' })).rejects.toThrow();
    expect(await dumps()).toEqual(old);
    expect((await readdir(backups)).filter((each) => each.endsWith('.partial'))).toEqual([]);
  });

  test('keeps the newest days, and of what is older the newest of each month', async () => {
    await plant('20200130', '20200131', '20200229', '20200330', '20200331', '20200401', '20200402');
    const { stdout } = await script('backup.sh', [], { BACKUP_KEEP_DAYS: '2', BACKUP_KEEP_MONTHS: '3' });
    // Two days (the new one, and 2 April), then April, March, February.
    expect(await dumps()).toEqual([...['20200229', '20200331', '20200401', '20200402'].map(dumpOf), stdout.trim()]);
    expect((await readdir(backups)).filter((each) => each.endsWith('.sha256'))).toHaveLength(5);
  });

  test('leaves the files of others alone', async () => {
    await writeFile(path.join(backups, 'notes.dump'), '');
    await writeFile(path.join(backups, 'other-20200101T031500Z.dump'), '');
    await script('backup.sh', [], { BACKUP_KEEP_DAYS: '1', BACKUP_KEEP_MONTHS: '0' });
    expect(await readdir(backups)).toEqual(expect.arrayContaining(['notes.dump', 'other-20200101T031500Z.dump']));
  });
});

describe('is-recent.sh', () => {
  test.each([
    [25, true],
    [27, false],
  ])('a backup %i hours old: %s', async (hours, isRecent) => {
    const [name = ''] = await plant('20200101');
    const at = new Date(Date.now() - hours * HOUR_MS);
    await utimes(path.join(backups, name), at, at);
    const answer = script('is-recent.sh').then(
      () => true,
      () => false,
    );
    expect(await answer).toBe(isRecent);
  });

  test('none at all is not recent', async () => {
    await expect(script('is-recent.sh')).rejects.toThrow();
  });
});

describe('nightly.sh', () => {
  test('waits until the next such time, at most a day', async () => {
    for (const at of ['00:00', '03:15', '12:08', '23:59']) {
      const before = Date.now();
      const wait = Number((await script('nightly.sh', ['--wait'], { BACKUP_AT: at })).stdout);
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(86_400);
      const [hour, minute] = at.split(':').map(Number);
      const due = new Date(before);
      due.setUTCHours(hour ?? 0, minute, 0, 0);
      const seconds = (due.getTime() - before) / 1000;
      const expected = seconds > 0 ? seconds : seconds + 86_400;
      expect(Math.abs(wait - expected) % 86_400).toBeLessThan(20);
    }
  });

  test('refuses a time that is none', async () => {
    await expect(script('nightly.sh', ['--wait'], { BACKUP_AT: '25:00' })).rejects.toThrow('HH:MM');
  });
});

describe('restore-dump.sh', () => {
  const statements = async (): Promise<string> => readFile(path.join(dir, 'psql.log'), 'utf8').catch(() => '');

  test('restores the newest beside the database, then changes their names together', async () => {
    await script('backup.sh');
    await program('pg_restore', `printf '%s\\n' "$@" >>"${path.join(dir, 'psql.log')}"`);
    const { stdout } = await script('restore-dump.sh', ['latest']);
    expect(stdout).toContain(`restored ${(await dumps()).at(-1)}`);
    const order = (await statements()).match(
      /CREATE DATABASE|--single-transaction|drop_replication_slot|RENAME TO \w+/g,
    );
    expect(order?.map((each) => each.replace(/\d{8}_\d{6}/, '…'))).toEqual([
      'CREATE DATABASE',
      '--single-transaction',
      'drop_replication_slot',
      '--single-transaction',
      'RENAME TO tomoshibi_before_…',
      'RENAME TO tomoshibi',
    ]);
  });

  test('leaves the database as it is when the backup cannot be restored', async () => {
    await script('backup.sh');
    await program('pg_restore', 'exit 1');
    await expect(script('restore-dump.sh', ['latest'])).rejects.toThrow('the database is as it was');
    const done = await statements();
    expect(done).toMatch(/DROP DATABASE tomoshibi_incoming_/);
    expect(done).not.toContain('RENAME');
  });

  test('touches nothing for a backup that is damaged, or that is not there', async () => {
    const name = (await script('backup.sh')).stdout.trim();
    await writeFile(path.join(backups, name), 'something else');
    await expect(script('restore-dump.sh', [name])).rejects.toThrow();
    await expect(script('restore-dump.sh', ['no.dump'])).rejects.toThrow('there is no backup');
    expect(await statements()).toBe('');
  });
});

async function program(name: string, text: string): Promise<void> {
  await writeFile(path.join(dir, 'bin', name), `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
}

function script(name: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  return run('bash', [path.join(HERE, name), ...args], {
    env: {
      PATH: `${path.join(dir, 'bin')}:${process.env['PATH'] ?? ''}`,
      PGDATABASE: 'tomoshibi',
      BACKUP_DIR: backups,
      BACKUP_AT: '03:15',
      BACKUP_KEEP_DAYS: '14',
      BACKUP_KEEP_MONTHS: '6',
      ...env,
    },
  });
}

function dumpOf(day: string): string {
  return `tomoshibi-${day}T031500Z.dump`;
}

async function plant(...days: string[]): Promise<string[]> {
  const names = days.map(dumpOf);
  for (const name of names) {
    await writeFile(path.join(backups, name), '');
    await writeFile(path.join(backups, `${name}.sha256`), '');
  }
  return names;
}

async function dumps(): Promise<string[]> {
  return (await readdir(backups)).filter((name) => /^tomoshibi-.*\.dump$/.test(name)).sort();
}
