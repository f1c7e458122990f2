import type { authContract } from '#shared/auth/contract.ts';
import { MS_PER_DAY } from '#shared/base/time.ts';
import { apiKeyId } from '#shared/server/ids.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { RouteHandlers } from '#shared/server/route.ts';
import { identityOf, type Call } from '../http/http.ts';
import { newId } from '../ids.ts';
import type { ServerContext } from '../server-context.ts';
import { insertApiKey, liveApiKeys, replaceSecret, revokeApiKey, type ApiKeyRow } from './api-key-store.ts';
import { hashSecret, newSecret } from './secrets.ts';

/** Recognised by people, and by scanners that look for leaked secrets. */
export const API_KEY_PREFIX = 'tmk_';
const MAX_KEYS = 20;

type ApiKeyHandlers = Pick<
  RouteHandlers<typeof authContract, Call>,
  'apiKeys' | 'createApiKey' | 'rotateApiKey' | 'revokeApiKey'
>;

/** Keys by which other programs act for an account, within scopes. Only hashes are kept. */
export function createApiKeys({ db, clock, audit }: ServerContext): ApiKeyHandlers {
  return {
    async apiKeys(_input, call) {
      const { accountId } = identityOf(call);
      const rows = await db.asAccount(accountId, (tx) => liveApiKeys(tx, accountId));
      return rows.map(shown);
    },
    async createApiKey({ name, scopes, expiresInDays }, call) {
      const { accountId } = identityOf(call);
      const now = clock();
      const key = API_KEY_PREFIX + newSecret();
      const expiresAtMs = expiresInDays === null ? null : now + expiresInDays * MS_PER_DAY;
      const row = { keyId: newId(now), accountId, name, scopes, createdAtMs: now, expiresAtMs };
      await db.asSystem(async (tx) => {
        if ((await liveApiKeys(tx, accountId)).length >= MAX_KEYS)
          throw new ProblemError('conflict', { detail: `${MAX_KEYS} keys are the limit` });
        await insertApiKey(tx, row, hashSecret(key));
        const after = { keyId: row.keyId, scopes, expiresAtMs };
        await audit.record(tx, { actorId: accountId, subjectId: accountId, action: 'api_key.create', after, call });
      });
      return { ...shown({ ...row, lastUsedAtMs: null }), key };
    },
    async rotateApiKey({ keyId }, call) {
      const { accountId } = identityOf(call);
      const key = API_KEY_PREFIX + newSecret();
      const row = await db.asSystem(async (tx) => {
        const replaced = await replaceSecret(tx, accountId, keyId, hashSecret(key));
        if (!replaced) throw new ProblemError('not_found');
        await audit.record(tx, {
          actorId: accountId,
          subjectId: accountId,
          action: 'api_key.rotate',
          after: { keyId },
          call,
        });
        return replaced;
      });
      return { ...shown(row), key };
    },
    async revokeApiKey({ keyId }, call) {
      const { accountId } = identityOf(call);
      await db.asSystem(async (tx) => {
        if (!(await revokeApiKey(tx, accountId, keyId, clock()))) throw new ProblemError('not_found');
        await audit.record(tx, {
          actorId: accountId,
          subjectId: accountId,
          action: 'api_key.revoke',
          before: { keyId },
          call,
        });
      });
      return {};
    },
  };
}

function shown({ keyId, name, scopes, createdAtMs, expiresAtMs, lastUsedAtMs }: ApiKeyRow) {
  return { keyId: apiKeyId.parse(keyId), name, scopes: [...scopes], createdAtMs, expiresAtMs, lastUsedAtMs };
}
