import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { TOKEN_PATTERN } from '#shared/host/socket-door.ts';

/** What a person may say on the command line, or by environment where it says nothing. */
export interface Flags {
  readonly help: boolean;
  /** 0: any free port. */
  readonly port: number;
  /** The person named the port: no other will do. */
  readonly portNamed: boolean;
  readonly dataDir: string;
  readonly openBrowser: boolean;
  /** The sync server of somebody else; null: none. */
  readonly serverUrl: string | null;
  /** Whether a server of one's own runs beside the app: unless another is named, or none is wanted. */
  readonly ownServer: boolean;
  readonly passphraseFile: string | null;
  /** What pages must know, when it is not to change with every start. */
  readonly token: string | null;
}

/** A command line that cannot be followed; `message` is for the person. */
export class UsageError extends Error {}

export const DEFAULT_PORT = 17_450;

export const USAGE = `Usage: npm start -- [options]

  --port N               listen on this port (TOMOSHIBI_PORT); without it ${DEFAULT_PORT} or the next free one
  --data DIR             where everything is kept (TOMOSHIBI_DATA)
  --no-open              do not open a browser (TOMOSHIBI_NO_OPEN=1)
  --server URL           the sync server (TOMOSHIBI_SERVER); without it one of your own starts, with its database, under DIR
  --no-server            neither (TOMOSHIBI_NO_SERVER=1)
  --passphrase-file F    unlock with the passphrase in this file; set on a file that has none (TOMOSHIBI_PASSPHRASE_FILE)
  --headless             this host; understood so that the same line works everywhere

TOMOSHIBI_TOKEN keeps one token for every start (43 or more of A-Z a-z 0-9 _ -), so that a bookmark goes on working.
`;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a command line. Throws UsageError. */
export function parseFlags(
  args: readonly string[],
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Flags {
  const { values } = parse(args);
  const portText = values.port ?? env['TOMOSHIBI_PORT'];
  const serverUrl = values['no-server'] ? null : (values.server ?? env['TOMOSHIBI_SERVER'] ?? null);
  return {
    help: values.help,
    port: portText === undefined ? DEFAULT_PORT : parsePort(portText),
    portNamed: portText !== undefined,
    dataDir: path.resolve(values.data ?? env['TOMOSHIBI_DATA'] ?? defaultDataDir(env, platform)),
    openBrowser: !values['no-open'] && !env['TOMOSHIBI_NO_OPEN'],
    ownServer: !values['no-server'] && !env['TOMOSHIBI_NO_SERVER'] && serverUrl === null,
    serverUrl: serverUrl === null ? null : parseServerUrl(serverUrl),
    token: parseToken(env['TOMOSHIBI_TOKEN']),
    passphraseFile: values['passphrase-file'] ?? env['TOMOSHIBI_PASSPHRASE_FILE'] ?? null,
  };
}

/** Where each system keeps a program's data for one person. */
export function defaultDataDir(env: Environment, platform: NodeJS.Platform): string {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? os.homedir();
  if (platform === 'win32')
    return path.win32.join(env['APPDATA'] ?? path.win32.join(home, 'AppData', 'Roaming'), 'Tomoshibi');
  if (platform === 'darwin') return path.posix.join(home, 'Library', 'Application Support', 'Tomoshibi');
  return path.posix.join(absolute(env['XDG_DATA_HOME']) ?? path.posix.join(home, '.local', 'share'), 'tomoshibi');
}

/** The XDG specification says that a relative path is to be ignored. */
function absolute(folder: string | undefined): string | null {
  return folder !== undefined && path.posix.isAbsolute(folder) ? folder : null;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', default: false, short: 'h' },
        headless: { type: 'boolean', default: false },
        port: { type: 'string' },
        data: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        server: { type: 'string' },
        'no-server': { type: 'boolean', default: false },
        'passphrase-file': { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new UsageError(`--port: "${text}" is not a port (0 to 65535)`);
  return port;
}

function parseToken(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (!TOKEN_PATTERN.test(text)) throw new UsageError('TOMOSHIBI_TOKEN: 43 to 128 of A-Z a-z 0-9 _ - are needed');
  return text;
}

function parseServerUrl(text: string): string {
  const url = URL.parse(text);
  const local = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost';
  if (url?.protocol === 'https:' || (local && url?.protocol === 'http:')) return url.origin;
  throw new UsageError(`--server: "${text}" is not an https address`);
}
