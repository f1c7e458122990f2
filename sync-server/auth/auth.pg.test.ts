import { decodeJwt, decodeProtectedHeader } from 'jose';
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

describe('registering', () => {
  test.each([
    ['short', 'too_short'],
    ['password2024!', 'too_common'],
    ['P@ssw0rd!!!!', 'too_common'],
    ['aaaaaaaaaaaa', 'too_common'],
    ['1234567890123', 'too_common'],
    ['hanako.yamada1', 'like_email'],
  ])('%s is refused: %s', async (password, fault) => {
    await expect(
      server.client.auth.register({ email: 'hanako.yamada@example.test', password, locale: 'ja' }),
    ).rejects.toMatchObject({ reason: 'weak_password', detail: fault });
  });

  test('an address in any case is one address', async () => {
    await server.client.auth.register({ email: 'Case@example.test', password: 'the harbour at night', locale: 'en' });
    await server.query(`UPDATE account SET email_verified_at_ms = 1 WHERE email = 'Case@example.test'`);
    await expect(
      server.client.auth.register({ email: 'case@EXAMPLE.test', password: 'another harbour 77', locale: 'en' }),
    ).rejects.toEqual(refused('email_taken'));
    expect(
      await server.client.auth.signIn({ email: 'CASE@example.test', password: 'the harbour at night', device }),
    ).toMatchObject({ kind: 'signed_in' });
  });

  test('where addresses must be confirmed, the answer never tells who has an account, and nobody enters unconfirmed', async () => {
    const strict = await cluster.newServer({ env: { REQUIRE_VERIFIED_EMAIL: '1' } });
    const email = 'new@example.test';
    const person = { email, password: 'the harbour at night', locale: 'en' } as const;
    expect(await strict.client.auth.register(person)).toEqual({ kind: 'check_mail' });
    await expect(strict.client.auth.signIn({ email, password: person.password, device })).rejects.toMatchObject({
      reason: 'forbidden',
      detail: 'email_unverified',
    });
    const first = secretIn(await strict.mails.next(email));
    expect(await strict.client.auth.register({ ...person, password: 'a quieter harbour' })).toEqual({
      kind: 'check_mail',
    });
    const second = secretIn(await strict.mails.next(email));
    await expect(strict.client.auth.verifyEmail({ secret: first })).rejects.toEqual(refused('link_invalid'));
    await strict.client.auth.verifyEmail({ secret: second });
    await expect(strict.client.auth.verifyEmail({ secret: second })).rejects.toEqual(refused('link_invalid'));
    expect(await strict.client.auth.signIn({ email, password: 'a quieter harbour', device })).toMatchObject({
      kind: 'signed_in',
    });
    expect(await strict.client.auth.register(person)).toEqual({ kind: 'check_mail' });
    expect((await strict.mails.next(email)).subject).toContain('already have an account');
  });
});

describe('signing in', () => {
  test('a wrong password and an unknown address get the same answer', async () => {
    const { email } = await server.signUp();
    const answer = async (address: string) => {
      const response = await server.app.inject({
        method: 'POST',
        url: '/v1/auth/sign-in',
        payload: { email: address, password: 'not the password', device },
      });
      return [response.statusCode, { ...response.json<object>(), requestId: '' }];
    };
    expect(await answer(email)).toEqual(await answer('nobody@example.test'));
  });

  test('they take the same time', async () => {
    const { email } = await server.signUp();
    const timeOf = async (address: string) => {
      const times: number[] = [];
      for (let index = 0; index < 7; index += 1) {
        const begin = performance.now();
        await server.client.auth
          .signIn({ email: address.replace('@', `+${index}@`), password: 'not the password', device })
          .catch(() => undefined);
        times.push(performance.now() - begin);
      }
      return present(times.sort((a, b) => a - b)[3], 'the median');
    };
    await server.query('UPDATE account SET email = $2 WHERE email = $1', [email, email.replace('@', '+0@')]);
    const known = await timeOf(email);
    const unknown = await timeOf('nobody@example.test');
    // A missing argon2 would show as a factor of ten.
    expect(unknown / known).toBeGreaterThan(0.4);
    expect(unknown / known).toBeLessThan(2.5);
  });

  test('guessing is slow, for one address from many places too', async () => {
    const { email, password } = await server.signUp();
    for (let attempt = 0; attempt < 9; attempt += 1)
      await expect(server.client.auth.signIn({ email, password: `guess number ${attempt}`, device })).rejects.toEqual(
        refused('wrong_credentials'),
      );
    await expect(server.client.auth.signIn({ email, password, device })).rejects.toMatchObject({
      reason: 'rate_limited',
      retryAfterSeconds: expect.any(Number),
    });
  });
});

describe('access tokens', () => {
  test('are EdDSA JWTs of 15 minutes that the published keys verify', async () => {
    const { tokens, accountId } = await server.signUp();
    expect(tokens.expiresIn).toBe(900);
    const { alg, typ, kid } = decodeProtectedHeader(tokens.accessToken);
    expect([alg, typ]).toEqual(['EdDSA', 'at+jwt']);
    const claims = decodeJwt(tokens.accessToken);
    expect(claims).toMatchObject({ sub: accountId, role: 'user', iss: 'http://localhost:17480', aud: 'tomoshibi' });
    const { keys } = (await server.app.inject('/.well-known/jwks.json')).json<{ keys: Record<string, string>[] }>();
    expect(keys.map((key) => key['kid'])).toContain(kid);
    expect(keys.every((key) => key['d'] === undefined)).toBe(true);
  });

  test('an expired one is refused, whether it was seen before or not', async () => {
    const clocked = await cluster.newServer();
    const seen = await clocked.signUp();
    const unseen = await clocked.signUp();
    await seen.client.account.read({});
    clocked.clock.advance(15 * MINUTE + 61_000);
    await expect(seen.client.account.read({})).rejects.toEqual(refused('token_expired'));
    await expect(unseen.client.account.read({})).rejects.toEqual(refused('token_expired'));
  });

  test.each([
    ['none at all', undefined],
    ['nonsense', 'Bearer nonsense'],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    [
      'no signature',
      `Bearer ${b64({ alg: 'none', typ: 'at+jwt' })}.${b64({ sub: crypto.randomUUID(), sid: crypto.randomUUID(), role: 'admin', exp: 4e9, iss: 'http://localhost:17480', aud: 'tomoshibi' })}.`,
    ],
    ['an unknown key', `Bearer tmk_${'x'.repeat(43)}`],
  ])('%s is refused', async (_what, authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    expect((await server.app.inject({ url: '/v1/account', headers })).statusCode).toBe(401);
  });

  test('a changed claim, and a token of another server, are refused', async () => {
    const { tokens } = await server.signUp();
    const [head = '', claims = '', signature = ''] = tokens.accessToken.split('.');
    const forged = b64({ ...JSON.parse(Buffer.from(claims, 'base64url').toString()), role: 'admin' });
    const elsewhere = await (await cluster.newServer()).signUp();
    for (const token of [`${head}.${forged}.${signature}`, elsewhere.tokens.accessToken])
      expect(
        (await server.app.inject({ url: '/v1/account', headers: { authorization: `Bearer ${token}` } })).statusCode,
      ).toBe(401);
  });

  test('keys are replaced after 30 days; tokens of the old one still count', async () => {
    const clocked = await cluster.newServer();
    const kids = async () => (await clocked.query('SELECT kid FROM signing_key ORDER BY created_at_ms')).length;
    clocked.clock.advance(30 * DAY + 1000);
    const { client } = await clocked.signUp();
    await clocked.query(`SELECT graphile_worker.add_job('auth:tidy', max_attempts => 1)`);
    await expect.poll(kids, { timeout: 10_000 }).toBe(2);
    await client.account.read({});
  });
});

describe('refresh tokens', () => {
  test('each works once and brings the next', async () => {
    const { tokens, client } = await server.signUp();
    const second = await server.client.auth.refresh({ refreshToken: tokens.refreshToken });
    const third = await server.client.auth.refresh({ refreshToken: second.refreshToken });
    expect(new Set([tokens.refreshToken, second.refreshToken, third.refreshToken]).size).toBe(3);
    await server.clientFor(third).account.read({});
    await client.account.read({});
  });

  test('one used twice ends the whole family at once, and its owner is told', async () => {
    const { tokens, email, client } = await server.signUp();
    await server.mails.next(email);
    const thief = await server.client.auth.refresh({ refreshToken: tokens.refreshToken });
    await expect(server.client.auth.refresh({ refreshToken: tokens.refreshToken })).rejects.toEqual(
      refused('session_revoked'),
    );
    await expect(server.client.auth.refresh({ refreshToken: thief.refreshToken })).rejects.toEqual(
      refused('session_revoked'),
    );
    await expect
      .poll(() =>
        server
          .clientFor(thief)
          .account.read({})
          .catch((error: { reason: string }) => error.reason),
      )
      .toBe('session_revoked');
    await expect(client.account.read({})).rejects.toEqual(refused('session_revoked'));
    const mail = await server.mails.next(email);
    expect([mail.subject, mail.text]).toEqual([
      expect.stringContaining('安全のため'),
      expect.stringContaining('端末「test」'),
    ]);
  });

  test('of many at the same moment one is served, and then none', async () => {
    const { tokens } = await server.signUp();
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, () => server.client.auth.refresh({ refreshToken: tokens.refreshToken })),
    );
    const served = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    expect(served.length).toBeLessThanOrEqual(1);
    for (const { refreshToken } of served)
      await expect(server.client.auth.refresh({ refreshToken })).rejects.toEqual(refused('session_revoked'));
  });

  test('a lost answer can be asked for again with the same idempotency key', async () => {
    const { tokens } = await server.signUp();
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const ask = () =>
      server.app.inject({
        method: 'POST',
        url: '/v1/auth/refresh',
        headers,
        payload: { refreshToken: tokens.refreshToken },
      });
    const first = (await ask()).json<{ refreshToken: string }>();
    expect((await ask()).json()).toEqual(first);
    const stored = await server.query(`SELECT encode(answer, 'escape') AS answer FROM idempotent_call`);
    expect(JSON.stringify(stored)).not.toContain(first.refreshToken);
  });

  test('a session not used for 90 days is over', async () => {
    const clocked = await cluster.newServer();
    const { tokens } = await clocked.signUp();
    clocked.clock.advance(90 * DAY + 1);
    await expect(clocked.client.auth.refresh({ refreshToken: tokens.refreshToken })).rejects.toEqual(
      refused('session_revoked'),
    );
  });
});

function secretIn({ text }: { readonly text: string }): string {
  return present(/secret=([\w-]+)/.exec(text)?.[1], 'the secret in the mail');
}

function b64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
