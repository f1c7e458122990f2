import { hasSqlDetails, loadModule, parseSync } from 'libpg-query';
import { invalid } from './invalid-request.ts';
import { quoteIdentifier, quoteLiteral } from './names.ts';

/** A filter that was read and found harmless: an expression over one row, nothing else. */
export interface Where {
  /** The expression with its parameters filled in. */
  readonly sql: string;
  readonly columns: readonly string[];
  /** `column = constant` parts that must all hold, as the constant was written. */
  readonly equalities: readonly Equality[];
  /** Nothing else is asked than the equalities. */
  readonly isOnlyEqualities: boolean;
}

interface Equality {
  readonly column: string;
  /** The constant in SQL. */
  readonly constant: string;
}

export type WhereParams = Readonly<Record<string, string>>;

/** Loaded once: Postgres' own parser. */
export async function loadWhereParser(): Promise<void> {
  await loadModule();
}

/**
 * Reads a filter. Throws InvalidRequest on `field` for what is no expression, or one that could do more than look at the row.
 */
export function parseWhere(text: string, params: WhereParams, field: string): Where {
  const statement = `${PREFIX}${text}`;
  const select = parseSelect(statement, field);
  onlyKeys(select, ['targetList', 'whereClause', 'limitOption', 'op'], field);
  const root = select['whereClause'];
  const found: Found = { columns: new Set(), params: [], field };
  visit(root, found);

  const bytes = Buffer.from(statement);
  const pieces: string[] = [];
  let at = Buffer.byteLength(PREFIX);
  for (const { number, location } of found.params.sort((a, b) => a.location - b.location)) {
    const value = params[String(number)];
    if (value === undefined) throw invalid('params', `parameter $${number} was not provided`);
    const length = /^\$\d+/.exec(bytes.toString('latin1', location, location + 20))?.[0].length ?? 0;
    pieces.push(bytes.toString('utf8', at, location), quoteLiteral(value));
    at = location + length;
  }
  pieces.push(bytes.toString('utf8', at));

  const parts = conjunction(root);
  const equalities = parts.flatMap((part) => equalityOf(part, params) ?? []);
  return {
    sql: pieces.join(''),
    columns: [...found.columns],
    equalities,
    isOnlyEqualities: equalities.length === parts.length,
  };
}

/** Reads `title ASC, "When" DESC NULLS LAST`; gives it back with the names quoted, and the columns. */
export function parseOrderBy(
  text: string,
  field: string,
): { readonly sql: string; readonly columns: readonly string[] } {
  const select = parseSelect(`SELECT 1 ORDER BY ${text}`, field);
  onlyKeys(select, ['targetList', 'sortClause', 'limitOption', 'op'], field);
  const columns: string[] = [];
  const parts = listOf(select['sortClause']).map((item) => {
    const sort = objectOf(objectOf(item)['SortBy']);
    const column = columnName(sort['node']);
    if (column === undefined || sort['sortby_dir'] === 'SORTBY_USING') throw invalid(field, 'may only name columns');
    columns.push(column);
    const direction = sort['sortby_dir'] === 'SORTBY_DESC' ? ' DESC' : ' ASC';
    const nulls = { SORTBY_NULLS_FIRST: ' NULLS FIRST', SORTBY_NULLS_LAST: ' NULLS LAST' }[
      String(sort['sortby_nulls'])
    ];
    return `${quoteIdentifier(column)}${direction}${nulls ?? ''}`;
  });
  return { sql: parts.join(', '), columns };
}

/** Errors are told by their place in this very statement, as Electric tells them. */
const PREFIX = 'SELECT 1 WHERE ';

type Node = Readonly<Record<string, unknown>>;

interface Found {
  readonly columns: Set<string>;
  readonly params: { readonly number: number; readonly location: number }[];
  readonly field: string;
}

const OPERATORS = new Set([
  ...'= <> != < > <= >= ~~ !~~ ~~* !~~* ~ !~ ~* !~* + - * / % ^ |/ @ & | # || @> <@ && -> ->> BETWEEN'.split(' '),
  'NOT BETWEEN',
]);

/** Functions that depend on nothing but their arguments. */
const FUNCTIONS = new Set(
  (
    'lower upper like ilike length char_length coalesce abs array_ndims array_length array_cat array_append array_prepend ' +
    'cardinality justify_days justify_hours justify_interval timezone date_part starts_with left right trim btrim ltrim rtrim'
  ).split(' '),
);

/** Which parts of a node are expressions; a node that is not here is refused. */
const NODES: Readonly<Record<string, readonly string[]>> = {
  BoolExpr: ['args'],
  NullTest: ['arg'],
  BooleanTest: ['arg'],
  CoalesceExpr: ['args'],
  CaseExpr: ['arg', 'args', 'defresult'],
  CaseWhen: ['expr', 'result'],
  A_ArrayExpr: ['elements'],
  MinMaxExpr: ['args'],
  List: ['items'],
};

const EXPRESSION_KINDS = new Set(
  (
    'AEXPR_OP AEXPR_OP_ANY AEXPR_OP_ALL AEXPR_DISTINCT AEXPR_NOT_DISTINCT AEXPR_IN AEXPR_LIKE AEXPR_ILIKE AEXPR_BETWEEN ' +
    'AEXPR_NOT_BETWEEN AEXPR_NULLIF'
  ).split(' '),
);

function visit(value: unknown, found: Found): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, found);
    return;
  }
  const [kind, inner] = Object.entries(objectOf(value))[0] ?? [];
  const node = objectOf(inner);
  const refuse = (what: string): never => {
    throw invalid(found.field, `At location ${numberOf(node['location'])}: ${what}`);
  };
  switch (kind) {
    case undefined:
    case 'A_Const':
      return;
    case 'ParamRef':
      found.params.push({ number: numberOf(node['number']), location: numberOf(node['location']) });
      return;
    case 'ColumnRef': {
      const column = columnName(value);
      if (column === undefined) refuse('only columns of the table itself can be named');
      else found.columns.add(column);
      return;
    }
    case 'A_Expr': {
      const operator = nameOf(node['name']);
      if (!EXPRESSION_KINDS.has(String(node['kind'])) || operator === undefined || !OPERATORS.has(operator))
        refuse(`operator ${operator ?? '?'} is not supported`);
      visit(node['lexpr'], found);
      visit(node['rexpr'], found);
      return;
    }
    case 'FuncCall': {
      const name = nameOf(node['funcname']);
      const extras = [
        'agg_order',
        'agg_filter',
        'over',
        'agg_within_group',
        'agg_star',
        'agg_distinct',
        'func_variadic',
      ];
      if (name === undefined || !FUNCTIONS.has(name) || extras.some((extra) => extra in node))
        refuse(`function ${name ?? '?'} is not supported`);
      visit(node['args'], found);
      return;
    }
    case 'TypeCast': {
      const type = nameOf(objectOf(node['typeName'])['names']);
      // `regclass` and its like look into the catalogue, not at the row.
      if (type === undefined || type.startsWith('reg')) refuse(`type ${type ?? '?'} is not supported`);
      visit(node['arg'], found);
      return;
    }
    case 'SubLink':
      return refuse('subqueries are not supported');
    default: {
      const parts = NODES[kind] ?? refuse(`${kind} is not supported`);
      for (const part of parts) visit(node[part], found);
    }
  }
}

/** The parts of `a AND b AND c`. */
function conjunction(root: unknown): readonly unknown[] {
  const and = objectOf(objectOf(root)['BoolExpr']);
  return and['boolop'] === 'AND_EXPR' ? listOf(and['args']).flatMap(conjunction) : [root];
}

function equalityOf(part: unknown, params: WhereParams): Equality | undefined {
  const expression = objectOf(objectOf(part)['A_Expr']);
  if (expression['kind'] !== 'AEXPR_OP' || nameOf(expression['name']) !== '=') return undefined;
  const sides = [expression['lexpr'], expression['rexpr']];
  for (const [left, right] of [sides, sides.toReversed()]) {
    const column = columnName(left);
    const constant = constantOf(right, params);
    if (column !== undefined && constant !== undefined) return { column, constant };
  }
  return undefined;
}

function constantOf(value: unknown, params: WhereParams): string | undefined {
  const node = objectOf(value);
  if ('ParamRef' in node) {
    const given = params[String(numberOf(objectOf(node['ParamRef'])['number']))];
    return given === undefined ? undefined : quoteLiteral(given);
  }
  const constant = objectOf(node['A_Const']);
  if ('sval' in constant) {
    const { sval = '' } = objectOf(constant['sval']);
    return typeof sval === 'string' ? quoteLiteral(sval) : undefined;
  }
  if ('ival' in constant) return String(numberOf(objectOf(constant['ival'])['ival']));
  if ('boolval' in constant) return objectOf(constant['boolval'])['boolval'] === true ? 'true' : 'false';
  return undefined;
}

function parseSelect(statement: string, field: string): Node {
  let parsed: unknown;
  try {
    parsed = parseSync(statement);
  } catch (error) {
    const place = hasSqlDetails(error) ? (error.sqlDetails?.cursorPosition ?? 0) : 0;
    throw invalid(field, `At location ${place}: ${error instanceof Error ? error.message : 'syntax error'}`);
  }
  const statements = listOf(objectOf(parsed)['stmts']);
  const select = objectOf(objectOf(objectOf(statements[0])['stmt'])['SelectStmt']);
  if (statements.length !== 1 || !('targetList' in select)) throw invalid(field, 'must be one expression');
  return select;
}

/** Anything after the clause, `LIMIT` or `UNION` or a second statement, is not part of an expression. */
function onlyKeys(select: Node, allowed: readonly string[], field: string): void {
  const extra = Object.keys(select).find((key) => !allowed.includes(key));
  const isPlain = select['op'] === 'SETOP_NONE' && select['limitOption'] === 'LIMIT_OPTION_DEFAULT';
  if (extra !== undefined || !isPlain || !(allowed[1] !== undefined && allowed[1] in select))
    throw invalid(field, 'must be one expression');
}

function columnName(value: unknown): string | undefined {
  const reference = objectOf(objectOf(value)['ColumnRef']);
  return 'fields' in reference && listOf(reference['fields']).length === 1 ? nameOf(reference['fields']) : undefined;
}

/** The last part of a name, when the parts before it are none or `pg_catalog`. */
function nameOf(value: unknown): string | undefined {
  const parts = listOf(value).map((part) => objectOf(objectOf(part)['String'])['sval']);
  const last = parts.at(-1);
  if (typeof last !== 'string' || parts.length > 2 || (parts.length === 2 && parts[0] !== 'pg_catalog'))
    return undefined;
  return last;
}

function objectOf(value: unknown): Node {
  return value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value)) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
