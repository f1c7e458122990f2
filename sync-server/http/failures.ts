import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { bodyOf, ProblemError, type ProblemReason } from '#shared/server/problem.ts';
import { routeLabel } from './call.ts';

/** Fastify's own refusals, by their codes. */
const FASTIFY_REASONS: Readonly<Record<string, ProblemReason>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_BAD_URL: 'invalid_request',
  FST_ERR_MAX_PARAM_LENGTH: 'invalid_request',
};

/** Every refusal leaves as problem+json; what was not foreseen leaves as `internal`, and its cause stays in the log. */
export function registerErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemFrom(error);
    if (problem.status >= 500) {
      const { name, message, code, stack } = rootOf(error);
      request.log.error({
        reqId: request.id,
        route: routeLabel(request),
        reason: problem.reason,
        cause: { name, message, code, stack },
      });
    }
    return sendProblem(request, reply, problem);
  });
}

export function registerNotFound(scope: FastifyInstance): void {
  scope.setNotFoundHandler((request, reply) => sendProblem(request, reply, new ProblemError('not_found')));
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: ProblemError): FastifyReply {
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', problem.retryAfterSeconds);
  else if (problem.status === 503) void reply.header('retry-after', 2);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .serializer(JSON.stringify)
    .send(bodyOf(problem, request.id));
}

function problemFrom(error: FastifyError): ProblemError {
  if (error instanceof ProblemError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map(({ instancePath, message }) => ({
      path: instancePath.slice(1),
      message: message ?? 'invalid',
    }));
    return new ProblemError('invalid_request', { errors, cause: error });
  }
  const reason = Object.hasOwn(FASTIFY_REASONS, error.code ?? '') ? FASTIFY_REASONS[error.code] : undefined;
  if (reason !== undefined) return new ProblemError(reason, { cause: error });
  // secure-json-parse: __proto__ or constructor.prototype in a body, or no JSON at all.
  if (error.statusCode === 400) return new ProblemError('invalid_request', { cause: error });
  return new ProblemError('internal', { cause: error });
}

function rootOf(error: Error): Error & { readonly code?: unknown } {
  return error instanceof ProblemError && error.cause instanceof Error ? error.cause : error;
}
