import { generate } from 'otplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#shared/base/assert.ts';
import { openTestCluster, type TestCluster, type TestServer } from '../server-harness.ts';

let cluster: TestCluster;
let server: TestServer;
beforeAll(async () => {
  cluster = await openTestCluster();
  server = await cluster.newServer();
});
afterAll(() => cluster.close());

const device = { name: 'ノート', platform: 'linux' };
const refused = (reason: string) => expect.objectContaining({ name: 'ProblemError', reason });
const MINUTE = 60_000;
const DAY = 86_400_000;

describe('devices', () => {
  test('are listed with names, renamed, and signed out for good', async () => {
    const person = await server.signUp();
    const phone = await server.client.auth.signIn({
      email: person.email,
      password: person.password,
      device: { name: '電話', platform: 'android' },
    });
    if (phone.kind !== 'signed_in') throw new Error('no');
    await person.client.auth.renameDevice({ deviceId: phone.deviceId, name: '古い電話' });
    expect(await person.client.auth.devices({})).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: '古い電話', isThis: false }),
        expect.objectContaining({ name: 'test', isThis: true }),
      ]),
    );
    await person.client.auth.revokeDevice({ deviceId: phone.deviceId });
    await expect
      .poll(() =>
        server
          .clientFor(phone)
          .account.read({})
          .catch((error: { reason: string }) => error.reason),
      )
      .toBe('session_revoked');
    await expect(server.client.auth.refresh({ refreshToken: phone.refreshToken })).rejects.toEqual(
      refused('session_revoked'),
    );
    expect(await person.client.auth.devices({})).toHaveLength(1);
  });

  test('signing out ends this session alone', async () => {
    const person = await server.signUp();
    const other = await server.client.auth.signIn({ email: person.email, password: person.password, device });
    if (other.kind !== 'signed_in') throw new Error('no');
    await server.clientFor(other).auth.signOut({});
    await expect
      .poll(() =>
        server
          .clientFor(other)
          .account.read({})
          .catch((error: { reason: string }) => error.reason),
      )
      .toBe('session_revoked');
    await person.client.account.read({});
  });

  test('a session ended on one server is over on every other', async () => {
    const person = await server.signUp();
    const twin = await cluster.newServer({ database: server.database, clock: server.clock, env: { RUN_JOBS: '0' } });
    await twin.clientFor(person.tokens).account.read({});
    await person.client.auth.signOut({});
    await expect
      .poll(() =>
        twin
          .clientFor(person.tokens)
          .account.read({})
          .catch((error: { reason: string }) => error.reason),
      )
      .toBe('session_revoked');
    await twin.close();
    const later = await cluster.newServer({ database: server.database, clock: server.clock, env: { RUN_JOBS: '0' } });
    await expect(later.clientFor(person.tokens).account.read({})).rejects.toEqual(refused('session_revoked'));
  });

  test('somebody else’s ids, in every field that takes one, are as good as none', async () => {
    const victim = await server.signUp();
    const thief = await server.signUp();
    const { keyId } = await victim.client.auth.createApiKey({ name: 'key', scopes: ['llm.use'] });
    const { deviceId } = victim.tokens;
    await server.query(
      `INSERT INTO passkey VALUES ('01900000-0000-7000-8000-000000000001', $1, 'victims', '\\x00', 0, '{}', 'key', 0)`,
      [victim.accountId],
    );
    const [passkey] = await victim.client.auth.passkeys({});
    const { passkeyId } = present(passkey, 'passkey');
    const attempts = [
      () => thief.client.auth.renameDevice({ deviceId, name: 'mine' }),
      () => thief.client.auth.revokeDevice({ deviceId }),
      () => thief.client.auth.rotateApiKey({ keyId }),
      () => thief.client.auth.revokeApiKey({ keyId }),
      () => thief.client.auth.removePasskey({ passkeyId }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toEqual(refused('not_found'));
    // Coming in as the victim's device makes a device of one's own.
    const entered = await server.client.auth.signIn({
      email: thief.email,
      password: thief.password,
      device: { ...device, deviceId },
    });
    expect(entered).toMatchObject({ kind: 'signed_in', accountId: thief.accountId });
    expect(entered).not.toMatchObject({ deviceId });
    expect(await victim.client.auth.devices({})).toEqual([expect.objectContaining({ deviceId, name: 'test' })]);
    expect(await victim.client.auth.apiKeys({})).toHaveLength(1);
    expect(await victim.client.auth.passkeys({})).toHaveLength(1);
  });
});

describe('passwords', () => {
  test('a reset mail sets a new one, ends every session, and works once, for an hour', async () => {
    const person = await server.signUp();
    await server.mails.next(person.email);
    await server.client.auth.requestReset({ email: person.email });
    const secret = secretIn(await server.mails.next(person.email));
    await expect(server.client.auth.resetPassword({ secret, password: 'password123' })).rejects.toEqual(
      refused('weak_password'),
    );
    await server.client.auth.resetPassword({ secret, password: 'an entirely new one' });
    await expect(server.client.auth.resetPassword({ secret, password: 'an entirely new one' })).rejects.toEqual(
      refused('link_invalid'),
    );
    await expect
      .poll(() => person.client.account.read({}).catch((error: { reason: string }) => error.reason))
      .toBe('session_revoked');
    expect(
      await server.client.auth.signIn({ email: person.email, password: 'an entirely new one', device }),
    ).toMatchObject({ kind: 'signed_in' });

    const clocked = await cluster.newServer();
    const late = await clocked.signUp();
    await clocked.mails.next(late.email);
    await clocked.client.auth.requestReset({ email: late.email });
    const old = secretIn(await clocked.mails.next(late.email));
    clocked.clock.advance(61 * MINUTE);
    await expect(clocked.client.auth.resetPassword({ secret: old, password: 'an entirely new one' })).rejects.toEqual(
      refused('link_invalid'),
    );
  });

  test('asking for an unknown address answers alike and mails nobody', async () => {
    const before = server.mails.all.length;
    expect(await server.client.auth.requestReset({ email: 'nobody@example.test' })).toEqual({});
    await expect
      .poll(async () => (await server.query('SELECT count(*)::int AS n FROM graphile_worker.jobs'))[0])
      .toEqual({ n: 0 });
    expect(server.mails.all.length).toBe(before);
  });

  test('changing it ends the other sessions and keeps this one', async () => {
    const person = await server.signUp();
    const other = await server.client.auth.signIn({ email: person.email, password: person.password, device });
    if (other.kind !== 'signed_in') throw new Error('no');
    await expect(
      person.client.auth.changePassword({ current: 'not this one', next: 'an entirely new one' }),
    ).rejects.toEqual(refused('wrong_credentials'));
    await person.client.auth.changePassword({ current: person.password, next: 'an entirely new one' });
    await expect
      .poll(() =>
        server
          .clientFor(other)
          .account.read({})
          .catch((error: { reason: string }) => error.reason),
      )
      .toBe('session_revoked');
    await person.client.account.read({});
  });

  test('rest as argon2id alone', async () => {
    const rows = await server.query('SELECT password_hash FROM credential');
    for (const row of rows) expect(row['password_hash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

describe('the second factor', () => {
  test('asks for a code once it is confirmed; a code works once, a recovery code too', async () => {
    const clocked = await cluster.newServer();
    const { client, email, password } = await clocked.signUp();
    const codeNow = (secret: string) => generate({ secret, epoch: Math.floor(clocked.clock() / 1000) });
    const { secret, uri } = await client.auth.beginTotp({ password });
    expect(uri).toContain('otpauth://totp/Tomoshibi:');
    expect(await clocked.client.auth.signIn({ email, password, device })).toMatchObject({ kind: 'signed_in' });
    await expect(client.auth.confirmTotp({ code: '000000' })).rejects.toEqual(refused('wrong_credentials'));
    const { recoveryCodes } = await client.auth.confirmTotp({ code: await codeNow(secret) });
    expect(recoveryCodes).toHaveLength(10);
    expect(await client.account.read({})).toMatchObject({ hasTotp: true });

    expect(await clocked.client.auth.signIn({ email, password, device })).toEqual({ kind: 'code_needed' });
    const used = await codeNow(secret);
    await expect(clocked.client.auth.signIn({ email, password, code: used, device })).rejects.toEqual(
      refused('wrong_credentials'),
    );
    clocked.clock.advance(30_000);
    const code = await codeNow(secret);
    const both = await Promise.allSettled(
      [1, 2].map(() => clocked.client.auth.signIn({ email, password, code, device })),
    );
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);

    const recovery = present(recoveryCodes[0], 'a code');
    expect(await clocked.client.auth.signIn({ email, password, code: recovery.toUpperCase(), device })).toMatchObject({
      kind: 'signed_in',
    });
    await expect(clocked.client.auth.signIn({ email, password, code: recovery, device })).rejects.toEqual(
      refused('wrong_credentials'),
    );
    const rows = await clocked.query(
      `SELECT encode(totp_secret, 'escape') AS sealed FROM credential WHERE totp_secret IS NOT NULL`,
    );
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  test('is turned off by password and code', async () => {
    const clocked = await cluster.newServer();
    const { client, email, password } = await clocked.signUp();
    const { secret } = await client.auth.beginTotp({ password });
    await client.auth.confirmTotp({ code: await generate({ secret, epoch: Math.floor(clocked.clock() / 1000) }) });
    await expect(client.auth.beginTotp({ password })).rejects.toEqual(refused('conflict'));
    await expect(client.auth.removeTotp({ password, code: '123456' })).rejects.toEqual(refused('wrong_credentials'));
    clocked.clock.advance(60_000);
    await client.auth.removeTotp({
      password,
      code: await generate({ secret, epoch: Math.floor(clocked.clock() / 1000) }),
    });
    expect(await clocked.client.auth.signIn({ email, password, device })).toMatchObject({ kind: 'signed_in' });
  });
});

describe('API keys', () => {
  test('act within their scopes, until rotated, revoked or expired; only hashes are kept', async () => {
    const clocked = await cluster.newServer();
    const { client } = await clocked.signUp();
    const { key, keyId } = await client.auth.createApiKey({
      name: '外部',
      scopes: ['account.read'],
      expiresInDays: 30,
    });
    const read = async (secret: string) =>
      (await clocked.app.inject({ url: '/v1/account', headers: { authorization: `Bearer ${secret}` } })).statusCode;
    expect(await read(key)).toBe(200);
    const beyond = {
      method: 'PATCH',
      url: '/v1/account',
      headers: { authorization: `Bearer ${key}` },
      payload: { displayName: 'x' },
    } as const;
    expect((await clocked.app.inject(beyond)).statusCode).toBe(403);
    expect(
      (await clocked.app.inject({ url: '/v1/auth/api-keys', headers: { authorization: `Bearer ${key}` } })).statusCode,
    ).toBe(403);
    const rows = await clocked.query(`SELECT row_to_json(k)::text AS row FROM api_key k`);
    expect(JSON.stringify(rows)).not.toContain(key);

    const rotated = await client.auth.rotateApiKey({ keyId });
    await expect.poll(() => read(key)).toBe(401);
    expect(await read(rotated.key)).toBe(200);
    clocked.clock.advance(30 * DAY + 1);
    expect(await read(rotated.key)).toBe(401);
  });

  test('revoking one ends it at once, though it was cached', async () => {
    const { client } = await server.signUp();
    const { key, keyId } = await client.auth.createApiKey({ name: 'key', scopes: ['account.read'] });
    const read = async () =>
      (await server.app.inject({ url: '/v1/account', headers: { authorization: `Bearer ${key}` } })).statusCode;
    expect(await read()).toBe(200);
    await client.auth.revokeApiKey({ keyId });
    await expect.poll(read).toBe(401);
  });
});

function secretIn({ text }: { readonly text: string }): string {
  return present(/secret=([\w-]+)/.exec(text)?.[1], 'the secret in the mail');
}
