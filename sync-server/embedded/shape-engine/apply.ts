import type { Evaluator } from './evaluator.ts';
import { meetsEqualities } from './filter.ts';
import type { Filter, Router } from './filter.ts';
import type { NewEntry } from './log-store.ts';
import { logEntries } from './messages.ts';
import type { RowChange } from './messages.ts';
import type { Row, Transaction } from './pgoutput.ts';
import type { Shape } from './shape.ts';
import { isVisible } from './snapshot.ts';
import type { Table } from './catalog.ts';

/** A table that at least one shape follows. */
export interface FollowedTable {
  readonly table: Table;
  readonly shapes: Router<Shape>;
}

export interface ApplyResult {
  readonly entries: readonly NewEntry[];
  /** Where each shape's log is afterwards. */
  readonly progress: ReadonlyMap<
    Shape,
    { readonly bytes: number; readonly openBytes: number; readonly last: NewEntry }
  >;
  /** Shapes that cannot go on, with why. */
  readonly lost: ReadonlyMap<Shape, string>;
}

/**
 * What a batch of transactions means for the shapes. Changes nothing: with the entries stored or not, it can be asked again.
 * Rejects when Postgres is away.
 */
export async function applyTransactions(
  transactions: readonly Transaction[],
  tables: ReadonlyMap<number, FollowedTable>,
  evaluator: Evaluator,
  chunkBytes: number,
): Promise<ApplyResult> {
  const lost = new Map<Shape, string>();
  const steps = transactions.flatMap((transaction) => tableSteps(transaction, tables, lost));
  const questions = new Map<FollowedTable, Question>();
  const tasks = steps.flatMap((step) => shapeTasks(step, questions));

  for (const [followed, question] of questions) {
    const verdicts = await evaluator.evaluate(followed.table, [...question.rows.keys()], [...question.filters.keys()]);
    question.matches = verdicts.matches;
    if (verdicts.failed.size === 0) continue;
    const failed = new Set([...question.filters.keys()].filter((_, index) => verdicts.failed.has(index)));
    for (const shape of followed.shapes.all())
      if (shape.filter && failed.has(shape.filter)) lost.set(shape, 'its filter fails on a row');
  }
  return { ...logOf(tasks, lost, chunkBytes), lost };
}

interface Step {
  readonly followed: FollowedTable;
  readonly transaction: Transaction;
  readonly op: number;
  readonly old: Row | null;
  readonly new: Row | null;
}

/** A shape that a change may concern. There are many of them for each change, so they are small. */
interface Task {
  readonly shape: Shape;
  readonly step: Step;
  readonly old: Membership;
  readonly new: Membership;
  readonly question: Question | null;
  /** The place of the shape's filter in the question. */
  readonly filter: number;
}

/** Whether a row is in a shape: known, or the row's place in the question that says so. */
type Membership = boolean | number;

/** What Postgres must be asked about a table: rows against filters. */
interface Question {
  readonly rows: Map<Row, number>;
  readonly filters: Map<Filter, number>;
  matches: (row: number, filter: number) => boolean;
}

function tableSteps(
  transaction: Transaction,
  tables: ReadonlyMap<number, FollowedTable>,
  lost: Map<Shape, string>,
): Step[] {
  const loseAll = (followed: FollowedTable | undefined, why: string): Step[] => {
    for (const shape of followed?.shapes.all() ?? []) if (!precedes(transaction, shape)) lost.set(shape, why);
    return [];
  };
  return transaction.changes.flatMap((change, index) => {
    if (change.kind === 'truncate')
      return change.oids.flatMap((oid) => loseAll(tables.get(oid), 'the table was truncated'));
    const followed = tables.get(change.relation.oid);
    if (!followed) return [];
    if (change.relation.signature !== followed.table.signature)
      return loseAll(followed, 'the table has other columns now');
    const op = index * 2;
    switch (change.kind) {
      case 'insert':
        return [{ followed, transaction, op, old: null, new: change.new }];
      case 'update':
        if (!change.old) return loseAll(followed, 'the table has lost its full replica identity');
        return [{ followed, transaction, op, old: change.old, new: change.new }];
      case 'delete':
        if (!change.isWhole) return loseAll(followed, 'the table has lost its full replica identity');
        return [{ followed, transaction, op, old: change.old, new: null }];
    }
  });
}

/** True when the shape's snapshot already shows the transaction. */
function precedes(transaction: Transaction, shape: Shape): boolean {
  return transaction.commitLsn < shape.mark.lsn && isVisible(shape.mark, transaction.xid);
}

function shapeTasks(step: Step, questions: Map<FollowedTable, Question>): Task[] {
  const { followed, old, new: fresh } = step;
  const candidates = new Set<Shape>();
  for (const row of [old, fresh]) for (const shape of row ? followed.shapes.candidates(row) : []) candidates.add(shape);
  const tasks: Task[] = [];
  let asked = questions.get(followed);
  for (const shape of candidates) {
    if (precedes(step.transaction, shape)) continue;
    const { filter } = shape;
    const isOld = old !== null && decide(filter, old);
    const isNew = fresh !== null && decide(filter, fresh);
    if (isOld === false && isNew === false) continue;
    if (filter === null || (isOld !== 'ask' && isNew !== 'ask')) {
      tasks.push({ shape, step, old: isOld === true, new: isNew === true, question: null, filter: 0 });
      continue;
    }
    if (!asked) questions.set(followed, (asked = { rows: new Map(), filters: new Map(), matches: () => false }));
    tasks.push({
      shape,
      step,
      old: isOld === 'ask' && old ? placeIn(asked.rows, old) : isOld === true,
      new: isNew === 'ask' && fresh ? placeIn(asked.rows, fresh) : isNew === true,
      question: asked,
      filter: placeIn(asked.filters, filter),
    });
  }
  return tasks;
}

function placeIn<T>(places: Map<T, number>, item: T): number {
  const known = places.get(item);
  if (known !== undefined) return known;
  places.set(item, places.size);
  return places.size - 1;
}

function decide(filter: Filter | null, row: Row): boolean | 'ask' {
  if (!filter) return true;
  if (!meetsEqualities(filter, row)) return false;
  return filter.isOnlyEqualities ? true : 'ask';
}

function isIn(task: Task, membership: Membership): boolean {
  return typeof membership === 'boolean' ? membership : task.question?.matches(membership, task.filter) === true;
}

function logOf(
  tasks: readonly Task[],
  lost: ReadonlyMap<Shape, string>,
  chunkBytes: number,
): Omit<ApplyResult, 'lost'> {
  const perShape = new Map<Shape, Map<Transaction, RowChange[]>>();
  for (const task of tasks) {
    const before = isIn(task, task.old);
    const after = isIn(task, task.new);
    if ((!before && !after) || lost.has(task.shape) || task.shape.isDropped) continue;
    const operation = before ? (after ? 'update' : 'delete') : 'insert';
    const byTransaction = perShape.get(task.shape) ?? new Map<Transaction, RowChange[]>();
    perShape.set(task.shape, byTransaction);
    const changes = byTransaction.get(task.step.transaction) ?? [];
    byTransaction.set(task.step.transaction, changes);
    changes.push({ operation, old: task.step.old, new: task.step.new, op: task.step.op });
  }

  const entries: NewEntry[] = [];
  const progress = new Map<Shape, { bytes: number; openBytes: number; last: NewEntry }>();
  for (const [shape, byTransaction] of perShape) {
    let { openBytes } = shape;
    let bytes = 0;
    for (const [transaction, changes] of byTransaction) {
      for (const entry of logEntries(shape.view, changes, transaction.commitLsn, transaction.xid)) {
        const size = Buffer.byteLength(entry.body) + 1;
        bytes += size;
        openBytes += size;
        const endsChunk = openBytes >= chunkBytes;
        if (endsChunk) openBytes = 0;
        const stored: NewEntry = { ...entry, shapeId: shape.id, endsChunk };
        entries.push(stored);
        progress.set(shape, { bytes, openBytes, last: stored });
      }
    }
  }
  return { entries, progress };
}
