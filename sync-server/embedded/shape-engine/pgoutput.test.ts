import { describe, expect, test } from 'vitest';
import { createPgoutputReader } from './pgoutput.ts';

const zero = (text: string): Buffer => Buffer.concat([Buffer.from(text), Buffer.from([0])]);
const int = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, Math.max(0, bytes - 6), Math.min(bytes, 6));
  return buffer;
};
const join = (...parts: (string | Buffer)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
const row = (...values: (string | null | undefined)[]): Buffer =>
  join(
    int(values.length, 2),
    ...values.map((value) =>
      value === undefined ? 'u' : value === null ? 'n' : join('t', int(Buffer.byteLength(value), 4), value),
    ),
  );

const BEGIN = join('B', int(500, 8), int(0, 8), int(77, 4));
const COMMIT = join('C', int(0, 1), int(500, 8), int(548, 8), int(0, 8));
const RELATION = join(
  'R',
  int(9, 4),
  zero('public'),
  zero('items'),
  'f',
  int(2, 2),
  int(1, 1),
  zero('id'),
  int(23, 4),
  int(0, 4),
  int(0, 1),
  zero('title'),
  int(25, 4),
  int(0, 4),
);

const read = (...messages: Buffer[]) => {
  const reader = createPgoutputReader();
  return messages.map(reader).find((transaction) => transaction !== undefined);
};

describe('the stream', () => {
  test('a transaction is given whole, at its commit', () => {
    const transaction = read(
      BEGIN,
      RELATION,
      join('I', int(9, 4), 'N', row('1', '灯')),
      join('U', int(9, 4), 'O', row('1', '灯'), 'N', row('1', null)),
      join('D', int(9, 4), 'O', row('1', null)),
      join('T', int(1, 4), int(0, 1), int(9, 4)),
      COMMIT,
    );
    const relation = {
      oid: 9,
      columns: [
        { name: 'id', typeOid: 23 },
        { name: 'title', typeOid: 25 },
      ],
      signature: '"id":23,"title":25',
    };
    expect(transaction).toMatchObject({ xid: 77, commitLsn: 500, endLsn: 548 });
    expect(transaction?.changes).toEqual([
      { kind: 'insert', relation, new: ['1', '灯'] },
      { kind: 'update', relation, old: ['1', '灯'], new: ['1', null] },
      { kind: 'delete', relation, old: ['1', null], isWhole: true },
      { kind: 'truncate', oids: [9] },
    ]);
  });

  test('a long value that was not sent again is the old one', () => {
    const update = join('U', int(9, 4), 'O', row('1', 'long'), 'N', row('2', undefined));
    expect(read(BEGIN, RELATION, update, COMMIT)?.changes).toMatchObject([{ old: ['1', 'long'], new: ['2', 'long'] }]);
  });

  test('an old row that is only a key is told', () => {
    const update = join('U', int(9, 4), 'N', row('1', 'new'));
    const remove = join('D', int(9, 4), 'K', row('1', null));
    expect(read(BEGIN, RELATION, update, remove, COMMIT)?.changes).toMatchObject([{ old: null }, { isWhole: false }]);
  });

  test('a stream that cannot be read stops', () => {
    expect(() => read(Buffer.from('?'))).toThrow(/unknown/);
    expect(() => read(BEGIN, join('I', int(8, 4), 'N', row('1')))).toThrow(/before describing/);
  });
});
