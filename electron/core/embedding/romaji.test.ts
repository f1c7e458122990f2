import { expect, test } from 'vitest';
import { toRomaji } from './romaji.ts';

test.each([
  ['タナカ', 'tanaka'],
  ['トウキョウ', 'tokyo'],
  ['けいこ', 'keiko'],
  ['ハットリ', 'hattori'],
  ['マッチャ', 'matcha'],
  ['シンイチ', 'shinichi'],
  ['ジョージ', 'joji'],
  ['ヴァイオリン', 'vaiorin'],
  ['ティファニー', 'tifani'],
  ['猫', ''],
  ['', ''],
])('%s sounds %s', (kana, romaji) => expect(toRomaji(kana)).toBe(romaji));
