import type { AuditEntry } from '#shared/account/contract.ts';
import type { Clock } from '#shared/base/time.ts';
import type { Db, Tx } from '../db/db.ts';
import { appendEntry, eraseDetails, readEntries, verifyChain, type ChainState } from './audit-store.ts';

export interface AuditFact {
  /** Who did it; null: nobody known, or the server itself. */
  readonly actorId: string | null;
  /** Whose account it touches. */
  readonly subjectId: string | null;
  /** `feature.verb`, as `auth.sign_in`. */
  readonly action: string;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  /** Where the call came from. */
  readonly call?: { readonly address: string; readonly agent: string };
}

/** The append-only log of who did what to whom. An entry is part of the transaction of the deed. */
export interface Audit {
  record(tx: Tx, fact: AuditFact): Promise<void>;
  read(tx: Tx, filter: { subjectId?: string; beforeSeq?: number; limit: number }): Promise<AuditEntry[]>;
  /** Recomputes every hash. */
  verify(): Promise<ChainState>;
  /** Erases what could lead to the person; the chain still holds. */
  erase(tx: Tx, accountId: string): Promise<number>;
}

export function createAudit({ db, clock }: { readonly db: Db; readonly clock: Clock }): Audit {
  return {
    async record(tx, { actorId, subjectId, action, before, after, call }) {
      const detail = {
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
        ...(call === undefined ? {} : { address: call.address, agent: call.agent }),
      };
      await appendEntry(tx, clock(), actorId, subjectId, action, detail);
    },
    read: readEntries,
    verify: () => db.asSystem(verifyChain),
    erase: eraseDetails,
  };
}
