import { describe, expect, test } from 'vitest';
import { createFormat } from './format.ts';
import { messagesEn } from './messages-en.ts';
import { messagesJa } from './messages-ja.ts';
import { createTranslate, isMessageKey, type Message, parameterNames } from './translate.ts';

const english: Readonly<Record<string, Message>> = messagesEn;
const japanese: Readonly<Record<string, Message>> = messagesJa;

describe('tables', () => {
  test('both languages have the same keys', () => {
    expect(Object.keys(japanese).sort()).toEqual(Object.keys(english).sort());
  });

  test.each(Object.keys(english))('%s takes the same parameters in both', (key) => {
    expect(parameterNames(japanese[key] ?? '')).toEqual(parameterNames(english[key] ?? ''));
  });

  test.each(Object.entries({ en: english, ja: japanese }))('%s has no empty text and no stray space', (_, table) => {
    for (const [key, message] of Object.entries(table)) {
      for (const text of typeof message === 'string' ? [message] : Object.values<string>({ ...message })) {
        expect(text.trim(), key).toBe(text);
        expect(text, key).not.toBe('');
      }
    }
  });

  test('Japanese texts use full-width brackets, colons and marks', () => {
    for (const [key, message] of Object.entries(japanese)) {
      const text = typeof message === 'string' ? message : message.other;
      if (/[぀-ヿ一-鿿]/.test(text)) expect(text, key).not.toMatch(/[()?!]|:(?!\/)/);
    }
  });

  test('errors come with advice', () => {
    const errors = Object.keys(english).filter((key) => key.startsWith('error.') && !key.endsWith('.advice'));
    expect(errors.filter((key) => !isMessageKey(`${key}.advice`))).toEqual([]);
  });
});

describe('translate', () => {
  const en = createTranslate('en');
  const ja = createTranslate('ja');

  test('chooses the plural by count', () => {
    expect(en('search.found', { count: 1 })).toBe('1 message');
    expect(en('search.found', { count: 1234 })).toBe('1,234 messages');
    expect(ja('search.found', { count: 1 })).toBe('1 件のメッセージ');
  });

  test('fills in names as they are, braces included', () => {
    expect(en('ui.remove', { name: '{count}' })).toBe('Remove {count}');
    expect(ja('ui.moveUp', { name: '$& <b>' })).toBe('$& <b>を上へ');
  });
});

describe('format', () => {
  const en = createFormat('en');
  const now = Date.UTC(2026, 10, 22, 12);

  test('small sums keep digits that can be seen', () => {
    expect(en.cost(0)).toBe('$0.00');
    expect(en.cost(42)).toBe('$0.00004');
    expect(en.cost(12_345)).toBe('$0.012');
    expect(en.cost(1_234_567)).toBe('$1.23');
  });

  test('times past are told in words, then as a day', () => {
    expect(en.ago(now - 20_000, now)).toBe('this minute');
    expect(en.ago(now - 3 * 60_000, now)).toBe('3 minutes ago');
    expect(en.ago(now - 26 * 3_600_000, now)).toBe('yesterday');
    expect(createFormat('ja').ago(now - 26 * 3_600_000, now)).toBe('昨日');
    expect(en.ago(now + 60_000, now)).toBe('this minute');
  });

  test('sizes', () => {
    expect(en.bytes(0)).toBe('0 byte');
    expect(en.bytes(1_540_000)).toBe('1.5 MB');
  });
});
