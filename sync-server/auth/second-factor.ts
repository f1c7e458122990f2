import { randomBytes } from 'node:crypto';
import { generateSecret, generateURI, verify } from 'otplib';
import type { EpochMs } from '#shared/base/time.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { Tx } from '../db/db.ts';
import type { Sealer } from '../sealer.ts';
import {
  confirmTotp,
  removeTotp,
  useRecoveryCode,
  useTotpStep,
  writeTotpSecret,
  type Credential,
} from './credential-store.ts';
import { hashSecret } from './secrets.ts';

const STEP_SECONDS = 30;
const RECOVERY_CODES = 10;
const RECOVERY_BYTES = 10;
const ISSUER = 'Tomoshibi';

export interface SecondFactor {
  /** A secret that counts once confirmed. Throws ProblemError `conflict` when a second factor is on. */
  begin(tx: Tx, accountId: string, email: string): Promise<{ readonly secret: string; readonly uri: string }>;
  /** Turns it on; the recovery codes are told once. Null: the code is wrong. */
  confirm(tx: Tx, accountId: string, credential: Credential, code: string): Promise<readonly string[] | null>;
  /** Whether a code, of the authenticator or for recovery, is right. It is used up. */
  use(tx: Tx, accountId: string, credential: Credential, code: string): Promise<boolean>;
  remove(tx: Tx, accountId: string): Promise<void>;
}

/** TOTP (RFC 6238), one step of tolerance either way, each step once; recovery codes of 50 bits. */
export function createSecondFactor(sealer: Sealer, clock: () => EpochMs): SecondFactor {
  const purpose = (accountId: string): string => `totp ${accountId}`;

  const useCode = async (tx: Tx, accountId: string, credential: Credential, code: string): Promise<boolean> => {
    if (credential.totpSecret === null || !/^\d{6}$/.test(code)) return false;
    const epoch = Math.floor(clock() / 1000);
    const secret = sealer.unseal(credential.totpSecret, purpose(accountId));
    const result = await verify({ secret, token: code, epoch, epochTolerance: STEP_SECONDS });
    if (!result.valid) return false;
    const delta = 'delta' in result ? result.delta : 0;
    return useTotpStep(tx, accountId, Math.floor(epoch / STEP_SECONDS) + delta);
  };

  return {
    async begin(tx, accountId, email) {
      const secret = generateSecret();
      if (!(await writeTotpSecret(tx, accountId, sealer.seal(secret, purpose(accountId)))))
        throw new ProblemError('conflict', { detail: 'a second factor is on' });
      return { secret, uri: generateURI({ issuer: ISSUER, label: email, secret }) };
    },
    async confirm(tx, accountId, credential, code) {
      if (!(await useCode(tx, accountId, credential, code))) return null;
      const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
      await confirmTotp(tx, accountId, codes.map(hashRecoveryCode), clock());
      return codes;
    },
    async use(tx, accountId, credential, code) {
      if (await useCode(tx, accountId, credential, code)) return true;
      return useRecoveryCode(tx, accountId, hashRecoveryCode(code));
    },
    remove: removeTotp,
  };
}

/** `abcde-fghij`: base32, in groups that can be read out. */
function newRecoveryCode(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const text = [...randomBytes(RECOVERY_BYTES)].map((byte) => letters[byte % letters.length]).join('');
  return `${text.slice(0, 5)}-${text.slice(5)}`;
}

function hashRecoveryCode(code: string): Buffer {
  return hashSecret(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
}
