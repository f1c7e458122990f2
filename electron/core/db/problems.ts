import type { Clock } from '#shared/base/time.ts';
import type { Problem } from '#shared/host/contract.ts';

export type ProblemKind = Problem['kind'];

/** What the person should know until it is settled. */
export interface Problems {
  list(): Problem[];
  /** Notes that it stands, or no longer stands. Saying the same again changes nothing. */
  note(kind: ProblemKind, stands: boolean): void;
  onChanged(listener: () => void): () => void;
}

export function createProblems(clock: Clock): Problems {
  const since = new Map<ProblemKind, number>();
  const listeners = new Set<() => void>();
  return {
    list: () => [...since].map(([kind, sinceMs]) => ({ kind, sinceMs })),
    note(kind, stands) {
      if (stands === since.has(kind)) return;
      if (stands) since.set(kind, clock());
      else since.delete(kind);
      for (const listener of listeners) listener();
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
