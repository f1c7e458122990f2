import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PORT, defaultDataDir, parseFlags, UsageError } from './flags.ts';

const HOME = { HOME: '/home/aki' };

describe('flags', () => {
  test('nothing said: the usual port, the usual folder, a browser, a server of one’s own', () => {
    expect(parseFlags([], HOME, 'linux')).toEqual({
      help: false,
      port: DEFAULT_PORT,
      portNamed: false,
      dataDir: '/home/aki/.local/share/tomoshibi',
      openBrowser: true,
      ownServer: true,
      serverUrl: null,
      passphraseFile: null,
      token: null,
    });
  });

  test('the command line says all, and has the last word over the environment', () => {
    const args = [
      '--headless',
      '--port',
      '0',
      '--data',
      'here',
      '--no-open',
      '--server',
      'https://sync.example/x',
      '--passphrase-file',
      'p',
    ];
    const env = {
      ...HOME,
      TOMOSHIBI_PORT: '1',
      TOMOSHIBI_DATA: '/d',
      TOMOSHIBI_SERVER: 'https://other.example',
      TOMOSHIBI_PASSPHRASE_FILE: 'q',
    };
    expect(parseFlags(args, env, 'linux')).toEqual({
      help: false,
      port: 0,
      portNamed: true,
      dataDir: path.resolve('here'),
      openBrowser: false,
      ownServer: false,
      serverUrl: 'https://sync.example',
      passphraseFile: 'p',
      token: null,
    });
    expect(parseFlags([], { ...env, TOMOSHIBI_NO_OPEN: '1' }, 'linux')).toMatchObject({
      port: 1,
      portNamed: true,
      dataDir: '/d',
      openBrowser: false,
      serverUrl: 'https://other.example',
      passphraseFile: 'q',
    });
    expect(parseFlags(['--no-server'], env, 'linux')).toMatchObject({ serverUrl: null, ownServer: false });
    expect(parseFlags([], { ...HOME, TOMOSHIBI_NO_SERVER: '1' }, 'linux').ownServer).toBe(false);
  });

  test.each([
    ['--port', 'eighty'],
    ['--port', '65536'],
    ['--port', '-1'],
    ['--port', '1e3'],
    ['--port'],
    ['--server', 'http://sync.example'],
    ['--server', 'sync.example'],
    ['--colour'],
    ['stray'],
  ])('%s %s is refused', (...args) => {
    expect(() => parseFlags(args, HOME, 'linux')).toThrow(UsageError);
  });

  test('a token of one’s own must be as good as ours', () => {
    expect(parseFlags([], { ...HOME, TOMOSHIBI_TOKEN: 'a'.repeat(43) }, 'linux').token).toBe('a'.repeat(43));
    for (const token of ['secret', 'a'.repeat(42), `${'a'.repeat(43)} `]) {
      expect(() => parseFlags([], { ...HOME, TOMOSHIBI_TOKEN: token }, 'linux')).toThrow(UsageError);
    }
  });

  test('each system has its own folder', () => {
    expect(defaultDataDir({ ...HOME, XDG_DATA_HOME: '/data' }, 'linux')).toBe('/data/tomoshibi');
    expect(defaultDataDir({ ...HOME, XDG_DATA_HOME: 'relative' }, 'linux')).toBe('/home/aki/.local/share/tomoshibi');
    expect(defaultDataDir(HOME, 'darwin')).toBe('/home/aki/Library/Application Support/Tomoshibi');
    expect(defaultDataDir({ APPDATA: 'C:\\Users\\aki\\AppData\\Roaming' }, 'win32')).toBe(
      'C:\\Users\\aki\\AppData\\Roaming\\Tomoshibi',
    );
    expect(defaultDataDir({ USERPROFILE: 'C:\\Users\\aki' }, 'win32')).toBe(
      'C:\\Users\\aki\\AppData\\Roaming\\Tomoshibi',
    );
  });
});
