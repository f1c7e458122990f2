import { expect, test } from 'vitest';
import { firstOpenStep, reachableStep } from './steps.ts';

const nothing = { locale: null, birthDate: null, aiNoticeAcceptedAtMs: null, personName: '', activeCharacterId: null };
const told = { ...nothing, locale: 'ja', birthDate: '1994-04-03', aiNoticeAcceptedAtMs: 1 } as const;

test('nobody gets past the notice without a birth date and having accepted it', () => {
  expect(reachableStep(nothing)).toBe('language');
  expect(reachableStep({ ...nothing, locale: 'ja', activeCharacterId: 'x', personName: 'x' })).toBe('notice');
  expect(reachableStep({ ...told, birthDate: null })).toBe('notice');
  expect(reachableStep({ ...told, aiNoticeAcceptedAtMs: null })).toBe('notice');
});

test('a start without an address goes on at the first step that has no answer', () => {
  expect(firstOpenStep(told)).toBe('name');
  expect(firstOpenStep({ ...told, personName: 'さくら' })).toBe('companion');
  expect(firstOpenStep({ ...told, activeCharacterId: 'x' })).toBe('mind');
});
