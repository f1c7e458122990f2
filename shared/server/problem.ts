import { z } from 'zod';
import { AppError, type ErrorCode } from '../rpc/errors.ts';

/** Every way a call to the server can be refused: the HTTP status and words for developers. People's words are `server.<reason>`. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request does not fit its schema.' },
  unauthenticated: { status: 401, title: 'A valid access token is needed.' },
  token_expired: { status: 401, title: 'The access token has expired.' },
  wrong_credentials: { status: 401, title: 'E-mail, password or code is wrong.' },
  session_revoked: { status: 401, title: 'This session has been ended.' },
  code_needed: { status: 401, title: 'A second factor is needed.' },
  payment_required: { status: 402, title: 'The plan does not include this, or its allowance is used up.' },
  forbidden: { status: 403, title: 'This account may not do that.' },
  account_suspended: { status: 403, title: 'The account is suspended.' },
  not_found: { status: 404, title: 'There is no such thing, or it is not yours.' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here.' },
  conflict: { status: 409, title: 'The state of things does not allow it.' },
  email_taken: { status: 409, title: 'The e-mail address is in use.' },
  call_in_progress: { status: 409, title: 'A call with this idempotency key is still being answered.' },
  key_reused: { status: 422, title: 'The idempotency key belongs to a different call.' },
  link_invalid: { status: 410, title: 'The link or code has been used, or is too old.' },
  body_too_large: { status: 413, title: 'The body is too large.' },
  unsupported_media: { status: 415, title: 'The body must be plain JSON.' },
  weak_password: { status: 422, title: 'The password is too short or too common.' },
  rate_limited: { status: 429, title: 'Too many calls; try again later.' },
  internal: { status: 500, title: 'Something broke on the server.' },
  upstream_failed: { status: 502, title: 'The service behind this one failed.' },
  unavailable: { status: 503, title: 'Not available just now.' },
  database_unavailable: { status: 503, title: 'The database cannot be reached.' },
  database_slow: { status: 503, title: 'The database took too long.' },
  disk_full: { status: 503, title: 'The server is out of space.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemReason = keyof typeof PROBLEMS;

/** The body of every refusal: RFC 9457, with `reason` as its stable key. */
export const problemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  reason: z.string(),
  /** More for developers; never a person's data. */
  detail: z.string().optional(),
  /** Where in the request the fault is. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string().optional(),
});
export type ProblemBody = z.infer<typeof problemBody>;

export interface ProblemOptions extends ErrorOptions {
  readonly detail?: string;
  readonly errors?: ProblemBody['errors'];
  readonly retryAfterSeconds?: number;
}

/** A refusal, thrown by the server's handlers and by the client that receives it. */
export class ProblemError extends AppError {
  declare readonly reason: ProblemReason;
  readonly status: number;
  readonly detail: string | undefined;
  readonly errors: ProblemBody['errors'];
  readonly retryAfterSeconds: number | undefined;

  constructor(reason: ProblemReason, options: ProblemOptions = {}) {
    const { status, title } = PROBLEMS[reason];
    super(codeOf(status), reason, title, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ProblemError';
    this.status = status;
    this.detail = options.detail;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export function bodyOf(problem: ProblemError, requestId?: string): ProblemBody {
  return {
    type: `urn:tomoshibi:problem:${problem.reason}`,
    title: PROBLEMS[problem.reason].title,
    status: problem.status,
    reason: problem.reason,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

export function isProblemReason(text: string): text is ProblemReason {
  return Object.hasOwn(PROBLEMS, text);
}

/** One of the six codes of the core's contract for a status. */
function codeOf(status: number): ErrorCode {
  if (status === 404) return 'not_found';
  if (status === 409) return 'conflict';
  if (status === 401 || status === 402 || status === 403) return 'forbidden';
  if (status === 429 || status === 502 || status === 503 || status === 504) return 'unavailable';
  return status >= 500 ? 'internal' : 'invalid';
}
