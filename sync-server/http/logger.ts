import process from 'node:process';
import type { FastifyServerOptions } from 'fastify';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';

const FLUSH_MS = 100;
/** How pino begins a line of level info. */
const ORDINARY = '{"level":30,';
const SECRETS = ['authorization', 'cookie', 'password', 'token', 'email'];

/**
 * Logs (pino's) as lines of JSON on standard error. No personal data: requests are logged by route, never by address, query or body,
 * and the usual carriers of secrets are struck out wherever they turn up.
 */
export function loggerOptions(level: LogLevel): Exclude<FastifyServerOptions['logger'], boolean | undefined> {
  return {
    level,
    base: null,
    stream: bufferedStandardError,
    redact: { paths: [...SECRETS, ...SECRETS.map((name) => `*.${name}`)], censor: '…' },
    serializers: {
      // Whatever logs a request or an answer as a whole gets no more of them than this.
      req: ({ id }: { readonly id?: string }) => ({ id }),
      res: () => ({}),
    },
  };
}

let lines = '';
let timer: NodeJS.Timeout | undefined;

/**
 * Ordinary lines are written a tenth of a second at a time, behind the answers’ backs; a warning, or the end of the process, takes all
 * with it at once.
 */
const bufferedStandardError = {
  write(line: string): void {
    lines += line;
    if (line.startsWith(ORDINARY)) timer ??= setTimeout(flush, FLUSH_MS);
    else flush();
  },
};
process.once('exit', flush);

function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  if (lines !== '') process.stderr.write(lines);
  lines = '';
}
