import { execFileSync } from 'node:child_process';
import os from 'node:os';

/** The value below which `share` of the samples lie. Throws when there are none. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('no samples');
  return value;
}

/** Runs `work` on each item, one after the other, and answers with each run's milliseconds. */
export async function timeEach<T>(items: readonly T[], work: (item: T) => unknown): Promise<number[]> {
  const times: number[] = [];
  for (const item of items) {
    const begin = performance.now();
    await work(item);
    times.push(performance.now() - begin);
  }
  return times;
}

/** One figure of a bench: what was measured, beside its baseline and its budget where it has them. */
export interface Figure {
  readonly key: string;
  readonly label: string;
  readonly value: number;
  readonly baseline?: number;
  readonly budget?: number;
  /** For what should be great, not small. */
  readonly atLeast?: number;
}

/** Prints a table and, last, one line of JSON; fails the process when a budget is broken. */
export function reportFigures(name: string, figures: readonly Figure[]): void {
  const rows = figures.map((figure) => [
    figure.label,
    shown(figure.value),
    figure.baseline === undefined ? '' : shown(figure.baseline),
    figure.budget !== undefined
      ? `≤ ${shown(figure.budget)}`
      : figure.atLeast !== undefined
        ? `≥ ${shown(figure.atLeast)}`
        : '',
    fault(figure) ?? '',
  ]);
  const all = [['figure', 'ours', 'baseline', 'budget', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  console.log(`\n${machine()}`);
  for (const row of all) {
    console.log(
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    );
  }
  const flat = Object.fromEntries(
    figures.flatMap(({ key, value, baseline }): [string, number][] => [
      [key, rounded(value)],
      ...(baseline === undefined
        ? []
        : [[`baseline${key.charAt(0).toUpperCase()}${key.slice(1)}`, rounded(baseline)] satisfies [string, number]]),
    ]),
  );
  console.log(JSON.stringify({ name, figures: flat }));
  if (figures.some((figure) => fault(figure) !== undefined)) process.exitCode = 1;
}

function fault({ value, budget, atLeast }: Figure): string | undefined {
  if (budget !== undefined && value > budget) return 'OVER';
  return atLeast !== undefined && value < atLeast ? 'UNDER' : undefined;
}

function machine(): string {
  const revision = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  return `${os.cpus().length} × ${os.cpus()[0]?.model ?? 'unknown CPU'}, ${Math.round(os.totalmem() / 2 ** 30)} GB, Node ${process.version}, ${revision}`;
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
