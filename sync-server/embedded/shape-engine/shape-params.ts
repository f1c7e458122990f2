import type { ShapeRequest } from './definition.ts';
import { InvalidRequest } from './invalid-request.ts';
import { parseColumnList, parseTableName } from './names.ts';
import { parseOffset } from './offset.ts';
import type { Offset } from './offset.ts';
import type { WhereParams } from './where.ts';

/** A part of a shape that is fetched on the side. */
export interface SubsetParams {
  readonly where: string | null;
  readonly params: WhereParams;
  readonly orderBy: string | null;
  readonly limit: number | null;
  readonly offset: number | null;
}

export interface ShapeParams {
  readonly shape: ShapeRequest;
  readonly handle: string | null;
  readonly offset: Offset | 'now';
  readonly isLive: boolean;
  readonly isSse: boolean;
  readonly cursor: string | null;
  readonly subset: SubsetParams | null;
  /** Columns that a subset may ask about; null for all. */
  readonly queryableColumns: readonly string[] | null;
}

const BLANK = "can't be blank";

/** Reads a request for a shape; `body` is the JSON of a POST. Throws InvalidRequest with every fault at once. */
export function parseShapeParams(query: URLSearchParams, body: unknown): ShapeParams {
  const faults: Record<string, string[]> = {};
  const fault = (field: string, message: string): void => {
    (faults[field] ??= []).push(message);
  };
  const get = (name: string): string | null => query.get(name) || null;
  const flag = (...names: string[]): boolean =>
    names.some((name) => {
      const value = query.get(name);
      if (value === null || value === 'false' || value === '0') return false;
      if (value === 'true' || value === '1' || value === '') return true;
      fault(name, 'is invalid');
      return false;
    });
  const oneOf = <T extends string>(name: string, values: readonly [T, ...T[]]): T => {
    const value = get(name);
    if (value === null) return values[0];
    const found = values.find((one) => one === value);
    if (found === undefined) fault(name, `must be one of ${values.join(', ')}`);
    return found ?? values[0];
  };
  const columnList = (name: string): readonly string[] | null => {
    const value = get(name);
    if (value === null) return null;
    const names = parseColumnList(value);
    if (!names) fault(name, 'Invalid zero-length delimited identifier or unquoted special character');
    return names ?? [];
  };

  const tableText = get('table');
  const table = tableText === null ? undefined : parseTableName(tableText);
  if (tableText === null) fault('table', BLANK);
  else if (!table) fault('table', 'Invalid table name: it must be name or schema.name, quoted where it has to be');

  const subset = parseSubset(query, body, fault);
  const offsetText = get('offset') ?? (subset ? '-1' : null);
  const offset = offsetText === 'now' ? 'now' : offsetText === null ? undefined : parseOffset(offsetText);
  if (offsetText === null) fault('offset', BLANK);
  else if (offset === undefined) fault('offset', 'has invalid format');

  const isLive = flag('live');
  const isSse = flag('live_sse', 'experimental_live_sse');
  const handle = get('handle');
  const isStart = offset === 'now' || (offset !== undefined && offset.lsn < 0);
  if (offset !== undefined && isStart && isLive) fault('live', `can't be true when offset == ${offsetText}`);
  if (offset !== undefined && !isStart && handle === null) fault('handle', "can't be blank when offset != -1");
  if (isSse && !isLive) fault('live_sse', "can't be true unless live is also true");

  const shape: ShapeRequest = {
    table: table ?? { schema: '', name: '' },
    where: get('where'),
    params: whereParams(query, fault),
    columns: columnList('columns'),
    replica: oneOf('replica', ['default', 'full']),
    log: oneOf('log', ['full', 'changes_only']),
  };
  const queryableColumns = columnList('queryable_columns');
  if (Object.keys(faults).length > 0 || offset === undefined) throw new InvalidRequest(faults);
  return { shape, handle, offset, isLive, isSse, cursor: get('cursor'), subset, queryableColumns };
}

type Fault = (field: string, message: string) => void;

/** `params[1]=a&params[2]=b`, or `params={"1":"a"}`. */
function whereParams(query: URLSearchParams, fault: Fault): WhereParams {
  const params: Record<string, string> = {};
  for (const [name, value] of query) {
    const number = /^params\[(\d{1,5})\]$/.exec(name)?.[1];
    if (number !== undefined) params[number] = value;
  }
  const json = query.get('params');
  return json === null ? params : { ...params, ...numbered(json, 'params', fault) };
}

function numbered(value: unknown, field: string, fault: Fault): WhereParams {
  let parsed = value;
  try {
    if (typeof value === 'string') parsed = JSON.parse(value);
  } catch {
    parsed = undefined;
  }
  // A list is numbered from 1, as the placeholders are.
  const entries = Array.isArray(parsed)
    ? parsed.map((item, index): [string, unknown] => [String(index + 1), item])
    : parsed !== null && typeof parsed === 'object'
      ? Object.entries(parsed)
      : undefined;
  const isPlain = entries?.every(
    ([name, item]) => /^\d{1,5}$/.test(name) && ['string', 'number', 'boolean'].includes(typeof item),
  );
  if (!entries || isPlain !== true) {
    fault(field, 'must be numbered from 1 and hold text');
    return {};
  }
  return Object.fromEntries(entries.map(([name, item]) => [name, String(item)]));
}

function parseSubset(query: URLSearchParams, body: unknown, fault: Fault): SubsetParams | null {
  const names = ['where', 'params', 'limit', 'offset', 'order_by'] as const;
  const given = new Map<string, unknown>();
  for (const name of names) {
    const fromBody: unknown = body !== null && typeof body === 'object' ? Reflect.get(body, name) : undefined;
    const value = fromBody ?? query.get(`subset__${name}`) ?? undefined;
    if (value !== undefined) given.set(name, value);
  }
  if (given.size === 0 && body === undefined) return null;

  const field = (name: string): string => `subset__${name}`;
  const text = (name: 'where' | 'order_by'): string | null => {
    const value = given.get(name);
    if (value === undefined || value === '') return null;
    if (typeof value === 'string') return value;
    fault(field(name), 'must be text');
    return null;
  };
  const count = (name: 'limit' | 'offset'): number | null => {
    const value = given.get(name);
    if (value === undefined || value === '') return null;
    if ((typeof value === 'string' || typeof value === 'number') && /^\d{1,15}$/.test(`${value}`)) return Number(value);
    fault(field(name), 'must be a whole number');
    return null;
  };
  const params = given.get('params');
  const subset: SubsetParams = {
    where: text('where'),
    params: params === undefined ? {} : numbered(params, field('params'), fault),
    orderBy: text('order_by'),
    limit: count('limit'),
    offset: count('offset'),
  };
  if (subset.orderBy === null && (subset.limit !== null || subset.offset !== null))
    fault(field('order_by'), 'order_by is required when limit or offset is given');
  return subset;
}
