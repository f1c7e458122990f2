import { beforeAll, describe, expect, test } from 'vitest';
import { InvalidRequest } from './invalid-request.ts';
import { loadWhereParser, parseOrderBy, parseWhere } from './where.ts';

beforeAll(loadWhereParser);

const refused = (text: string): unknown => {
  try {
    parseWhere(text, { '1': 'a' }, 'where');
  } catch (error) {
    return error instanceof InvalidRequest ? error.errors : error;
  }
  return undefined;
};

describe('a filter', () => {
  test('names its columns, and the values that some of them must have', () => {
    expect(parseWhere(`owner = $1 AND (number > 3 OR "Odd" IS NULL) AND 7 = kind`, { '1': `it's` }, 'where')).toEqual({
      sql: `owner = 'it''s' AND (number > 3 OR "Odd" IS NULL) AND 7 = kind`,
      columns: ['owner', 'number', 'Odd', 'kind'],
      equalities: [
        { column: 'owner', constant: `'it''s'` },
        { column: 'kind', constant: '7' },
      ],
      isOnlyEqualities: false,
    });
    expect(parseWhere('a = 1 AND b = true', {}, 'where').isOnlyEqualities).toBe(true);
  });

  test('parameters are filled in by place, after characters of any width', () => {
    const { sql } = parseWhere(
      `'灯' = $2 OR title = $1 OR title = $10`,
      { '1': 'a\\b', '2': 'é', '10': 'ten' },
      'where',
    );
    expect(sql).toBe(`'灯' = 'é' OR title =  E'a\\\\b' OR title = 'ten'`);
  });

  test('an equality under OR is none that must hold', () => {
    expect(parseWhere('a = 1 OR b = 2', {}, 'where').equalities).toEqual([]);
    expect(parseWhere('NOT a = 1', {}, 'where').equalities).toEqual([]);
  });

  test.for([
    `title LIKE 'a%' AND NOT title ILIKE '%b'`,
    'number BETWEEN 1 AND 3',
    'number IN (1, 2) OR number IS DISTINCT FROM 4',
    `lower(title) = 'x' AND tags && ARRAY['a']`,
    `mood = ANY('{sad,ok}'::mood[])`,
    `CASE WHEN a THEN b ELSE c END`,
    `at > '2024-01-01'::timestamptz + '1 day'::interval`,
  ])('%s is fine', (text) => {
    expect(refused(text)).toBeUndefined();
  });

  test.for([
    'true; SELECT 1',
    'true LIMIT 1',
    'true ORDER BY 1',
    'true GROUP BY a',
    'true UNION SELECT 1',
    'true FOR UPDATE',
    'x.y = 1',
    'id IN (SELECT 1)',
    'EXISTS (SELECT 1)',
    'pg_sleep(1) IS NULL',
    'now() > at',
    'count(*) > 1',
    'sum(a) OVER () > 1',
    `'x'::regclass IS NULL`,
    `'x'::evil.type IS NULL`,
    'current_user IS NULL',
    '(t).*',
    '* = 1',
    '',
    'a OPERATOR(evil.=) 1',
    '$2 = title',
  ])('%s is refused', (text) => {
    expect(refused(text)).toBeDefined();
  });

  test('a fault is told by its place as Electric tells it', () => {
    expect(refused('1 x 1')).toEqual({ where: ['At location 17: syntax error at or near "x"'] });
  });
});

describe('an order', () => {
  test('is columns and directions', () => {
    expect(parseOrderBy(`title, "When" DESC NULLS LAST`, 'order')).toEqual({
      sql: `"title" ASC, "When" DESC NULLS LAST`,
      columns: ['title', 'When'],
    });
  });
  test.for(['lower(title)', '1', 'title LIMIT 3', 'title USING <', 'title; SELECT 1'])('%s is refused', (text) => {
    expect(() => parseOrderBy(text, 'order')).toThrow(InvalidRequest);
  });
});
