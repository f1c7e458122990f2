import { MS_PER_DAY, type EpochMs } from '../base/time.ts';
import type { MemoryKind, MemoryTerm } from './contract.ts';

/** How long each term lasts after a memory was last told or recalled; `forever` has no end. */
const TERM_MS: Record<Exclude<MemoryTerm, 'forever'>, number> = { short: 7 * MS_PER_DAY, long: 365 * MS_PER_DAY };
/** Importance halves in this time unless the memory is told again or recalled. */
const HALF_LIFE_MS: Record<Exclude<MemoryTerm, 'forever'>, number> = { short: 3 * MS_PER_DAY, long: 120 * MS_PER_DAY };
/** Below this an event is small talk. */
const PASSING_IMPORTANCE = 0.4;
/** What has expired is kept this long, to be brought back, before it is forgotten. */
export const EXPIRED_KEPT_MS = 30 * MS_PER_DAY;

export interface Living {
  readonly term: MemoryTerm;
  readonly pinned: boolean;
  readonly importance: number;
  readonly toldAtMs: EpochMs;
  readonly lastRecalledAtMs: EpochMs | null;
}

/** Which term a memory begins with. A fact with a name of its own (where they live, who their sister is) does not pass. */
export function firstTerm(memory: {
  readonly kind: MemoryKind;
  readonly importance: number;
  readonly attribute: string | null;
}): MemoryTerm {
  if (memory.kind === 'significant') return 'forever';
  if ((memory.kind === 'fact' || memory.kind === 'relationship') && memory.attribute !== null) return 'forever';
  return memory.kind === 'event' && memory.importance < PASSING_IMPORTANCE ? 'short' : 'long';
}

/** The longer of two. */
export function longerTerm(one: MemoryTerm, other: MemoryTerm): MemoryTerm {
  const order: readonly MemoryTerm[] = ['short', 'long', 'forever'];
  return order.indexOf(one) >= order.indexOf(other) ? one : other;
}

/** When a memory expires; what lies ahead is kept until its term after it has come. Null: never. */
export function expiryOf(
  term: MemoryTerm,
  memory: {
    readonly toldAtMs: EpochMs;
    readonly lastRecalledAtMs: EpochMs | null;
    readonly validFromMs: EpochMs | null;
    readonly validToMs: EpochMs | null;
  },
): EpochMs | null {
  if (term === 'forever') return null;
  const touched = Math.max(
    memory.toldAtMs,
    memory.lastRecalledAtMs ?? 0,
    memory.validFromMs ?? 0,
    memory.validToMs ?? 0,
  );
  return touched + TERM_MS[term];
}

/** Importance as it is now, 0..1: halved for each half-life since the memory was last told or recalled. */
export function salienceOf(memory: Living, nowMs: EpochMs): number {
  if (memory.pinned) return 1;
  if (memory.term === 'forever') return memory.importance;
  const restedMs = Math.max(0, nowMs - Math.max(memory.toldAtMs, memory.lastRecalledAtMs ?? 0));
  return memory.importance * 2 ** (-restedMs / HALF_LIFE_MS[memory.term]);
}
