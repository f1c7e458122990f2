import { describe, expect, test } from 'vitest';
import { parseColumnList, parseTableName, quoteIdentifier, quoteLiteral } from './names.ts';
import { compareOffsets, formatLsn, formatOffset, parseLsn, parseOffset, SNAPSHOT_END } from './offset.ts';

describe('names', () => {
  test.for([
    ['items', { schema: 'public', name: 'items' }],
    ['App.Items', { schema: 'app', name: 'items' }],
    ['app."My ""Items"", 2.0"', { schema: 'app', name: 'My "Items", 2.0' }],
    ['a.b.c', undefined],
    ['my items', undefined],
    ['"open', undefined],
    ['', undefined],
    ['1st', undefined],
  ] as const)('%s as a table', ([text, table]) => {
    expect(parseTableName(text)).toEqual(table);
  });

  test('columns with any name', () => {
    expect(parseColumnList('id,"has,comma","has""quote", Über ,"x y"')).toEqual([
      'id',
      'has,comma',
      'has"quote',
      'über',
      'x y',
    ]);
    expect(parseColumnList('id,')).toBeUndefined();
    expect(parseColumnList('id;drop')).toBeUndefined();
  });

  test('quoting', () => {
    expect(quoteIdentifier('a"b')).toBe('"a""b"');
    expect(quoteLiteral(`it's`)).toBe(`'it''s'`);
    expect(quoteLiteral(`a\\'`)).toBe(` E'a\\\\'''`);
  });
});

describe('offsets', () => {
  test('are written as they are read', () => {
    for (const text of ['-1', '0_0', '0_inf', '26800584_4', '9007199254740991_0']) {
      const offset = parseOffset(text);
      expect(offset && formatOffset(offset)).toBe(text);
    }
    for (const text of ['', '-2', '1', '1_', '_1', '1_x', '-1_0', 'now', '1_1_1', ' 1_1'])
      expect(parseOffset(text)).toBeUndefined();
  });

  test('have an order', () => {
    const ordered = ['-1', '0_0', '0_7', '0_inf', '5_0', '5_3', '6_0'].flatMap((text) => parseOffset(text) ?? []);
    expect(ordered.toSorted(compareOffsets)).toEqual(ordered);
    expect(compareOffsets(SNAPSHOT_END, SNAPSHOT_END)).toBe(0);
  });

  test('log positions keep all their bits', () => {
    expect(parseLsn('16/B374D848')).toBe(0x16_b374_d848);
    expect(formatLsn(0x16_b374_d848)).toBe('16/B374D848');
  });
});
