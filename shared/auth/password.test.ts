import { describe, expect, test } from 'vitest';
import { passwordFault } from './password.ts';

const EMAIL = 'hanako.yamada@example.test';

describe('passwordFault', () => {
  test.each([
    ['ninechars', 'too_short'],
    ['あいうえおかきく', 'too_short'],
    ['x'.repeat(257), 'too_long'],
    ['password123', 'too_common'],
    ['Passw0rd2024!', 'too_common'],
    ['P@$$w0rd1234', 'too_common'],
    ['qwertyuiop123', 'too_common'],
    ['1q2w3e4r5t6y', 'too_common'],
    ['poiuytrewq', 'too_common'],
    ['abcabcabcabc', 'too_common'],
    ['iloveyou2025', 'too_common'],
    ['sakurasakura', 'too_common'],
    ['だいすきだいすきだいすき', 'too_common'],
    ['パスワードパスワード', 'too_common'],
    ['tomoshibi2026', 'too_common'],
    ['12345678901234', 'too_common'],
    ['aaaaaaaaaaaaaaaa', 'too_common'],
    ['hanakoyamada', 'like_email'],
    ['Yamada.Hanako!1', 'like_email'],
  ])('%s: %s', (password, fault) => {
    expect(passwordFault(password, EMAIL)).toBe(fault);
  });

  test.each([
    'correct horse battery staple',
    'the harbour at night',
    'blue-kettle-train',
    '夜の港に灯がともる頃',
    'ねこのしっぽはふかふか',
    'password manager says 7Kd',
    '8273 6451 9920',
    'Tr0ub4dor&3xyz',
    'mxvkqpzwrt',
  ])('%s will do', (password) => {
    expect(passwordFault(password, EMAIL)).toBeNull();
  });

  test('hostile input is judged at once', () => {
    const begin = performance.now();
    passwordFault(`${'ab'.repeat(128)}`, EMAIL);
    passwordFault('a1'.repeat(128), `${'a.'.repeat(100)}@example.test`);
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});
