import type { authContract } from '#shared/auth/contract.ts';
import { passkeyId as passkeyIdSchema } from '#shared/server/ids.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { RouteHandlers } from '#shared/server/route.ts';
import { identityOf, type Call } from '../http/http.ts';
import { readCredential } from './credential-store.ts';
import { deletePasskey, passkeysOf, type PasskeyRow } from './passkey-store.ts';
import type { SignIn, SignInDeps } from './sign-in.ts';

type Handlers = Pick<
  RouteHandlers<typeof authContract, Call>,
  'beginTotp' | 'confirmTotp' | 'removeTotp' | 'beginPasskey' | 'addPasskey' | 'passkeys' | 'removePasskey'
>;

/** What an account can prove itself with besides its password. */
export function createSecondFactorHandlers(deps: SignInDeps & { readonly signIn: SignIn }): Handlers {
  const { context, limits, secondFactor, passkeys, signIn } = deps;
  const { db, audit } = context;
  const note = (accountId: string, action: string, call: Call) => ({
    actorId: accountId,
    subjectId: accountId,
    action,
    call,
  });

  return {
    async beginTotp({ password }, call) {
      const { accountId } = identityOf(call);
      const { account } = await signIn.credentialFor(accountId, password);
      return db.asSystem((tx) => secondFactor.begin(tx, accountId, account.email));
    },
    async confirmTotp({ code }, call) {
      const { accountId } = identityOf(call);
      await limits.take('signInOfEmail', accountId);
      const recoveryCodes = await db.asSystem(async (tx) => {
        const credential = await readCredential(tx, accountId);
        if (!credential || credential.totpConfirmedAtMs !== null) throw new ProblemError('conflict');
        const codes = await secondFactor.confirm(tx, accountId, credential, code);
        if (codes) await audit.record(tx, note(accountId, 'auth.totp_on', call));
        return codes;
      });
      if (recoveryCodes === null) throw new ProblemError('wrong_credentials');
      return { recoveryCodes: [...recoveryCodes] };
    },
    async removeTotp({ password, code }, call) {
      const { accountId } = identityOf(call);
      const { credential } = await signIn.credentialFor(accountId, password);
      const isRight = await db.asSystem(async (tx) => {
        if (!(await secondFactor.use(tx, accountId, credential, code))) return false;
        await secondFactor.remove(tx, accountId);
        await audit.record(tx, note(accountId, 'auth.totp_off', call));
        return true;
      });
      if (!isRight) throw new ProblemError('wrong_credentials');
      return {};
    },
    async beginPasskey({ password }, call) {
      const { accountId } = identityOf(call);
      const { account } = await signIn.credentialFor(accountId, password);
      return { options: await db.asSystem((tx) => passkeys.registrationOptions(tx, account)) };
    },
    async addPasskey({ name, response }, call) {
      const { accountId } = identityOf(call);
      const row = await db.asSystem(async (tx) => {
        const added = await passkeys.add(tx, accountId, name, response);
        const after = { passkeyId: added.passkeyId };
        await audit.record(tx, { ...note(accountId, 'auth.passkey_add', call), after });
        return added;
      });
      return shown(row);
    },
    async passkeys(_input, call) {
      const { accountId } = identityOf(call);
      return (await db.asAccount(accountId, (tx) => passkeysOf(tx, accountId))).map(shown);
    },
    async removePasskey({ passkeyId }, call) {
      const { accountId } = identityOf(call);
      await db.asSystem(async (tx) => {
        if (!(await deletePasskey(tx, accountId, passkeyId))) throw new ProblemError('not_found');
        await audit.record(tx, { ...note(accountId, 'auth.passkey_remove', call), before: { passkeyId } });
      });
      return {};
    },
  };
}

function shown({ passkeyId, name, createdAtMs, lastUsedAtMs }: PasskeyRow) {
  return { passkeyId: passkeyIdSchema.parse(passkeyId), name, createdAtMs, lastUsedAtMs };
}
