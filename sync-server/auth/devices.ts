import type { authContract } from '#shared/auth/contract.ts';
import { deviceId as deviceIdSchema } from '#shared/server/ids.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { RouteHandlers } from '#shared/server/route.ts';
import { identityOf, type Call } from '../http/http.ts';
import type { ServerContext } from '../server-context.ts';
import { deviceOfSession, endSessions, liveDevices, markDeviceRevoked, renameDevice } from './session-store.ts';

type DeviceHandlers = Pick<
  RouteHandlers<typeof authContract, Call>,
  'devices' | 'renameDevice' | 'revokeDevice' | 'signOut'
>;

/** The devices an account is signed in on. */
export function createDevices({ db, clock, audit }: ServerContext): DeviceHandlers {
  return {
    async devices(_input, call) {
      const { accountId, sessionId } = identityOf(call);
      return db.asAccount(accountId, async (tx) => {
        const own = sessionId === null ? undefined : await deviceOfSession(tx, sessionId);
        const rows = await liveDevices(tx, accountId);
        return rows.map((row) => ({
          ...row,
          deviceId: deviceIdSchema.parse(row.deviceId),
          isThis: row.deviceId === own,
        }));
      });
    },
    async renameDevice({ deviceId, name }, call) {
      const { accountId } = identityOf(call);
      if (!(await db.asAccount(accountId, (tx) => renameDevice(tx, accountId, deviceId, name))))
        throw new ProblemError('not_found');
      return {};
    },
    async revokeDevice({ deviceId }, call) {
      const { accountId } = identityOf(call);
      await db.asSystem(async (tx) => {
        if (!(await markDeviceRevoked(tx, accountId, deviceId, clock()))) throw new ProblemError('not_found');
        await endSessions(tx, accountId, { deviceId }, 'device_revoked', clock());
        const before = { deviceId };
        await audit.record(tx, {
          actorId: accountId,
          subjectId: accountId,
          action: 'auth.revoke_device',
          before,
          call,
        });
      });
      return {};
    },
    async signOut(_input, call) {
      const { accountId, sessionId } = identityOf(call);
      if (sessionId === null) throw new ProblemError('forbidden', { detail: 'an API key has no session' });
      await db.asSystem((tx) => endSessions(tx, accountId, { sessionId }, 'signed_out', clock()));
      return {};
    },
  };
}
