import { ProblemError } from '#shared/server/problem.ts';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';

/** Budgets; each key of a budget (an address, an account, an e-mail address) has its own count. */
export interface LimitSettings {
  readonly perAddress: number;
  readonly perAccount: number;
}

const budgets = (settings: LimitSettings) => ({
  /** Every call, by address. */
  address: { points: settings.perAddress, seconds: 60 },
  /** Every call, by account. */
  account: { points: settings.perAccount, seconds: 60 },
  /** Attempts to prove who one is, by address. */
  signIn: { points: 30, seconds: 300 },
  /** The same for one e-mail address, whoever asks: guessing from many addresses is slow too. */
  signInOfEmail: { points: 10, seconds: 300 },
  /** What sends a mail, by address. */
  mail: { points: 10, seconds: 3600 },
  /** The same for one recipient. */
  mailOfEmail: { points: 5, seconds: 3600 },
  /** A hosted model's answers, by account. */
  llm: { points: 120, seconds: 60 },
  /** Whole exports, by account. */
  export: { points: 10, seconds: 3600 },
});

export type LimitName = keyof ReturnType<typeof budgets>;

export interface Limits {
  /** Takes one from a key's budget. Throws ProblemError `rate_limited` with the time to wait when it is used up. */
  take(name: LimitName, key: string): Promise<void>;
  close(): Promise<void>;
}

/** In memory, or shared between servers through Redis; when Redis is away, in memory until it is back. */
export async function createLimits(settings: LimitSettings, redisUrl?: string): Promise<Limits> {
  const redis = redisUrl === undefined ? null : await connect(redisUrl);
  const limiters = new Map<string, RateLimiterAbstract>();
  for (const [name, { points, seconds }] of Object.entries(budgets(settings))) {
    const options = { points, duration: seconds, keyPrefix: name };
    const memory = new RateLimiterMemory(options);
    limiters.set(
      name,
      redis === null ? memory : new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: memory }),
    );
  }
  return {
    async take(name, key) {
      try {
        await limiters.get(name)?.consume(key);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw new ProblemError('rate_limited', { retryAfterSeconds: Math.ceil(refusal.msBeforeNext / 1000) });
      }
    },
    async close() {
      await redis?.quit().catch(() => undefined);
    },
  };
}

async function connect(url: string) {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
  // Its own retries bring it back; until then the limiters count in memory.
  redis.on('error', () => undefined);
  return redis;
}
