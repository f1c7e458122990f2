import type { authContract, DeviceInput, SignInResult } from '#shared/auth/contract.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { RouteHandlers } from '#shared/server/route.ts';
import type { Accounts, AccountRow } from '../account/account.ts';
import type { Tx } from '../db/db.ts';
import type { Call, Limits } from '../http/http.ts';
import type { ServerContext } from '../server-context.ts';
import { readCredential, type Credential } from './credential-store.ts';
import type { Passkeys, WebAuthnJson } from './passkeys.ts';
import type { Passwords } from './passwords.ts';
import type { SecondFactor } from './second-factor.ts';
import type { Sessions } from './sessions.ts';

export interface SignInDeps {
  readonly context: ServerContext;
  readonly accounts: Accounts;
  readonly limits: Limits;
  readonly passwords: Passwords;
  readonly secondFactor: SecondFactor;
  readonly passkeys: Passkeys;
  readonly sessions: Sessions;
  readonly requireVerifiedEmail: boolean;
}

export type Proof = { readonly kind: 'proven'; readonly account: AccountRow } | { readonly kind: 'code_needed' };

export interface SignIn {
  readonly handlers: Pick<RouteHandlers<typeof authContract, Call>, 'signIn' | 'signInWithPasskey' | 'passkeyOptions'>;
  /**
   * Whether somebody is who they say. Throws ProblemError `wrong_credentials`, whatever of it is wrong, in the same time;
   * `account_suspended` and an unconfirmed address are told only to who knows the password.
   */
  prove(email: string, password: string, code: string | undefined, call: Call): Promise<Proof>;
  provePasskey(response: WebAuthnJson, call: Call): Promise<AccountRow>;
  confirmPassword(accountId: string, password: string): Promise<void>;
  /** The same, with what it was checked against. */
  credentialFor(accountId: string, password: string): Promise<{ account: AccountRow; credential: Credential }>;
}

export function createSignIn(deps: SignInDeps): SignIn {
  const { context, accounts, limits, passwords, secondFactor, passkeys, sessions } = deps;
  const { db, audit } = context;

  const mayEnter = (account: AccountRow): void => {
    if (account.suspendedAtMs !== null) throw new ProblemError('account_suspended');
    if (deps.requireVerifiedEmail && account.emailVerifiedAtMs === null)
      throw new ProblemError('forbidden', { detail: 'email_unverified' });
  };

  const failed = (account: AccountRow | undefined, call: Call): Promise<void> =>
    db.asSystem((tx) =>
      audit.record(tx, { actorId: null, subjectId: account?.accountId ?? null, action: 'auth.sign_in_failed', call }),
    );

  const prove: SignIn['prove'] = async (email, password, code, call) => {
    await limits.take('signInOfEmail', email.toLowerCase());
    const { account, credential } = await db.asSystem(async (tx) => {
      const found = await accounts.findByEmail(tx, email);
      return { account: found, credential: found && (await readCredential(tx, found.accountId)) };
    });
    const isRight = await passwords.isRight(password, credential?.passwordHash);
    if (!isRight || !account || !credential) {
      await failed(account, call);
      throw new ProblemError('wrong_credentials');
    }
    mayEnter(account);
    if (credential.totpConfirmedAtMs === null) return { kind: 'proven', account };
    if (code === undefined) return { kind: 'code_needed' };
    if (!(await db.asSystem((tx) => secondFactor.use(tx, account.accountId, credential, code)))) {
      await failed(account, call);
      throw new ProblemError('wrong_credentials');
    }
    return { kind: 'proven', account };
  };

  const provePasskey: SignIn['provePasskey'] = async (response, call) => {
    const account = await db.asSystem(async (tx) => accounts.read(tx, await passkeys.prove(tx, response)));
    if (!account) {
      await failed(undefined, call);
      throw new ProblemError('wrong_credentials');
    }
    mayEnter(account);
    return account;
  };

  const enter = async (tx: Tx, account: AccountRow, device: DeviceInput, how: string, call: Call) => {
    const tokens = await sessions.open(tx, account, device);
    const { accountId } = account;
    const after = { deviceId: tokens.deviceId, how };
    await audit.record(tx, { actorId: accountId, subjectId: accountId, action: 'auth.sign_in', after, call });
    return tokens;
  };

  const credentialFor: SignIn['credentialFor'] = async (accountId, password) => {
    await limits.take('signInOfEmail', accountId);
    const found = await db.asSystem(async (tx) => ({
      account: await accounts.read(tx, accountId),
      credential: await readCredential(tx, accountId),
    }));
    const isRight = await passwords.isRight(password, found.credential?.passwordHash);
    if (!isRight || !found.account || !found.credential) throw new ProblemError('wrong_credentials');
    return { account: found.account, credential: found.credential };
  };

  return {
    prove,
    provePasskey,
    credentialFor,
    async confirmPassword(accountId, password) {
      await credentialFor(accountId, password);
    },
    handlers: {
      async signIn({ email, password, code, device }, call): Promise<SignInResult> {
        const proof = await prove(email, password, code, call);
        if (proof.kind === 'code_needed') return proof;
        const how = code === undefined ? 'password' : 'password+code';
        return { kind: 'signed_in', ...(await db.asSystem((tx) => enter(tx, proof.account, device, how, call))) };
      },
      passkeyOptions: async () => ({ options: await db.asSystem((tx) => passkeys.signInOptions(tx)) }),
      async signInWithPasskey({ response, device }, call) {
        const account = await provePasskey(response, call);
        return db.asSystem((tx) => enter(tx, account, device, 'passkey', call));
      },
    },
  };
}
