import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { authContract } from '#shared/auth/contract.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { RouteHandlers } from '#shared/server/route.ts';
import { callOf, type Call } from '../http/http.ts';
import type { Codes } from './codes.ts';
import {
  localeOf,
  messagePage,
  PAGE_HEADERS,
  resetPage,
  signInPage,
  SIGN_IN_SCRIPT,
  verifyPage,
  type PageFault,
} from './pages.ts';
import type { Registration } from './registration.ts';
import type { SignIn, SignInDeps } from './sign-in.ts';

export interface BrowserFlow {
  /** Signing in through the person's own browser (RFC 8252 with PKCE, RFC 7636), and the pages that mails link to. */
  registerPages(app: FastifyInstance): Promise<void>;
  readonly exchangeCode: RouteHandlers<typeof authContract, Call>['exchangeCode'];
}

interface BrowserFlowDeps extends SignInDeps {
  readonly codes: Codes;
  readonly signIn: SignIn;
  readonly registration: Registration;
}

/** The app listens on this machine; the system gives it a port (RFC 8252, 7.3). */
const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\]):\d{1,5}\/[\w./-]{0,200}$/;
const FLOW_LIFE_MS = 600_000;
const PURPOSE = 'authorize flow';

const request = z.object({
  response_type: z.literal('code'),
  client_id: z.literal('tomoshibi-desktop'),
  redirect_uri: z.string().regex(LOOPBACK),
  code_challenge: z.string().regex(/^[\w-]{43}$/),
  code_challenge_method: z.literal('S256'),
  state: z.string().min(8).max(500),
});
const flowSchema = z.object({ redirectUri: z.string(), challenge: z.string(), state: z.string(), untilMs: z.number() });
type Flow = z.infer<typeof flowSchema>;

const signInForm = z.object({
  flow: z.string().max(4000),
  email: z.string().max(254),
  password: z.string().max(1024),
  code: z.string().max(20).default(''),
});
const passkeyBody = z.strictObject({ flow: z.string().max(4000), response: z.record(z.string(), z.unknown()) });
const secretQuery = z.object({ secret: z.string().max(256).default('') });
const secretForm = z.object({ secret: z.string().max(256) });
const resetForm = z.object({ secret: z.string().max(256), password: z.string().max(1024) });
const boundSchema = z.object({ challenge: z.string(), redirectUri: z.string() });

export function createBrowserFlow(deps: BrowserFlowDeps): BrowserFlow {
  const { context, codes, sessions, accounts, signIn, registration } = deps;
  const { db, clock, audit, sealer, publicUrl } = context;

  const sealFlow = (flow: Flow): string =>
    Buffer.from(sealer.seal(JSON.stringify(flow), PURPOSE)).toString('base64url');
  const openFlow = (sealed: string): Flow => {
    try {
      const flow = flowSchema.parse(JSON.parse(sealer.unseal(Buffer.from(sealed, 'base64url'), PURPOSE)));
      if (flow.untilMs > clock()) return flow;
    } catch {
      // Falls through: forged, or sealed by another server.
    }
    throw new ProblemError('link_invalid');
  };
  /** Where the browser goes with the code: back to the app. */
  const redirectFor = async (flow: Flow, accountId: string): Promise<string> => {
    const bound = { challenge: flow.challenge, redirectUri: flow.redirectUri };
    const code = await db.asSystem((tx) => codes.make(tx, accountId, 'authorize', bound));
    const query = new URLSearchParams({ code, state: flow.state, iss: publicUrl });
    return `${flow.redirectUri}?${query.toString()}`;
  };

  return {
    async exchangeCode({ code, codeVerifier, redirectUri, device }, call) {
      return db.asSystem(async (tx) => {
        const { accountId, bound } = await codes.take(tx, code, 'authorize');
        const { challenge, redirectUri: wanted } = boundSchema.parse(bound);
        const given = createHash('sha256').update(codeVerifier).digest('base64url');
        if (redirectUri !== wanted || !sameText(given, challenge)) throw new ProblemError('link_invalid');
        const account = await accounts.read(tx, accountId);
        if (!account || account.suspendedAtMs !== null) throw new ProblemError('link_invalid');
        const tokens = await sessions.open(tx, account, device);
        const after = { deviceId: tokens.deviceId, how: 'browser' };
        await audit.record(tx, { actorId: accountId, subjectId: accountId, action: 'auth.sign_in', after, call });
        return tokens;
      });
    },
    async registerPages(app) {
      await app.register(async (pages) => {
        pages.addContentTypeParser(
          'application/x-www-form-urlencoded',
          { parseAs: 'string', bodyLimit: 16_384 },
          (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
        );
        pages.addHook('onSend', (_request, reply, payload, done) => {
          void reply.headers(PAGE_HEADERS);
          done(null, payload);
        });
        const open = { config: { access: 'public' as const }, schema: { hide: true } };
        const guarded = { config: { access: 'public' as const, limit: 'signIn' as const }, schema: { hide: true } };
        const html = 'text/html; charset=utf-8';

        pages.get('/authorize', open, async (req, reply) => {
          const locale = localeOf(req.headers['accept-language']);
          const parsed = request.safeParse(req.query);
          // Nobody is sent on to an address that was not understood.
          if (!parsed.success) return reply.code(400).type(html).send(messagePage(locale, 'badRequest'));
          const { redirect_uri: redirectUri, code_challenge: challenge, state } = parsed.data;
          const flow = sealFlow({ redirectUri, challenge, state, untilMs: clock() + FLOW_LIFE_MS });
          return reply.type(html).send(signInPage({ locale, flow, email: '', asksCode: false, fault: null }));
        });
        pages.get('/authorize.js', open, (_req, reply) => {
          void reply.type('text/javascript; charset=utf-8').send(SIGN_IN_SCRIPT);
        });
        pages.post('/authorize', guarded, async (req, reply) => {
          const locale = localeOf(req.headers['accept-language']);
          const form = signInForm.safeParse(req.body);
          if (!form.success) return reply.code(400).type(html).send(messagePage(locale, 'badRequest'));
          const { flow: sealed, email, password, code } = form.data;
          const again = (fault: PageFault | null, asksCode: boolean) =>
            reply
              .code(fault === null ? 200 : 401)
              .type(html)
              .send(signInPage({ locale, flow: sealed, email, asksCode, fault }));
          try {
            const flow = openFlow(sealed);
            const proof = await signIn.prove(email, password, code === '' ? undefined : code, callOf(req));
            if (proof.kind === 'code_needed') return await again(null, true);
            return await reply.redirect(await redirectFor(flow, proof.account.accountId), 303);
          } catch (error) {
            return again(faultOf(error), code !== '');
          }
        });
        pages.post('/authorize/passkey', guarded, async (req) => {
          const body = passkeyBody.safeParse(req.body);
          if (!body.success) throw new ProblemError('invalid_request');
          const flow = openFlow(body.data.flow);
          const account = await signIn.provePasskey(body.data.response, callOf(req));
          return { redirect: await redirectFor(flow, account.accountId) };
        });
        // Mail programs open links to look at them: only the button does anything.
        pages.get('/verify-email', open, async (req, reply) => {
          const { secret } = secretQuery.parse(req.query);
          return reply.type(html).send(verifyPage(localeOf(req.headers['accept-language']), secret));
        });
        pages.post('/verify-email', guarded, async (req, reply) => {
          const locale = localeOf(req.headers['accept-language']);
          const form = secretForm.safeParse(req.body);
          const done = form.success && (await wentWell(registration.handlers.verifyEmail(form.data, callOf(req))));
          return reply
            .code(done ? 200 : 410)
            .type(html)
            .send(messagePage(locale, done ? 'verified' : 'linkInvalid'));
        });
        pages.get('/reset-password', open, async (req, reply) => {
          const { secret } = secretQuery.parse(req.query);
          return reply.type(html).send(resetPage(localeOf(req.headers['accept-language']), secret, null));
        });
        pages.post('/reset-password', guarded, async (req, reply) => {
          const locale = localeOf(req.headers['accept-language']);
          const form = resetForm.safeParse(req.body);
          if (!form.success) return reply.code(400).type(html).send(messagePage(locale, 'badRequest'));
          try {
            await registration.handlers.resetPassword(form.data, callOf(req));
            return await reply.type(html).send(messagePage(locale, 'passwordSet'));
          } catch (error) {
            const fault = faultOf(error);
            if (fault === 'weak')
              return reply
                .code(422)
                .type(html)
                .send(resetPage(locale, form.data.secret, fault));
            return reply.code(410).type(html).send(messagePage(locale, 'linkInvalid'));
          }
        });
      });
    },
  };
}

/** A refusal a page has words for; anything else is the server's failure. */
function faultOf(error: unknown): PageFault {
  if (!(error instanceof ProblemError)) throw error;
  if (error.reason === 'wrong_credentials') return 'wrong';
  if (error.reason === 'weak_password') return 'weak';
  if (error.reason === 'rate_limited') return 'tooMany';
  if (error.reason === 'account_suspended') return 'suspended';
  if (error.reason === 'forbidden') return 'unverified';
  if (error.reason === 'link_invalid') return 'tooLate';
  throw error;
}

async function wentWell(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    faultOf(error);
    return false;
  }
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
