import { expect, test } from 'vitest';
import { createLimits } from './limits.ts';

const settings = { perAddress: 3, perAccount: 5 };

test('each key has its own count, and a refusal says how long to wait', async () => {
  const limits = await createLimits(settings);
  for (let index = 0; index < 3; index += 1) await limits.take('address', 'a');
  await expect(limits.take('address', 'a')).rejects.toMatchObject({ reason: 'rate_limited', retryAfterSeconds: 60 });
  await limits.take('address', 'b');
  await limits.take('account', 'a');
  await limits.close();
});

test('while Redis is away the count goes on in memory', async () => {
  const limits = await createLimits(settings, 'redis://127.0.0.1:1');
  for (let index = 0; index < 3; index += 1) await limits.take('address', 'a');
  await expect(limits.take('address', 'a')).rejects.toMatchObject({ reason: 'rate_limited' });
  await limits.close();
});
