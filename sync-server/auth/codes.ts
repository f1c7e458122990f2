import { MS_PER_DAY, MS_PER_MINUTE } from '#shared/base/time.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { Tx } from '../db/db.ts';
import type { ServerContext } from '../server-context.ts';
import { insertCode, takeCode, type CodePurpose, type UsedCode } from './code-store.ts';
import { hashSecret, newSecret } from './secrets.ts';

const LIFE_MS: Record<CodePurpose, number> = {
  verify_email: MS_PER_DAY,
  reset_password: 60 * MS_PER_MINUTE,
  authorize: 5 * MS_PER_MINUTE,
};

/** Secrets that work once: in mails, and between browser and app. */
export interface Codes {
  make(tx: Tx, accountId: string, purpose: CodePurpose, bound?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Throws ProblemError `link_invalid` when it is unknown, used or too old. */
  take(tx: Tx, secret: string, purpose: CodePurpose): Promise<UsedCode>;
}

export function createCodes({ clock }: ServerContext): Codes {
  return {
    async make(tx, accountId, purpose, bound = {}) {
      const secret = newSecret();
      const expiresAtMs = clock() + LIFE_MS[purpose];
      await insertCode(tx, { hash: hashSecret(secret), accountId, purpose, bound, expiresAtMs });
      return secret;
    },
    async take(tx, secret, purpose) {
      const used = await takeCode(tx, hashSecret(secret), purpose, clock());
      if (!used) throw new ProblemError('link_invalid');
      return used;
    },
  };
}
