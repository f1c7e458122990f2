import { execFile } from 'node:child_process';
import os from 'node:os';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whom PostgreSQL runs as. It refuses to run as root. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** Null: as ourselves. For root: the user `postgres`, made when missing, or `nobody` where users cannot be made. */
export async function findPostgresUser(): Promise<RunAs | null> {
  if (process.platform === 'win32' || os.userInfo().uid !== 0) return null;
  const known = await idsOf('postgres');
  if (known) return known;
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  } catch {
    // No useradd, or /etc cannot be written: a container, as a rule.
  }
  const found = (await idsOf('postgres')) ?? (await idsOf('nobody'));
  if (!found) throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody"');
  return found;
}

async function idsOf(name: string): Promise<RunAs | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}
