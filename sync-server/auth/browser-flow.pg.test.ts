import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#shared/base/assert.ts';
import { openTestCluster, type TestCluster, type TestServer } from '../server-harness.ts';
import { createSoftAuthenticator } from './soft-authenticator-harness.ts';

let cluster: TestCluster;
let server: TestServer;
beforeAll(async () => {
  cluster = await openTestCluster();
  server = await cluster.newServer();
});
afterAll(() => cluster.close());

const ORIGIN = 'http://localhost:17480';
const device = { name: 'デスクトップ', platform: 'linux' };
const refused = (reason: string) => expect.objectContaining({ name: 'ProblemError', reason });

describe('passkeys', () => {
  test('one made in a session signs in without a password; each answer counts once', async () => {
    const { client, password, accountId } = await server.signUp();
    const authenticator = createSoftAuthenticator(ORIGIN, 'localhost');
    await expect(client.auth.beginPasskey({ password: 'not this one' })).rejects.toEqual(refused('wrong_credentials'));
    const { options } = await client.auth.beginPasskey({ password });
    const response = authenticator.create(options);
    expect(await client.auth.addPasskey({ name: '鍵', response })).toMatchObject({ name: '鍵', lastUsedAtMs: null });
    await expect(client.auth.addPasskey({ name: '鍵', response })).rejects.toEqual(refused('link_invalid'));

    const asked = await server.client.auth.passkeyOptions({});
    const answer = authenticator.get(asked.options);
    expect(await server.client.auth.signInWithPasskey({ response: answer, device })).toMatchObject({ accountId });
    await expect(server.client.auth.signInWithPasskey({ response: answer, device })).rejects.toEqual(
      refused('wrong_credentials'),
    );
    expect((await client.auth.passkeys({}))[0]?.lastUsedAtMs).not.toBeNull();
  });

  test.each([
    ['of another site', 'https://evil.test', 'localhost'],
    ['for another site', ORIGIN, 'evil.test'],
  ])('an answer %s is refused', async (_what, origin, rpId) => {
    const { client, password } = await server.signUp();
    const { options } = await client.auth.beginPasskey({ password });
    const response = createSoftAuthenticator(origin, rpId).create(options);
    await expect(client.auth.addPasskey({ name: 'x', response })).rejects.toEqual(refused('invalid_request'));
  });

  test('an unknown key, a cloned one that counts backwards, and another account’s challenge are refused', async () => {
    const { client, password } = await server.signUp();
    const other = await server.signUp();
    const authenticator = createSoftAuthenticator(ORIGIN, 'localhost');
    const { options } = await client.auth.beginPasskey({ password });
    await expect(other.client.auth.addPasskey({ name: 'x', response: authenticator.create(options) })).rejects.toEqual(
      refused('link_invalid'),
    );
    await client.auth.addPasskey({ name: 'x', response: authenticator.create(options) });
    const sign = async (by: typeof authenticator) => {
      const asked = await server.client.auth.passkeyOptions({});
      return server.client.auth.signInWithPasskey({ response: by.get(asked.options), device });
    };
    await expect(sign(createSoftAuthenticator(ORIGIN, 'localhost'))).rejects.toEqual(refused('wrong_credentials'));
    await server.query(`UPDATE passkey SET counter = 1000`);
    await expect(sign(authenticator)).rejects.toEqual(refused('wrong_credentials'));
    await expect(server.client.auth.signInWithPasskey({ response: { id: 'x' }, device })).rejects.toEqual(
      refused('wrong_credentials'),
    );
  });
});

describe('signing in through the browser', () => {
  const REDIRECT = 'http://127.0.0.1:51234/callback';

  function request(more: Record<string, string> = {}) {
    const verifier = randomBytes(32).toString('base64url');
    const state = randomBytes(16).toString('base64url');
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'tomoshibi-desktop',
      redirect_uri: REDIRECT,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      state,
      ...more,
    });
    return { verifier, state, url: `/authorize?${query.toString()}` };
  }

  const open = async (url: string) => {
    const page = await server.app.inject({ url, headers: { 'accept-language': 'en' } });
    return { page, flow: /name="flow" value="([^"]+)"/.exec(page.body)?.[1] ?? '' };
  };
  const submit = (fields: Record<string, string>) =>
    server.app.inject({
      method: 'POST',
      url: '/authorize',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en' },
      payload: new URLSearchParams(fields).toString(),
    });

  test('ends at the app with a code that its verifier, and nobody else, turns into tokens, once', async () => {
    const { email, password, accountId } = await server.signUp();
    const { url, verifier, state } = request();
    const { page, flow } = await open(url);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect((await submit({ flow, email, password: 'not this one' })).body).toContain('did not match');
    const done = await submit({ flow, email, password });
    expect(done.statusCode).toBe(303);
    const location = new URL(String(done.headers.location));
    expect(location.origin + location.pathname).toBe(REDIRECT);
    expect(location.searchParams.get('state')).toBe(state);
    const code = present(location.searchParams.get('code'), 'code');
    const call = { code, codeVerifier: verifier, redirectUri: REDIRECT, device };
    const tokens = await server.client.auth.exchangeCode(call);
    expect(tokens).toMatchObject({ accountId });
    await server.clientFor(tokens).account.read({});
    await expect(server.client.auth.exchangeCode(call)).rejects.toEqual(refused('link_invalid'));

    const stolen = new URL(String((await submit({ flow: (await open(url)).flow, email, password })).headers.location));
    const thief = { ...call, code: present(stolen.searchParams.get('code'), 'code'), codeVerifier: 'x'.repeat(43) };
    await expect(server.client.auth.exchangeCode(thief)).rejects.toEqual(refused('link_invalid'));
  });

  test('works by passkey, too', async () => {
    const { client, password, accountId } = await server.signUp();
    const authenticator = createSoftAuthenticator(ORIGIN, 'localhost');
    const { options } = await client.auth.beginPasskey({ password });
    await client.auth.addPasskey({ name: 'x', response: authenticator.create(options) });
    const { url, verifier } = request();
    const { flow } = await open(url);
    const asked = await server.client.auth.passkeyOptions({});
    const done = await server.app.inject({
      method: 'POST',
      url: '/authorize/passkey',
      payload: { flow, response: authenticator.get(asked.options) },
    });
    const code = present(new URL(done.json<{ redirect: string }>().redirect).searchParams.get('code'), 'code');
    expect(
      await server.client.auth.exchangeCode({ code, codeVerifier: verifier, redirectUri: REDIRECT, device }),
    ).toMatchObject({ accountId });
  });

  test.each([
    ['an address that is not this machine', { redirect_uri: 'https://evil.test/callback' }],
    ['an address that only looks like it', { redirect_uri: 'http://127.0.0.1:80@evil.test/' }],
    ['a script', { redirect_uri: 'javascript:alert(1)' }],
    ['no challenge', { code_challenge: '' }],
    ['a plain challenge', { code_challenge_method: 'plain' }],
    ['another client', { client_id: 'somebody' }],
  ])('to %s leads nowhere', async (_what, more) => {
    const { page } = await open(request(more).url);
    expect(page.statusCode).toBe(400);
    expect(page.headers.location).toBeUndefined();
    expect(page.body).not.toContain('evil.test');
  });

  test('a forged or old page is refused', async () => {
    const clocked = await cluster.newServer();
    const { email, password } = await clocked.signUp();
    const forged = await submit({ flow: 'Zm9yZ2Vk', email, password });
    expect([forged.statusCode, forged.headers.location]).toEqual([401, undefined]);
    const { flow } = await open(request().url);
    server.clock.advance(11 * 60_000);
    expect((await submit({ flow, email, password })).body).toContain('took too long');
  });

  test('what was typed comes back as text', async () => {
    const { flow } = await open(request().url);
    const page = await submit({ flow, email: '"><script>alert(1)</script>', password: 'x' });
    expect(page.body).not.toContain('<script>alert');
  });

  test('the links of mails work by a button, not by being looked at', async () => {
    const { email } = await server.signUp();
    const { text } = await server.mails.next(email);
    const link = new URL(present(/http\S+/.exec(text)?.[0], 'link'));
    const secret = present(link.searchParams.get('secret'), 'secret');
    const look = () => server.app.inject(link.pathname + link.search);
    expect((await look()).statusCode).toBe(200);
    const press = () =>
      server.app.inject({
        method: 'POST',
        url: link.pathname,
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'ja' },
        payload: `secret=${secret}`,
      });
    expect((await press()).body).toContain('確認しました');
    expect((await press()).statusCode).toBe(410);
  });

  test('a new password is set on the page of its mail', async () => {
    const { email } = await server.signUp();
    await server.mails.next(email);
    await server.client.auth.requestReset({ email });
    const secret = present(/secret=([\w-]+)/.exec((await server.mails.next(email)).text)?.[1], 'secret');
    const send = (password: string) =>
      server.app.inject({
        method: 'POST',
        url: '/reset-password',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en' },
        payload: new URLSearchParams({ secret, password }).toString(),
      });
    expect((await send('password123')).statusCode).toBe(422);
    expect((await send('an entirely new one')).body).toContain('new password is set');
    expect(await server.client.auth.signIn({ email, password: 'an entirely new one', device })).toMatchObject({
      kind: 'signed_in',
    });
  });
});
