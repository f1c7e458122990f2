import { LRUCache } from 'lru-cache';
import type { EpochMs } from '#shared/base/time.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { Accounts } from '../account/account.ts';
import type { Identity } from '../identity.ts';
import type { ServerContext } from '../server-context.ts';
import type { AccessTokens } from './access-tokens.ts';
import { API_KEY_ENDED, findApiKey } from './api-key-store.ts';
import { API_KEY_PREFIX } from './api-keys.ts';
import { hashSecret } from './secrets.ts';
import type { Sessions } from './sessions.ts';

export interface Authenticator {
  /** Who an Authorization header proves; null without one. Throws ProblemError when it proves nothing (any more). */
  authenticate(authorization: string | undefined): Promise<Identity | null>;
  close(): void;
}

const CACHED_KEYS = 5_000;
const KEY_TTL_MS = 60_000;
const MAX_HEADER = 4_096;

export async function createAuthenticator(
  { db, clock, metrics }: ServerContext,
  accounts: Accounts,
  tokens: AccessTokens,
  sessions: Sessions,
): Promise<Authenticator> {
  const cache = new LRUCache<
    string,
    { readonly keyId: string; readonly identity: Identity; readonly untilMs: EpochMs }
  >({
    max: CACHED_KEYS,
  });
  const stop = await db.listen(API_KEY_ENDED, (keyId) => {
    if (keyId === '') cache.clear();
    else for (const [hash, entry] of cache.entries()) if (entry.keyId === keyId) cache.delete(hash);
  });

  const byApiKey = async (secret: string): Promise<Identity> => {
    const hash = hashSecret(secret);
    const cacheKey = hash.toString('base64url');
    const hit = cache.get(cacheKey);
    const isFresh = hit !== undefined && clock() < hit.untilMs;
    metrics.countCache('api_key', isFresh);
    if (isFresh) return hit.identity;
    const found = await db.asSystem(async (tx) => {
      const key = await findApiKey(tx, hash, clock());
      const account = key && (await accounts.read(tx, key.accountId));
      return key && account && { key, account };
    });
    if (!found) throw new ProblemError('unauthenticated');
    const { key, account } = found;
    if (account.suspendedAtMs !== null) throw new ProblemError('account_suspended');
    const identity: Identity = { accountId: key.accountId, role: account.role, sessionId: null, scopes: key.scopes };
    const untilMs = Math.min(clock() + KEY_TTL_MS, key.expiresAtMs ?? Number.POSITIVE_INFINITY);
    cache.set(cacheKey, { keyId: key.keyId, identity, untilMs });
    return identity;
  };

  return {
    async authenticate(authorization) {
      if (authorization === undefined) return null;
      const credential = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization.slice(0, MAX_HEADER))?.[1];
      if (credential === undefined) throw new ProblemError('unauthenticated');
      if (credential.startsWith(API_KEY_PREFIX)) return byApiKey(credential);
      const identity = await tokens.verify(credential);
      if (identity.sessionId === null || sessions.hasEnded(identity.sessionId))
        throw new ProblemError('session_revoked');
      return identity;
    },
    close: stop,
  };
}
