import type { FastifyInstance, FastifySchema } from 'fastify';
import { z } from 'zod';
import { problemBody, ProblemError } from '#shared/server/problem.ts';
import { hasBody, isUnsafe, pathMembers, type Route, type RouteHandlers } from '#shared/server/route.ts';
import { callOf, type Call } from './call.ts';
import { KEY_PATTERN, type Idempotency } from './idempotency.ts';
import type { LimitName } from './limits.ts';

export interface RouteOptions {
  readonly idempotency: Idempotency;
  /** Budgets of single routes, by name. */
  readonly limits?: Readonly<Record<string, LimitName>>;
}

const keyHeader = z.string().regex(KEY_PATTERN, '16 to 128 of A-Z a-z 0-9 _ - are needed');

/** Puts a feature's part of the contract on the server: input validated, output held to its schema, unsafe calls done once a key. */
export function registerRoutes<F extends Record<string, Route>>(
  app: FastifyInstance,
  feature: string,
  routes: F,
  handlers: RouteHandlers<F, Call>,
  options: RouteOptions,
): void {
  for (const [name, route] of Object.entries(routes)) {
    // The types of `handlers` prove that each is there and takes its route's input; a mapped type cannot be walked without loss.
    const handle = handlers[name] as (input: unknown, call: Call) => Promise<unknown>;
    const limit = options.limits?.[name];
    app.route({
      method: route.method,
      url: route.path,
      schema: schemaOf(feature, name, route),
      config: { access: route.access, ...(limit === undefined ? {} : { limit }) },
      handler: async (request, reply) => {
        const input = { ...objectOf(request.query), ...objectOf(request.body), ...objectOf(request.params) };
        const call = callOf(request);
        const key = request.headers['idempotency-key'];
        if (key === undefined || !isUnsafe(route.method)) return reply.send(await handle(input, call));
        const parsed = keyHeader.safeParse(key);
        if (!parsed.success) throw new ProblemError('invalid_request', { detail: 'idempotency-key' });
        const scope = call.identity?.accountId ?? 'public';
        const work = (): Promise<unknown> => handle(input, call);
        const said = `${route.method} ${route.path} ${JSON.stringify(input)}`;
        return reply.send(await options.idempotency.once(scope, parsed.data, said, work));
      },
    });
  }
}

function schemaOf(feature: string, name: string, route: Route): FastifySchema {
  const members = new Set(pathMembers(route.path));
  const inPath = partOf(route.input, (member) => members.has(member));
  const rest = partOf(route.input, (member) => !members.has(member));
  return {
    tags: [feature],
    operationId: `${feature}.${name}`,
    summary: route.summary,
    ...(route.access === 'public' ? { security: [] } : { description: `Needs \`${route.access}\`.` }),
    ...(members.size > 0 ? { params: inPath } : {}),
    ...(hasBody(route.method) ? { body: rest } : { querystring: rest }),
    response: { 200: route.output, default: problemBody },
  };
}

function partOf(input: z.ZodObject, belongs: (member: string) => boolean): z.ZodObject {
  return z.strictObject(Object.fromEntries(Object.entries(input.shape).filter(([member]) => belongs(member))));
}

function objectOf(part: unknown): Record<string, unknown> {
  return typeof part === 'object' && part !== null ? { ...part } : {};
}
