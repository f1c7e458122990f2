import type { FastifyInstance } from 'fastify';
import { MS_PER_DAY } from '#shared/base/time.ts';
import type { authContract } from '#shared/auth/contract.ts';
import type { RouteHandlers } from '#shared/server/route.ts';
import type { Accounts } from '../account/account.ts';
import type { Call, LimitName, Limits } from '../http/http.ts';
import type { Identity } from '../identity.ts';
import type { Tasks } from '../jobs/jobs.ts';
import { sendLetter, type LetterDeps } from './letters.ts';
import type { ServerContext } from '../server-context.ts';
import { createAccessTokens } from './access-tokens.ts';
import { API_KEY_ENDED } from './api-key-store.ts';
import { createApiKeys } from './api-keys.ts';
import { createAuthenticator } from './authenticate.ts';
import { createBrowserFlow } from './browser-flow.ts';
import { createCodes } from './codes.ts';
import { forgetCodes } from './code-store.ts';
import { createDevices } from './devices.ts';
import { forgetChallenges } from './passkey-store.ts';
import { createPasskeys } from './passkeys.ts';
import { createPasswords } from './passwords.ts';
import { createRegistration } from './registration.ts';
import { createSecondFactor } from './second-factor.ts';
import { createSecondFactorHandlers } from './second-factor-handlers.ts';
import { endSessions, forgetSessions, type EndReason } from './session-store.ts';
import { createSessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';
import type { Tx } from '../db/db.ts';
import { sqlNotify } from './notify-store.ts';

export interface Auth {
  readonly handlers: RouteHandlers<typeof authContract, Call>;
  readonly authenticate: (authorization: string | undefined) => Promise<Identity | null>;
  /** Whether this is the account's password. Counts as an attempt. Throws ProblemError `wrong_credentials` when it is not. */
  readonly confirmPassword: (accountId: string, password: string) => Promise<void>;
  /** Ends every session and API key cache of an account, in the caller's transaction. */
  readonly endAll: (tx: Tx, accountId: string, because: EndReason) => Promise<void>;
  /** The pages people's browsers see, and the public keys. */
  readonly registerPages: (app: FastifyInstance) => Promise<void>;
  readonly tasks: Tasks;
  readonly cron: readonly string[];
  close(): void;
}

export interface AuthDeps {
  readonly accounts: Accounts;
  readonly limits: Limits;
  readonly mailer: LetterDeps['mailer'];
  /** Whether an address must be confirmed before it can sign in. */
  readonly requireVerifiedEmail: boolean;
}

export { authContract } from '#shared/auth/contract.ts';

/** Budgets of single calls. */
export const AUTH_LIMITS: Readonly<Partial<Record<keyof typeof authContract, LimitName>>> = {
  register: 'mail',
  requestReset: 'mail',
  signIn: 'signIn',
  refresh: 'signIn',
  exchangeCode: 'signIn',
  verifyEmail: 'signIn',
  resetPassword: 'signIn',
  passkeyOptions: 'signIn',
  signInWithPasskey: 'signIn',
};

const KEEP_ENDED_MS = 90 * MS_PER_DAY;

/** Who people are: accounts' credentials, sessions, devices, passkeys, keys. */
export async function createAuth(context: ServerContext, deps: AuthDeps): Promise<Auth> {
  const { db, clock } = context;
  const tokens = await createAccessTokens(context);
  const sessions = await createSessions(context, deps.accounts, tokens);
  const authenticator = await createAuthenticator(context, deps.accounts, tokens, sessions);
  const passwords = await createPasswords();
  const secondFactor = createSecondFactor(context.sealer, clock);
  const passkeys = createPasskeys(context);
  const codes = createCodes(context);
  const all = { ...deps, context, passwords, secondFactor, passkeys, codes, sessions };
  const signIn = createSignIn(all);
  const registration = createRegistration(all);
  const devices = createDevices(context);
  const flow = createBrowserFlow({ ...all, signIn, registration });

  return {
    handlers: {
      ...signIn.handlers,
      ...registration.handlers,
      ...devices,
      ...createSecondFactorHandlers({ ...all, signIn }),
      ...createApiKeys(context),
      refresh: ({ refreshToken }, call) => sessions.refresh(refreshToken, call),
      exchangeCode: flow.exchangeCode,
    },
    authenticate: authenticator.authenticate,
    confirmPassword: signIn.confirmPassword,
    async endAll(tx, accountId, because) {
      await endSessions(tx, accountId, { allExcept: null }, because, clock());
      await sqlNotify(tx, API_KEY_ENDED, '');
    },
    async registerPages(app) {
      app.get('/.well-known/jwks.json', { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) => {
        void reply.header('cache-control', 'public, max-age=300').send(tokens.jwks());
      });
      await flow.registerPages(app);
    },
    tasks: {
      mail: (payload) =>
        sendLetter({ db, accounts: deps.accounts, codes, mailer: deps.mailer, publicUrl: context.publicUrl }, payload),
      'auth:tidy': async () => {
        await tokens.rotate();
        await db.asSystem(async (tx) => {
          await forgetCodes(tx, clock());
          await forgetChallenges(tx, clock());
          await forgetSessions(tx, clock() - KEEP_ENDED_MS);
        });
      },
    },
    cron: ['17 * * * * auth:tidy'],
    close() {
      authenticator.close();
      sessions.close();
    },
  };
}
