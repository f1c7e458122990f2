import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Counter } from 'prom-client';
import { Transform, pipeline } from 'node:stream';
import { z } from 'zod';
import type { EpochMs } from '#shared/base/time.ts';
import { ProblemError } from '#shared/server/problem.ts';
import { callOf, identityOf } from '../http/http.ts';
import type { ServerContext } from '../server-context.ts';
import { watchTokens, type TokenWatch } from './token-watch.ts';
import { createUpstreams, type Upstream } from './upstreams.ts';
import { addUsage, tokensUsed } from './usage-store.ts';

export interface LlmRelayOptions {
  /** In order of preference; none: the relay answers `unavailable`. */
  readonly upstreams: readonly Upstream[];
  /** The models that may be asked for; the first stands for `tomoshibi` and for a call that names none. Empty: any. */
  readonly models: readonly string[];
  /** Tokens an account may use in a calendar month (UTC), in and out. */
  readonly monthlyTokens: number;
  /** Asked about what is sent on, before it is; rejects or answers false to refuse. Everything passes when absent. */
  readonly moderate?: Moderate;
}

/** Whether a text may be sent to a hosted model. Keeps nothing. */
export type Moderate = (text: string, signal: AbortSignal) => Promise<boolean>;

export interface LlmRelay {
  /** `POST /v1/chat/completions`, `POST /v1/embeddings`, `GET /v1/models`: OpenAI's interface, streamed through as it comes. */
  registerPages(app: FastifyInstance): void;
  close(): Promise<void>;
}

const ALIAS = 'tomoshibi';
const BODY_LIMIT = 8_000_000;
const KNOWN_FOR_MS = 15_000;
const SECONDS_TO_ASK_AGAIN = 60;

const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const chatBody = z.looseObject({
  model: z.string().min(1).max(200).optional(),
  messages: z
    .array(z.looseObject({ role: z.string().max(40), content: z.union([z.string(), z.array(part)]).nullish() }))
    .min(1)
    .max(4_000),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({}).nullish(),
  n: z.literal(1).nullish(),
});
const embeddingBody = z.looseObject({
  model: z.string().min(1).max(200).optional(),
  input: z.union([z.string(), z.array(z.string()).min(1).max(2_048)]),
});

interface Question {
  readonly path: string;
  readonly model: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly streamed: boolean;
}

interface Count {
  tokens: number;
  readAtMs: EpochMs;
}

/** Hosted models behind one door: who asks is known, what they use is counted, what they say is neither kept nor logged. */
export function createLlmRelay(context: ServerContext, options: LlmRelayOptions): LlmRelay {
  const { db, clock, log, metrics } = context;
  const upstreams = createUpstreams(options.upstreams);
  const used = new LRUCache<string, Count>({ max: 10_000 });
  const counting = new Set<Promise<void>>();
  metrics.gauge('llm_in_flight', 'Answers of hosted models that are under way', upstreams.inFlight);
  const tokens = new Counter({
    name: 'llm_tokens_total',
    help: 'Tokens that went through the relay',
    labelNames: ['direction'],
    registers: [metrics.registry],
  });

  /**
   * The month's count of an account: what this server knows, looked up again in passing once it is old, since others count too. Only
   * an account's first call waits for the database.
   */
  const countOf = async (accountId: string, month: string): Promise<Count> => {
    const key = `${accountId} ${month}`;
    const known = used.get(key);
    metrics.countCache('llm_usage', known !== undefined);
    if (known !== undefined) {
      if (clock() - known.readAtMs > KNOWN_FOR_MS) {
        known.readAtMs = clock();
        db.asAccount(accountId, (tx) => tokensUsed(tx, accountId, month)).then(
          // What has not been written yet is known here alone.
          (stored) => void (known.tokens = Math.max(known.tokens, stored)),
          (error: unknown) => log.warn({ cause: reasonOf(error) }, 'usage was not read again'),
        );
      }
      return known;
    }
    const tokensSoFar = await db.asAccount(accountId, (tx) => tokensUsed(tx, accountId, month));
    const count = { tokens: tokensSoFar, readAtMs: clock() };
    used.set(key, count);
    return count;
  };

  const note = (accountId: string, month: string, model: string, watch: TokenWatch): void => {
    const counts = watch.counts();
    tokens.labels('in').inc(counts.promptTokens);
    tokens.labels('out').inc(counts.completionTokens);
    const known = used.get(`${accountId} ${month}`);
    if (known) known.tokens += counts.promptTokens + counts.completionTokens;
    const saving = db
      .asSystem((tx) => addUsage(tx, { accountId, month, model, ...counts }))
      .catch((error: unknown) => log.error({ cause: reasonOf(error) }, 'usage was not counted'))
      .finally(() => counting.delete(saving));
    counting.add(saving);
  };

  async function relay(request: FastifyRequest, reply: FastifyReply, question: Question): Promise<FastifyReply> {
    const { accountId } = identityOf(callOf(request));
    if (options.upstreams.length === 0) throw new ProblemError('unavailable', { detail: 'this server has no models' });
    if (options.models.length > 0 && !options.models.includes(question.model))
      throw new ProblemError('not_found', { detail: 'there is no such model here' });
    const month = `${new Date(clock()).toISOString().slice(0, 7)}-01`;
    const count = await countOf(accountId, month);
    if (count.tokens >= options.monthlyTokens)
      throw new ProblemError('payment_required', {
        detail: "the month's tokens are used up",
        retryAfterSeconds: SECONDS_TO_ASK_AGAIN,
      });
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    if (options.moderate && !(await options.moderate(question.text, gone.signal)))
      throw new ProblemError('forbidden', { detail: 'moderation' });

    const answer = await upstreams.ask(question.path, JSON.stringify(question.body), gone.signal);
    const isCounted = answer.status < 300;
    const watch = watchTokens(question.text, question.streamed && answer.contentType.startsWith('text/event-stream'));
    const through = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (isCounted) watch.see(chunk);
        done(null, chunk);
      },
    });
    // However it ends, what was said until then was used.
    pipeline(answer.body, through, () => {
      if (isCounted) note(accountId, month, question.model, watch);
    });
    return reply
      .status(answer.status)
      .headers({ 'content-type': answer.contentType, 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      .send(through);
  }

  const modelOf = (asked: string | undefined): string => {
    const first = options.models[0];
    return asked === undefined || asked === ALIAS ? (first ?? ALIAS) : asked;
  };

  return {
    registerPages(app) {
      const config = { access: 'llm.use', limit: 'llm' } as const;
      app.route({
        method: 'POST',
        url: '/v1/chat/completions',
        bodyLimit: BODY_LIMIT,
        config,
        schema: { tags: ['llm'], summary: "A hosted model's reply, in OpenAI's interface.", body: chatBody },
        handler: (request, reply) => {
          const body = chatBody.parse(request.body);
          const model = modelOf(body.model);
          const streamed = body.stream === true;
          return relay(request, reply, {
            path: '/chat/completions',
            model,
            text: body.messages.map(({ content }) => textOf(content)).join('\n'),
            streamed,
            // Counted by the upstream itself, in a last event of its own.
            body: {
              ...body,
              model,
              ...(streamed ? { stream_options: { ...body.stream_options, include_usage: true } } : {}),
            },
          });
        },
      });
      app.route({
        method: 'POST',
        url: '/v1/embeddings',
        bodyLimit: BODY_LIMIT,
        config,
        schema: { tags: ['llm'], summary: "Vectors, in OpenAI's interface.", body: embeddingBody },
        handler: (request, reply) => {
          const body = embeddingBody.parse(request.body);
          const model = modelOf(body.model);
          return relay(request, reply, {
            path: '/embeddings',
            model,
            text: typeof body.input === 'string' ? body.input : body.input.join('\n'),
            streamed: false,
            body: { ...body, model },
          });
        },
      });
      app.route({
        method: 'GET',
        url: '/v1/models',
        config: { access: 'llm.use' },
        schema: { tags: ['llm'], summary: 'The models this server offers.' },
        handler: () => ({
          object: 'list',
          data: options.models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'tomoshibi' })),
        }),
      });
    },
    async close() {
      await upstreams.close();
      await Promise.all(counting);
    },
  };
}

function textOf(content: z.infer<typeof chatBody>['messages'][number]['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text }) => text ?? '').join('\n');
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
