import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { EpochMs } from '#shared/base/time.ts';
import type { Tokens } from '#shared/auth/contract.ts';
import { createServerClient, type Fetch } from '#shared/server/client.ts';
import { serverContract, type TomoshibiServer } from '#shared/server/contract.ts';
import { migrate } from './db/migrate.ts';
import { ensureServerLogin } from './db/server-login.ts';
import { startPostgres, type EmbeddedPostgres } from './embedded/postgres.ts';
import { parseEnv } from './env.ts';
import { migrateJobs } from './jobs/jobs.ts';
import type { Mail, Mailer } from './mail/mail.ts';
import { createServer, type Server } from './server.ts';

/** A throw-away PostgreSQL, one for a test file: `openTestCluster()` in beforeAll, `close()` in afterAll. */
export interface TestCluster {
  readonly postgres: EmbeddedPostgres;
  /** A fresh database, migrated: the owner's address and the server's. */
  newDatabase(): Promise<TestDatabase>;
  /** A fresh, empty database. */
  newEmptyDatabase(): Promise<string>;
  /** A server on `database`, or on a fresh one. */
  newServer(options?: TestServerOptions): Promise<TestServer>;
  /** Ends every server still open, then PostgreSQL, and removes its files. */
  close(): Promise<void>;
}

export interface TestDatabase {
  readonly ownerUrl: string;
  readonly appUrl: string;
}

export interface TestServerOptions {
  readonly database?: TestDatabase;
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: TestClock;
}

/** A clock that goes only when told. */
export interface TestClock {
  (): EpochMs;
  advance(ms: number): void;
}

export interface TestServer extends Server {
  readonly database: TestDatabase;
  readonly clock: TestClock;
  readonly mails: TestMails;
  /** A client without a token. */
  readonly client: TomoshibiServer;
  clientFor(tokens: { readonly accessToken: string }): TomoshibiServer;
  /** Registers and signs in; every call another account. */
  signUp(options?: { readonly role?: string }): Promise<TestAccount>;
  /** Runs SQL as the owner, past all policies: to look behind the curtain. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
}

export interface TestAccount {
  readonly email: string;
  readonly password: string;
  readonly tokens: Tokens;
  readonly accountId: string;
  readonly client: TomoshibiServer;
  /** For `inject`. */
  readonly headers: { readonly authorization: string };
}

export interface TestMails extends Mailer {
  readonly all: readonly Mail[];
  /** The next mail to somebody, that came or is to come, that was not given out yet. */
  next(to: string): Promise<Mail>;
}

const SECRET = 'a secret of the tests, and of nothing else';
const MAIL_TIMEOUT_MS = 20_000;

export async function openTestCluster(): Promise<TestCluster> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-pg-'));
  const postgres = await startPostgres({ dir, durable: false });
  const admin = new pg.Client({ connectionString: postgres.url('postgres') });
  admin.on('error', () => undefined);
  await admin.connect();
  const servers = new Set<Server>();
  let template: Promise<string> | null = null;
  let count = 0;

  const makeTemplate = async (): Promise<string> => {
    await admin.query('CREATE DATABASE template_migrated');
    await migrateJobs(postgres.url('template_migrated'));
    await migrate(postgres.url('template_migrated'));
    await ensureServerLogin(postgres.url('template_migrated'), SECRET);
    return 'template_migrated';
  };

  const create = async (from: string): Promise<string> => {
    count += 1;
    const name = `test_${count}`;
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${from}`);
    return name;
  };

  const newDatabase = async (): Promise<TestDatabase> => {
    template ??= makeTemplate();
    const ownerUrl = postgres.url(await create(await template));
    const appUrl = new URL(ownerUrl);
    appUrl.username = 'tomoshibi_server';
    appUrl.password = SECRET;
    return { ownerUrl, appUrl: appUrl.href };
  };

  return {
    postgres,
    newDatabase,
    newEmptyDatabase: async () => postgres.url(await create('template1')),
    async newServer(options = {}) {
      const server = await createTestServer(options.database ?? (await newDatabase()), options);
      servers.add(server);
      return server;
    },
    async close() {
      await Promise.all([...servers].map((server) => server.close()));
      await admin.end().catch(() => undefined);
      await postgres.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export function testClock(startMs: EpochMs = Date.now()): TestClock {
  let now = startMs;
  return Object.assign(() => now, {
    advance(ms: number) {
      now += ms;
    },
  });
}

async function createTestServer(database: TestDatabase, options: TestServerOptions): Promise<TestServer> {
  const clock = options.clock ?? testClock();
  const mails = testMails();
  const env = parseEnv({
    DATABASE_URL: database.ownerUrl,
    DATABASE_APP_URL: database.appUrl,
    DATABASE_POOL_SIZE: '6',
    SERVER_SECRET: SECRET,
    REQUIRE_VERIFIED_EMAIL: '0',
    LOG_LEVEL: 'silent',
    PORT: '0',
    // Made by a test that reads shapes, and by no other.
    ELECTRIC_STORAGE_DIR: path.join(os.tmpdir(), `tomoshibi-shapes-${crypto.randomUUID()}`),
    PUBLIC_URL: 'http://localhost:17480',
    LIMIT_PER_ADDRESS: '100000',
    LIMIT_PER_ACCOUNT: '100000',
    ...options.env,
  });
  const server = await createServer({ env, clock, mailer: mails, version: '0.0.0-test' });
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
  owner.on('error', () => undefined);
  let closing: Promise<void> | null = null;
  const closeBoth = async (): Promise<void> => {
    await server.close();
    await owner.end();
  };
  const clientFor = (tokens: { readonly accessToken: string } | null): TomoshibiServer =>
    createServerClient(serverContract, {
      baseUrl: '',
      fetch: injectingFetch(server),
      accessToken: () => Promise.resolve(tokens?.accessToken ?? null),
      newKey: () => crypto.randomUUID(),
    });
  const client = clientFor(null);
  const query = async (text: string, values: readonly unknown[] = []) =>
    (await owner.query<Record<string, unknown>>(text, [...values])).rows;

  let people = 0;
  return {
    ...server,
    database,
    clock,
    mails,
    client,
    clientFor,
    query,
    async signUp({ role } = {}) {
      people += 1;
      const email = `person${people}@example.test`;
      const password = `a fine day for walking ${people}`;
      await client.auth.register({ email, password, locale: 'ja' });
      if (role !== undefined) await query('UPDATE account SET role = $2 WHERE email = $1', [email, role]);
      await query('UPDATE account SET email_verified_at_ms = 1 WHERE email = $1', [email]);
      const device = { name: 'test', platform: 'linux' };
      const tokens = await client.auth.signIn({ email, password, device });
      if (tokens.kind !== 'signed_in') throw new Error('a fresh account has no second factor');
      return {
        email,
        password,
        tokens,
        accountId: tokens.accountId,
        client: clientFor(tokens),
        headers: { authorization: `Bearer ${tokens.accessToken}` },
      };
    },
    close() {
      closing ??= closeBoth();
      return closing;
    },
  };
}

/** Calls the server without a socket. Every call comes from an address of its own: limits are tested where they are meant. */
function injectingFetch(server: Server): Fetch {
  let calls = 0;
  return async (url, { method, headers, body }) => {
    calls += 1;
    const remoteAddress = `10.${(calls >> 16) & 255}.${(calls >> 8) & 255}.${calls & 255}`;
    const response = await server.app.inject({
      method: method as 'GET',
      url,
      headers,
      remoteAddress,
      ...(body === undefined ? {} : { payload: body }),
    });
    return {
      status: response.statusCode,
      headers: { get: (name) => (response.headers[name] === undefined ? null : String(response.headers[name])) },
      text: () => Promise.resolve(response.body),
    };
  };
}

function testMails(): TestMails {
  const all: Mail[] = [];
  const given = new Set<Mail>();
  const waiting = new Set<() => void>();
  return {
    all,
    send(mail) {
      all.push(mail);
      for (const look of waiting) look();
      return Promise.resolve();
    },
    next(to) {
      return new Promise((resolve, reject) => {
        const timeout = setTimeout(() => reject(new Error(`no mail came for ${to}`)), MAIL_TIMEOUT_MS);
        const look = (): void => {
          const mail = all.find((each) => each.to === to && !given.has(each));
          if (!mail) return;
          clearTimeout(timeout);
          waiting.delete(look);
          given.add(mail);
          resolve(mail);
        };
        waiting.add(look);
        look();
      });
    },
    close: () => undefined,
  };
}
