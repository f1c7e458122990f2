import type { authContract } from '#shared/auth/contract.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { RouteHandlers } from '#shared/server/route.ts';
import type { Accounts } from '../account/account.ts';
import { identityOf, type Call, type Limits } from '../http/http.ts';
import type { ServerContext } from '../server-context.ts';
import type { Codes } from './codes.ts';
import { readCredential, writePassword } from './credential-store.ts';
import { assertStrong, type Passwords } from './passwords.ts';
import { endSessions } from './session-store.ts';

export interface RegistrationDeps {
  readonly context: ServerContext;
  readonly accounts: Accounts;
  readonly limits: Limits;
  readonly passwords: Passwords;
  readonly codes: Codes;
  readonly requireVerifiedEmail: boolean;
}

export interface Registration {
  readonly handlers: Pick<
    RouteHandlers<typeof authContract, Call>,
    'register' | 'verifyEmail' | 'requestReset' | 'resetPassword' | 'changePassword'
  >;
}

/** How an account comes to be, and how its password changes. */
export function createRegistration(deps: RegistrationDeps): Registration {
  const { context, accounts, limits, passwords, codes, requireVerifiedEmail } = deps;
  const { db, clock, audit, jobs } = context;

  return {
    handlers: {
      async register({ email, password, locale, displayName }, call) {
        assertStrong(password, email);
        await limits.take('mailOfEmail', email.toLowerCase());
        const hash = await passwords.hash(password);
        await db.asSystem(async (tx) => {
          const { account, kind } = await accounts.register(tx, { email, locale, displayName });
          const { accountId } = account;
          if (kind === 'taken') {
            if (!requireVerifiedEmail) throw new ProblemError('email_taken');
            await jobs.enqueue(tx, 'mail', { letter: 'alreadyRegistered', accountId });
            return;
          }
          await writePassword(tx, accountId, hash, clock());
          await audit.record(tx, { actorId: accountId, subjectId: accountId, action: 'auth.register', call });
          await jobs.enqueue(tx, 'mail', { letter: 'verifyEmail', accountId });
        });
        return { kind: requireVerifiedEmail ? ('check_mail' as const) : ('ready' as const) };
      },
      async verifyEmail({ secret }, call) {
        await db.asSystem(async (tx) => {
          const { accountId } = await codes.take(tx, secret, 'verify_email');
          await accounts.markVerified(tx, accountId);
          await audit.record(tx, { actorId: accountId, subjectId: accountId, action: 'auth.verify_email', call });
        });
        return {};
      },
      async requestReset({ email }, call) {
        await limits.take('mailOfEmail', email.toLowerCase());
        await db.asSystem(async (tx) => {
          const account = await accounts.findByEmail(tx, email);
          const accountId = account?.accountId ?? null;
          // The same work for an unknown address, down to the job.
          await audit.record(tx, { actorId: null, subjectId: accountId, action: 'auth.request_reset', call });
          await jobs.enqueue(tx, 'mail', { letter: 'resetPassword', accountId });
        });
        return {};
      },
      async resetPassword({ secret, password }, call) {
        const hash = await passwords.hash(password);
        await db.asSystem(async (tx) => {
          const { accountId } = await codes.take(tx, secret, 'reset_password');
          const account = await accounts.read(tx, accountId);
          assertStrong(password, account?.email ?? '');
          await writePassword(tx, accountId, hash, clock());
          // Who reads the mail owns the address.
          await accounts.markVerified(tx, accountId);
          await endSessions(tx, accountId, { allExcept: null }, 'password_changed', clock());
          await audit.record(tx, { actorId: accountId, subjectId: accountId, action: 'auth.reset_password', call });
          await jobs.enqueue(tx, 'mail', { letter: 'passwordChanged', accountId });
        });
        return {};
      },
      async changePassword({ current, next }, call) {
        const { accountId, sessionId } = identityOf(call);
        await limits.take('signInOfEmail', accountId);
        const { account, credential } = await db.asSystem(async (tx) => ({
          account: await accounts.read(tx, accountId),
          credential: await readCredential(tx, accountId),
        }));
        if (!account || !(await passwords.isRight(current, credential?.passwordHash)))
          throw new ProblemError('wrong_credentials');
        assertStrong(next, account.email);
        const hash = await passwords.hash(next);
        await db.asSystem(async (tx) => {
          await writePassword(tx, accountId, hash, clock());
          await endSessions(tx, accountId, { allExcept: sessionId }, 'password_changed', clock());
          await audit.record(tx, { actorId: accountId, subjectId: accountId, action: 'auth.change_password', call });
          await jobs.enqueue(tx, 'mail', { letter: 'passwordChanged', accountId });
        });
        return {};
      },
    },
  };
}
