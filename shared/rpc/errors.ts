/** The six ways a call can fail. A user's own doing that has an answer is not here: it is a result with a `kind`. */
export const ERROR_CODES = ['invalid', 'not_found', 'conflict', 'forbidden', 'unavailable', 'internal'] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * A failure the other side may be told about. `reason` is a stable key a person can search for and the renderer has words
 * for (message key `error.<reason>`); `message` is for developers. Neither carries a secret or a person's text.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly reason: string;

  constructor(code: ErrorCode, reason: string, message?: string, options?: ErrorOptions) {
    super(message ?? reason, options);
    this.name = 'AppError';
    this.code = code;
    this.reason = reason;
  }
}
