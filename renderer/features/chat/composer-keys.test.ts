import { describe, expect, test } from 'vitest';
import { type ComposerKey, type ComposerState, deedOf } from './composer-keys.ts';

const key = (changes: Partial<ComposerKey>): ComposerKey => ({
  key: 'Enter',
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  keyCode: 13,
  ...changes,
});
const state = (changes: Partial<ComposerState> = {}): ComposerState => ({
  sendWithEnter: true,
  sinceCompositionMs: Infinity,
  empty: false,
  replying: false,
  ...changes,
});

describe('an input method at work never sends', () => {
  test.each([
    ['the Enter that chooses a candidate', key({ isComposing: true, keyCode: 229 }), state()],
    ['composing, whatever the code', key({ isComposing: true }), state()],
    ['the code alone (Safari)', key({ keyCode: 229 }), state()],
    [
      'Escape that leaves the candidates while a reply comes',
      key({ key: 'Escape', isComposing: true, keyCode: 229 }),
      state({ replying: true }),
    ],
  ])('%s', (_name, pressed, now) => {
    expect(deedOf(pressed, now)).toBeNull();
  });

  test('an Enter that comes right after the composition ended neither sends nor breaks the line', () => {
    expect(deedOf(key({}), state({ sinceCompositionMs: 3 }))).toBe('swallow');
    expect(deedOf(key({ ctrlKey: true }), state({ sinceCompositionMs: 3 }))).toBe('swallow');
    expect(deedOf(key({ shiftKey: true }), state({ sinceCompositionMs: 3 }))).toBeNull();
  });

  test('the next Enter sends', () => {
    expect(deedOf(key({}), state({ sinceCompositionMs: 200 }))).toBe('send');
  });
});

test('Enter sends and Shift+Enter breaks the line; the other way with the setting; Ctrl and ⌘ always send', () => {
  expect(deedOf(key({}), state())).toBe('send');
  expect(deedOf(key({ shiftKey: true }), state())).toBeNull();
  expect(deedOf(key({}), state({ sendWithEnter: false }))).toBeNull();
  for (const sendWithEnter of [true, false]) {
    expect(deedOf(key({ ctrlKey: true }), state({ sendWithEnter }))).toBe('send');
    expect(deedOf(key({ metaKey: true }), state({ sendWithEnter }))).toBe('send');
  }
});

test('Up edits the last message only from an empty field, Escape stops only a reply', () => {
  expect(deedOf(key({ key: 'ArrowUp', keyCode: 38 }), state({ empty: true }))).toBe('edit-last');
  expect(deedOf(key({ key: 'ArrowUp', keyCode: 38 }), state())).toBeNull();
  expect(deedOf(key({ key: 'ArrowUp', keyCode: 38, shiftKey: true }), state({ empty: true }))).toBeNull();
  expect(deedOf(key({ key: 'Escape', keyCode: 27 }), state({ replying: true }))).toBe('stop');
  expect(deedOf(key({ key: 'Escape', keyCode: 27 }), state())).toBeNull();
});
