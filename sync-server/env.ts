import { z } from 'zod';

/** The environment cannot be used; `message` lists every fault by its variable. */
export class EnvError extends Error {}

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(['0', '1', 'true', 'false']).transform((text) => text === '1' || text === 'true');
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be postgres://…' });
const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be http(s)://…' })
  .transform((url) => url.replace(/\/+$/, ''));

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(17_480),
  /** Where people and their apps reach the server; default http://HOST:PORT. Passkeys are bound to its host. */
  PUBLIC_URL: httpUrl.optional(),
  /** The owner's address of the database: migrations, jobs, replication. */
  DATABASE_URL: postgresUrl,
  /** Seals signing keys and second factors; the same on all servers of a database. */
  SERVER_SECRET: z.string().min(32, 'at least 32 characters are needed'),
  /** Whether an address must be confirmed, by a mail, before it can sign in. */
  REQUIRE_VERIFIED_EMAIL: flag.default(true),
  /** A login that is a member of tomoshibi_account and tomoshibi_system and owns nothing; default: the owner takes those roles. */
  DATABASE_APP_URL: postgresUrl.optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(500).default(10),
  DATABASE_STATEMENT_TIMEOUT_MS: z.coerce.number().int().min(100).max(600_000).default(10_000),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be redis://…' }).optional(),
  /** smtp(s)://user:password@host:port */
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be smtp://…' }).optional(),
  MAIL_FROM: z.string().default('Tomoshibi <no-reply@localhost>'),
  /** Mails are written here as files when there is no SMTP_URL. */
  MAIL_OUTBOX: z.string().default('.data/outbox'),
  ELECTRIC_URL: httpUrl.optional(),
  ELECTRIC_SECRET: z.string().optional(),
  /** Without ELECTRIC_URL: where our own shape engine keeps its logs. */
  ELECTRIC_STORAGE_DIR: z.string().default('.data/shapes'),
  /** Hosted models: an OpenAI-compatible address with its /v1, and what stands in when it fails. */
  LLM_PRIMARY_URL: httpUrl.optional(),
  LLM_PRIMARY_KEY: z.string().optional(),
  LLM_SECONDARY_URL: httpUrl.optional(),
  LLM_SECONDARY_KEY: z.string().optional(),
  /** The models offered, with commas between; the first is the default. Empty: whatever is asked for is passed on. */
  LLM_MODELS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    ),
  /** Tokens an account may use in a month, in and out. */
  LLM_MONTHLY_TOKENS: z.coerce.number().int().min(0).default(2_000_000),
  /** An address with OpenAI's moderation interface, asked before anything is passed on. */
  LLM_MODERATION_URL: httpUrl.optional(),
  LLM_MODERATION_KEY: z.string().optional(),
  /** Without it /metrics answers this machine only. */
  METRICS_TOKEN: z.string().min(16).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  /** Behind a proxy that sets X-Forwarded-For: how many of them. 0: believe nobody. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  /** Calls a minute. */
  LIMIT_PER_ADDRESS: z.coerce.number().int().min(1).default(600),
  LIMIT_PER_ACCOUNT: z.coerce.number().int().min(1).default(1_200),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  /** Whether this server takes jobs from the queue. */
  RUN_JOBS: flag.default(true),
});

/** What the server is told by its environment, checked. */
export type Env = z.infer<typeof schema>;

/** Throws EnvError. An empty variable counts as absent. */
export function parseEnv(variables: Readonly<Record<string, string | undefined>>): Env {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    Object.hasOwn(given, String(path[0])) ? `  ${path.join('.')}: ${message}` : `  ${path.join('.')} is missing`,
  );
  throw new EnvError(`The environment cannot be used:\n${faults.join('\n')}`);
}
