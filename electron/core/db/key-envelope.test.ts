import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyId, readEnvelope, sealKey, unsealKey, writeEnvelope, type Envelope } from './key-envelope.ts';

const CHEAP = { n: 1024, r: 8, p: 1 };

describe('a sealed key', () => {
  it('opens with its passphrase, however its characters were typed, and with no other', async () => {
    const key = randomBytes(32);
    const sealed = await sealKey(key, 'ガラスの café', CHEAP);
    expect(Buffer.from((await unsealKey(sealed, 'ガラスの café')) ?? [])).toEqual(key);
    expect(Buffer.from((await unsealKey(sealed, 'ｶﾞﾗｽの cafe\u0301')) ?? [])).toEqual(key);
    expect(await unsealKey(sealed, 'ガラスの Café')).toBeUndefined();
    expect(await unsealKey(sealed, '')).toBeUndefined();
    expect(await unsealKey({ ...sealed, tag: '00'.repeat(16) }, 'ガラスの café')).toBeUndefined();
  });

  it('is sealed anew each time, and tells nothing of the key', async () => {
    const key = randomBytes(32);
    const [one, two] = await Promise.all([sealKey(key, 'same', CHEAP), sealKey(key, 'same', CHEAP)]);
    expect(one.salt).not.toBe(two.salt);
    expect(one.sealed).not.toBe(two.sealed);
    expect(JSON.stringify(one)).not.toContain(key.toString('hex'));
    expect(keyId(key)).toHaveLength(32);
    expect(key.toString('hex')).not.toContain(keyId(key));
  });

  it('costs as much as it should by default', async () => {
    expect(await sealKey(randomBytes(32), 'passphrase')).toMatchObject({ n: 131_072, r: 8, p: 1 });
  });
});

describe('vault.json', () => {
  let folder: string;
  let files: string[];
  const value: Envelope = { version: 1, revision: 1, state: 'made', keyId: 'ab'.repeat(16), passphrase: null };
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(tmpdir(), 'envelope-'));
    files = [path.join(folder, 'one.json'), path.join(folder, 'two.json')];
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('is the newer of its copies', () => {
    writeEnvelope(files, value);
    writeEnvelope(files.slice(1), { ...value, revision: 2, state: 'creating' });
    expect(readEnvelope(files)).toMatchObject({ revision: 2, state: 'creating' });
  });

  it.each(['', '{', '[]', '{"version":2}', JSON.stringify({ ...value, keyId: 'short' }), 'x'.repeat(100_000)])(
    'is absent when it reads %j',
    (text) => {
      for (const file of files) fs.writeFileSync(file, text);
      expect(readEnvelope(files)).toBeUndefined();
    },
  );

  it('does not let a forged cost exhaust the machine', () => {
    const passphrase = {
      kdf: 'scrypt',
      n: 1 << 30,
      r: 8,
      p: 1,
      salt: '00'.repeat(16),
      nonce: '00'.repeat(12),
      sealed: '00'.repeat(32),
      tag: '00'.repeat(16),
    };
    for (const file of files) fs.writeFileSync(file, JSON.stringify({ ...value, passphrase }));
    expect(readEnvelope(files)).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('is readable by its owner only', () => {
    writeEnvelope(files, value);
    expect(files.map((file) => fs.statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
  });
});
