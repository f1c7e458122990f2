import { AppError } from '#shared/rpc/errors.ts';
import { isMessageKey, type MessageKey, type Translate } from '#shared/i18n/translate.ts';

/** What was thrown, as an error with words; anything unknown is a bug of ours. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError('internal', 'unexpected', thrown instanceof Error ? thrown.message : String(thrown));
}

/** A failure in the person's language: what happened, what to do, and a code to search for. */
export interface FailureWords {
  readonly title: string;
  readonly advice: string;
  readonly code: string;
}

/** The words of the error's reason (`error.<reason>`), or of its code (`error.code.<code>`) where there are none of its own. */
export function failureWords(error: AppError, t: Translate): FailureWords {
  const own = `error.${error.reason}`;
  const base = isMessageKey(own) && isMessageKey(`${own}.advice`) ? own : `error.code.${error.code}`;
  return { title: say(base, t), advice: say(`${base}.advice`, t), code: `${error.code}/${error.reason}` };
}

function say(key: string, t: Translate): string {
  return isMessageKey(key) && isPlain(key) ? t(key) : key;
}

/** Error messages take no parameters, whatever their key. */
function isPlain(key: MessageKey): key is 'error.code.internal' {
  return key.startsWith('error.');
}
