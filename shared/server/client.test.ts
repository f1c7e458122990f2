import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createServerClient, requestOf, type Fetch } from './client.ts';
import { PROBLEMS, ProblemError } from './problem.ts';
import { route } from './route.ts';

const contract = {
  shop: {
    find: route(
      'GET',
      '/v1/items',
      'public',
      '',
      z.strictObject({ text: z.string(), limit: z.number().optional() }),
      z.array(z.string()),
    ),
    rename: route(
      'PATCH',
      '/v1/items/:itemId',
      'account.write',
      '',
      z.strictObject({ itemId: z.string(), name: z.string() }),
      z.strictObject({ name: z.string() }),
    ),
  },
};

function clientOf(status: number, body: unknown, headers: Record<string, string> = {}) {
  const calls: Parameters<Fetch>[] = [];
  const client = createServerClient(contract, {
    baseUrl: 'https://server.test',
    fetch: (...call) => {
      calls.push(call);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return Promise.resolve({
        status,
        headers: { get: (name) => headers[name] ?? null },
        text: () => Promise.resolve(text),
      });
    },
    accessToken: () => Promise.resolve('token'),
    newKey: () => 'a-key-of-sixteen-or-more',
  });
  return { client, calls };
}

describe('a call', () => {
  test('puts path members in the path, the rest in the query or the body', () => {
    expect(requestOf(contract.shop.find, { text: '猫 &?', limit: 2 })).toEqual({
      url: '/v1/items?text=%E7%8C%AB%20%26%3F&limit=2',
    });
    expect(requestOf(contract.shop.rename, { itemId: 'a/../b', name: '灯' })).toEqual({
      url: '/v1/items/a%2F..%2Fb',
      body: '{"name":"灯"}',
    });
  });

  test('carries the token where one is needed, and a key where something may change', async () => {
    const reading = clientOf(200, ['a']);
    expect(await reading.client.shop.find({ text: 'x' })).toEqual(['a']);
    expect(reading.calls[0]?.[1].headers).toEqual({ accept: 'application/json' });
    const writing = clientOf(200, { name: 'b' });
    await writing.client.shop.rename({ itemId: '1', name: 'b' });
    expect(writing.calls[0]?.[1].headers).toEqual({
      accept: 'application/json',
      authorization: 'Bearer token',
      'content-type': 'application/json',
      'idempotency-key': 'a-key-of-sixteen-or-more',
    });
  });

  test('with input that does not fit is not made', async () => {
    const { client, calls } = clientOf(200, []);
    await expect(client.shop.find({ text: 1 as never })).rejects.toThrow(z.ZodError);
    expect(calls).toEqual([]);
  });
});

describe('a refusal', () => {
  test('arrives as it was thrown', async () => {
    const body = { type: 'urn:x', title: 't', status: 429, reason: 'rate_limited', detail: 'd' };
    const refused = clientOf(429, body, { 'retry-after': '7' }).client.shop.find({ text: 'x' });
    await expect(refused).rejects.toMatchObject({
      reason: 'rate_limited',
      code: 'unavailable',
      status: 429,
      retryAfterSeconds: 7,
      detail: 'd',
    });
  });

  test.each([
    [502, '<html>', 'unavailable'],
    [429, '', 'rate_limited'],
    [418, '{"reason":"teapot"}', 'invalid_request'],
    [200, '["a", 1]', 'internal'],
    [200, 'not json', 'internal'],
  ])('%i %s from something in between is %s', async (status, body, reason) => {
    await expect(clientOf(status, body).client.shop.find({ text: 'x' })).rejects.toMatchObject({ reason });
  });

  test('of a server that cannot be reached is `unavailable`', async () => {
    const client = createServerClient(contract, {
      baseUrl: 'https://server.test',
      fetch: () => Promise.reject(new TypeError('fetch failed')),
      accessToken: () => Promise.resolve(null),
      newKey: () => '',
    });
    await expect(client.shop.find({ text: 'x' })).rejects.toMatchObject({ reason: 'unavailable', code: 'unavailable' });
  });

  test('of every reason has one of the six codes of the core', () => {
    const codes = Object.keys(PROBLEMS).map((reason) => new ProblemError(reason as keyof typeof PROBLEMS).code);
    expect(new Set(codes)).toEqual(
      new Set(['invalid', 'forbidden', 'not_found', 'conflict', 'internal', 'unavailable']),
    );
  });
});
