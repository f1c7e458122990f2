/**
 * A place in a shape's log: `<lsn>_<op>`. -1 lies before everything, the snapshot's chunks are 0_0, 0_1, …, and its virtual end is
 * 0_inf. Positions in the write-ahead log are plain numbers: 2^53 bytes of it are nine petabytes.
 */
export interface Offset {
  readonly lsn: number;
  /** Infinity for `inf`. */
  readonly op: number;
}

export const BEFORE_ALL: Offset = { lsn: -1, op: 0 };
export const SNAPSHOT_END: Offset = { lsn: 0, op: Infinity };

/** `-1` and `<lsn>_<op>`; undefined for anything else, `now` included. */
export function parseOffset(text: string): Offset | undefined {
  if (text === '-1') return BEFORE_ALL;
  const match = /^(\d{1,20})_(\d{1,20}|inf)$/.exec(text);
  if (!match) return undefined;
  return { lsn: Number(match[1]), op: match[2] === 'inf' ? Infinity : Number(match[2]) };
}

export function formatOffset(offset: Offset): string {
  if (offset.lsn < 0) return '-1';
  return `${offset.lsn}_${offset.op === Infinity ? 'inf' : offset.op}`;
}

/** Negative when `a` lies before `b`. */
export function compareOffsets(a: Offset, b: Offset): number {
  if (a.lsn !== b.lsn) return a.lsn - b.lsn;
  return a.op === b.op ? 0 : a.op < b.op ? -1 : 1;
}

/** Postgres' own way to write a log position, `16/B374D848`, as a number. */
export function parseLsn(text: string): number {
  const [high = '', low = ''] = text.split('/');
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
}

export function formatLsn(lsn: number): string {
  return `${Math.floor(lsn / 2 ** 32).toString(16)}/${(lsn % 2 ** 32).toString(16)}`.toUpperCase();
}
