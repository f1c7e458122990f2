import type { FastifyRequest } from 'fastify';
import type { Access } from '#shared/server/route.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { Identity } from '../identity.ts';
import type { LimitName } from './limits.ts';

/** What the server knows of a call besides its input. */
export interface Call {
  /** Null on public routes called without a token. */
  readonly identity: Identity | null;
  readonly address: string;
  /** The User-Agent, cut to 300 characters. */
  readonly agent: string;
  readonly requestId: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call; a route without it does not start. */
    access?: Access;
    /** A budget of its own besides the general ones. */
    limit?: LimitName;
  }
  interface FastifyRequest {
    identity: Identity | null;
  }
}

const MAX_AGENT = 300;

export function callOf(request: FastifyRequest): Call {
  return {
    identity: request.identity,
    address: request.ip,
    agent: (request.headers['user-agent'] ?? '').slice(0, MAX_AGENT),
    requestId: request.id,
  };
}

/** The identity of a call to a route that is not public. */
export function identityOf(call: { readonly identity: Identity | null }): Identity {
  if (call.identity === null) throw new ProblemError('unauthenticated');
  return call.identity;
}

/** A route's path as it was declared, `unknown` where none matched: what may be logged and counted. */
export function routeLabel(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unknown';
}
