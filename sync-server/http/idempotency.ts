import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#shared/base/time.ts';
import { MS_PER_DAY } from '#shared/base/time.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { Db } from '../db/db.ts';
import { claimKey, forgetCalls, keepAnswer, readCall, releaseKey } from './idempotency-store.ts';

export interface Idempotency {
  /**
   * Does `work` once for a key and gives the same answer to every repetition for a day. The key is the caller's secret: answers
   * rest sealed with it, found by its hash, so tokens among them are of no use to who reads the table.
   * Throws ProblemError `key_reused` for another request, `call_in_progress` while the first is being answered. A call that throws
   * leaves the key free. One cut off by a crash may be done again after a minute: what must never happen twice guards itself.
   */
  once(scope: string, key: string, request: string, work: () => Promise<unknown>): Promise<unknown>;
  /** Drops what is older than a day; returns how many. */
  forgetOld(): Promise<number>;
}

const STALE_MS = 60_000;
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What a caller may send as a key. */
export const KEY_PATTERN = /^[A-Za-z0-9_-]{16,128}$/;

export function createIdempotency(db: Db, clock: Clock): Idempotency {
  return {
    async once(scope, key, request, work) {
      const keyHash = digest(`${scope}\n${key}`);
      const requestHash = digest(request);
      const now = clock();
      const claimed = await db.asSystem((tx) => claimKey(tx, keyHash, requestHash, now, now - STALE_MS));
      if (!claimed) {
        const known = await db.asSystem((tx) => readCall(tx, keyHash));
        if (known && !timingSafeEqual(known.requestHash, requestHash)) throw new ProblemError('key_reused');
        if (!known?.answer) throw new ProblemError('call_in_progress', { retryAfterSeconds: 1 });
        return JSON.parse(unseal(known.answer, key));
      }
      try {
        const answer = await work();
        await db.asSystem((tx) => keepAnswer(tx, keyHash, seal(JSON.stringify(answer), key)));
        return answer;
      } catch (error) {
        await db.asSystem((tx) => releaseKey(tx, keyHash)).catch(() => undefined);
        throw error;
      }
    },
    forgetOld: () => db.asSystem((tx) => forgetCalls(tx, clock() - MS_PER_DAY)),
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function seal(text: string, key: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, sealingKey(key), nonce);
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

function unseal(sealed: Uint8Array, key: string): string {
  const decipher = createDecipheriv(CIPHER, sealingKey(key), sealed.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
}

function sealingKey(key: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, '', 'tomoshibi idempotent answer', 32));
}
