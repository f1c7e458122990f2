import type { FastifyInstance } from 'fastify';
import type { Account, accountContract } from '#shared/account/contract.ts';
import { MS_PER_DAY } from '#shared/base/time.ts';
import { accountId as accountIdSchema } from '#shared/server/ids.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { RouteHandlers } from '#shared/server/route.ts';
import type { Locale } from '#shared/settings/contract.ts';
import type { Tx } from '../db/db.ts';
import { identityOf, type Call } from '../http/http.ts';
import { newId } from '../ids.ts';
import type { Tasks } from '../jobs/jobs.ts';
import type { Mailer } from '../mail/mail.ts';
import type { ServerContext } from '../server-context.ts';
import {
  findAccount,
  insertAccount,
  markVerified,
  overwriteUnverified,
  readAccount,
  setDeleteAfter,
  setRole,
  setSuspended,
  updateProfile,
  type AccountRow,
} from './account-store.ts';
import { createRowCache } from '../db/row-cache.ts';
import { deleteDue } from './deletion.ts';
import { registerExport } from './export.ts';

export type { AccountRow } from './account-store.ts';

/** What other features may know of accounts, in their own transactions. */
export interface Accounts {
  read(tx: Tx, accountId: string): Promise<AccountRow | undefined>;
  findByEmail(tx: Tx, email: string): Promise<AccountRow | undefined>;
  /**
   * `new`: registered, or an address nobody has confirmed registered again (who comes last may still confirm it). `taken`: somebody
   * has it.
   */
  register(
    tx: Tx,
    wanted: { readonly email: string; readonly locale: Locale; readonly displayName: string },
  ): Promise<{ readonly kind: 'new' | 'taken'; readonly account: { readonly accountId: string } }>;
  markVerified(tx: Tx, accountId: string): Promise<void>;
}

export interface AccountDeps {
  readonly accounts: Accounts;
  readonly mailer: Mailer;
  readonly confirmPassword: (accountId: string, password: string) => Promise<void>;
  readonly endAll: (tx: Tx, accountId: string, because: 'signed_out' | 'suspended' | 'deleted') => Promise<void>;
}

export interface AccountFeature {
  readonly handlers: RouteHandlers<typeof accountContract, Call>;
  /** `GET /v1/account/export`, which streams an archive. */
  readonly registerExport: (app: FastifyInstance) => void;
  readonly tasks: Tasks;
  readonly cron: readonly string[];
  close(): void;
}

/** How long a person can change their mind. */
const UNDO_MS = 30 * MS_PER_DAY;

export function createAccounts({ clock }: Pick<ServerContext, 'clock'>): Accounts {
  return {
    read: readAccount,
    findByEmail: findAccount,
    async register(tx, wanted) {
      const account = { ...wanted, accountId: newId(clock()), nowMs: clock() };
      if (await insertAccount(tx, account)) return { kind: 'new', account };
      const known = await findAccount(tx, wanted.email);
      if (!known) throw new ProblemError('conflict');
      if (known.emailVerifiedAtMs !== null || known.suspendedAtMs !== null) return { kind: 'taken', account: known };
      await overwriteUnverified(tx, { ...account, accountId: known.accountId });
      return { kind: 'new', account: known };
    },
    markVerified: (tx, accountId) => markVerified(tx, accountId, clock()),
  };
}

/** The account itself: profile, export, deletion, and what moderators and admins do to it. */
export async function createAccountFeature(context: ServerContext, deps: AccountDeps): Promise<AccountFeature> {
  const { db, clock, audit, jobs } = context;
  const shownAccounts = await createRowCache<Account>(context, 'account', 'account_changed');

  const show = async (tx: Tx, accountId: string): Promise<Account> => {
    const row = await readAccount(tx, accountId);
    if (!row) throw new ProblemError('not_found');
    return shown(row);
  };
  const own = (accountId: string, action: string, call: Call) => ({
    actorId: accountId,
    subjectId: accountId,
    action,
    call,
  });

  const existing = async (tx: Tx, accountId: string): Promise<AccountRow> => {
    const row = await readAccount(tx, accountId);
    if (!row) throw new ProblemError('not_found');
    return row;
  };

  return {
    handlers: {
      read: (_input, call) => {
        const { accountId } = identityOf(call);
        return shownAccounts.get(accountId, () => db.asAccount(accountId, (tx) => show(tx, accountId)));
      },
      update: ({ displayName, locale }, call) => {
        const { accountId } = identityOf(call);
        return shownAccounts.changing(accountId, () =>
          db.asAccount(accountId, async (tx) => {
            const before = await existing(tx, accountId);
            await updateProfile(tx, accountId, displayName ?? null, locale ?? null);
            const after = await show(tx, accountId);
            await audit.record(tx, {
              ...own(accountId, 'account.update', call),
              before: { displayName: before.displayName, locale: before.locale },
              after: { displayName: after.displayName, locale: after.locale },
            });
            return after;
          }),
        );
      },
      async requestDeletion({ password }, call) {
        const { accountId } = identityOf(call);
        await deps.confirmPassword(accountId, password);
        const deleteAfterMs = clock() + UNDO_MS;
        await shownAccounts.changing(accountId, () =>
          db.asSystem(async (tx) => {
            await setDeleteAfter(tx, accountId, deleteAfterMs);
            await audit.record(tx, { ...own(accountId, 'account.request_deletion', call), after: { deleteAfterMs } });
            const values = { date: new Date(deleteAfterMs).toISOString().slice(0, 16).replace('T', ' ') };
            await jobs.enqueue(tx, 'mail', { letter: 'deletionRequested', accountId, values });
          }),
        );
        return { deleteAfterMs };
      },
      undoDeletion: (_input, call) => {
        const { accountId } = identityOf(call);
        return shownAccounts.changing(accountId, () =>
          db.asAccount(accountId, async (tx) => {
            await setDeleteAfter(tx, accountId, null);
            await audit.record(tx, own(accountId, 'account.undo_deletion', call));
            return show(tx, accountId);
          }),
        );
      },
      async setRole({ accountId, role }, call) {
        const { accountId: actorId } = identityOf(call);
        await db.asSystem(async (tx) => {
          const { role: before } = await existing(tx, accountId);
          await setRole(tx, accountId, role);
          // Tokens carry the role: those given out so far end here.
          await deps.endAll(tx, accountId, 'signed_out');
          const fact = {
            actorId,
            subjectId: accountId,
            action: 'account.set_role',
            before: { role: before },
            after: { role },
          };
          await audit.record(tx, { ...fact, call });
        });
        return {};
      },
      async suspend({ accountId, reason }, call) {
        const { accountId: actorId } = identityOf(call);
        await db.asSystem(async (tx) => {
          const { role } = await existing(tx, accountId);
          if (role === 'admin') throw new ProblemError('forbidden', { detail: 'an admin' });
          await setSuspended(tx, accountId, clock());
          await deps.endAll(tx, accountId, 'suspended');
          await audit.record(tx, { actorId, subjectId: accountId, action: 'account.suspend', after: { reason }, call });
        });
        return {};
      },
      async reinstate({ accountId }, call) {
        const { accountId: actorId } = identityOf(call);
        await db.asSystem(async (tx) => {
          await existing(tx, accountId);
          await setSuspended(tx, accountId, null);
          await audit.record(tx, { actorId, subjectId: accountId, action: 'account.reinstate', call });
        });
        return {};
      },
      auditLog: ({ subjectId, beforeSeq, limit }) =>
        db.asSystem((tx) =>
          audit.read(tx, {
            limit,
            ...(subjectId === undefined ? {} : { subjectId }),
            ...(beforeSeq === undefined ? {} : { beforeSeq }),
          }),
        ),
      verifyAuditLog: () => audit.verify(),
    },
    registerExport: (app) => registerExport(app, context),
    tasks: { 'account:delete_due': () => deleteDue(context, deps.mailer, deps.endAll) },
    cron: ['41 * * * * account:delete_due'],
    close: shownAccounts.close,
  };
}

function shown(row: AccountRow): Account {
  return {
    accountId: accountIdSchema.parse(row.accountId),
    email: row.email,
    isEmailVerified: row.emailVerifiedAtMs !== null,
    displayName: row.displayName,
    locale: row.locale,
    role: row.role,
    createdAtMs: row.createdAtMs,
    hasTotp: row.hasTotp,
    deleteAfterMs: row.deleteAfterMs,
  };
}
