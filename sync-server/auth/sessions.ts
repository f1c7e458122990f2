import { MS_PER_DAY, type EpochMs } from '#shared/base/time.ts';
import type { DeviceInput, Tokens } from '#shared/auth/contract.ts';
import { ProblemError } from '#shared/server/problem.ts';
import { accountId as accountIdSchema, deviceId as deviceIdSchema } from '#shared/server/ids.ts';
import type { Role } from '#shared/account/permissions.ts';
import type { Accounts } from '../account/account.ts';
import type { Tx } from '../db/db.ts';
import type { Call } from '../http/http.ts';
import { newId } from '../ids.ts';
import type { ServerContext } from '../server-context.ts';
import { ACCESS_TOKEN_SECONDS, type AccessTokens } from './access-tokens.ts';
import { hashSecret, newSecret } from './secrets.ts';
import {
  endedSince,
  endSessions,
  extendSession,
  insertRefreshToken,
  insertSession,
  readRefreshToken,
  SESSION_ENDED,
  touchDevice,
  useRefreshToken,
  type RefreshRow,
} from './session-store.ts';

/** A device that is not used for this long signs in again. */
const SESSION_LIFE_MS = 90 * MS_PER_DAY;
/** Longer than any access token is believed. */
const REMEMBER_ENDED_MS = (ACCESS_TOKEN_SECONDS + 300) * 1000;
const MAX_REMEMBERED = 100_000;

export interface Sessions {
  /** Opens a session in the caller's transaction; the tokens are worth something once it has committed. */
  open(tx: Tx, account: { readonly accountId: string; readonly role: Role }, device: DeviceInput): Promise<Tokens>;
  /**
   * The next tokens for a refresh token. Throws ProblemError: `session_revoked` when it was used before (the session ends there and
   * then, and the person is told by mail) or the session is over, `unauthenticated` when nobody knows it.
   */
  refresh(refreshToken: string, call: Call): Promise<Tokens>;
  /** Whether a session ended within the life of the access tokens it gave out. */
  hasEnded(sessionId: string): boolean;
  close(): void;
}

type Refreshed =
  | { readonly kind: 'next'; readonly row: RefreshRow; readonly role: Role; readonly token: string }
  | { readonly kind: 'refused'; readonly reason: 'session_revoked' | 'unauthenticated' | 'account_suspended' };

export async function createSessions(
  context: ServerContext,
  accounts: Accounts,
  tokens: AccessTokens,
): Promise<Sessions> {
  const { db, clock, audit, jobs } = context;
  const ended = new Map<string, EpochMs>();

  const remember = (sessionId: string): void => {
    ended.set(sessionId, clock());
    if (ended.size <= MAX_REMEMBERED) return;
    for (const [id, atMs] of ended) if (atMs < clock() - REMEMBER_ENDED_MS) ended.delete(id);
  };
  const catchUp = async (): Promise<void> => {
    for (const id of await db.asSystem((tx) => endedSince(tx, clock() - REMEMBER_ENDED_MS))) remember(id);
  };
  const stop = await db.listen(SESSION_ENDED, (sessionId) => {
    if (sessionId !== '') remember(sessionId);
    else catchUp().catch((error: unknown) => context.log.error({ cause: String(error) }, 'ended sessions not read'));
  });
  await catchUp();

  const give = async (
    accountId: string,
    deviceId: string,
    sessionId: string,
    role: Role,
    refreshToken: string,
  ): Promise<Tokens> => ({
    accountId: accountIdSchema.parse(accountId),
    deviceId: deviceIdSchema.parse(deviceId),
    accessToken: await tokens.issue(accountId, sessionId, role),
    expiresIn: ACCESS_TOKEN_SECONDS,
    refreshToken,
  });

  const turn = async (tx: Tx, refreshToken: string, call: Call): Promise<Refreshed> => {
    const now = clock();
    const hash = hashSecret(refreshToken);
    const isFirst = await useRefreshToken(tx, hash, now);
    const row = await readRefreshToken(tx, hash);
    if (!row) return { kind: 'refused', reason: 'unauthenticated' };
    if (row.endedAtMs !== null || row.expiresAtMs <= now) return { kind: 'refused', reason: 'session_revoked' };
    if (!isFirst) {
      await endSessions(tx, row.accountId, { sessionId: row.sessionId }, 'token_reused', now);
      await audit.record(tx, { actorId: null, subjectId: row.accountId, action: 'auth.token_reused', call });
      await jobs.enqueue(tx, 'mail', {
        letter: 'tokenReused',
        accountId: row.accountId,
        deviceId: row.deviceId,
      });
      return { kind: 'refused', reason: 'session_revoked' };
    }
    const account = await accounts.read(tx, row.accountId);
    if (!account) return { kind: 'refused', reason: 'unauthenticated' };
    if (account.suspendedAtMs !== null) return { kind: 'refused', reason: 'account_suspended' };
    const token = newSecret();
    await insertRefreshToken(tx, hashSecret(token), row.sessionId, row.accountId, now);
    await extendSession(tx, row.sessionId, now, now + SESSION_LIFE_MS);
    return { kind: 'next', row, role: account.role, token };
  };

  return {
    async open(tx, { accountId, role }, device) {
      const now = clock();
      const wanted = { accountId, name: device.name, platform: device.platform };
      let deviceId = device.deviceId ?? newId(now);
      // A revoked device, or somebody else's id, comes in as a new one.
      if (!(await touchDevice(tx, { ...wanted, deviceId }, now))) {
        deviceId = deviceIdSchema.parse(newId(now));
        await touchDevice(tx, { ...wanted, deviceId }, now);
      }
      const sessionId = newId(now);
      const refreshToken = newSecret();
      await insertSession(tx, { sessionId, accountId, deviceId }, now, now + SESSION_LIFE_MS);
      await insertRefreshToken(tx, hashSecret(refreshToken), sessionId, accountId, now);
      return give(accountId, deviceId, sessionId, role, refreshToken);
    },
    async refresh(refreshToken, call) {
      // The refusal is an answer, not an error, in there: ending the session must commit.
      const turned = await db.asSystem((tx) => turn(tx, refreshToken, call));
      if (turned.kind === 'refused') throw new ProblemError(turned.reason);
      const { row, role, token } = turned;
      return give(row.accountId, row.deviceId, row.sessionId, role, token);
    },
    hasEnded: (sessionId) => ended.has(sessionId),
    close: stop,
  };
}
