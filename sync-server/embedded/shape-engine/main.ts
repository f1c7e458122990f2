import process from 'node:process';
import { createShapeEngine, parseSettings, SettingsError } from './shape-engine.ts';

// `npm run shapes`: the engine alone, in Electric's place, on any database that DATABASE_URL names.

const CLOSE_TIMEOUT_MS = 5_000;

await main();

async function main(): Promise<void> {
  try {
    const engine = await createShapeEngine({ ...parseSettings(process.env), log });
    log('info', `shapes at ${engine.url}/v1/shape`);
    let isClosing = false;
    const close = (): void => {
      if (isClosing) return;
      isClosing = true;
      setTimeout(() => process.exit(1), CLOSE_TIMEOUT_MS).unref();
      engine.close().then(
        () => process.exit(0),
        (error: unknown) => {
          log('error', 'it could not be closed', error);
          process.exit(1);
        },
      );
    };
    process.on('SIGINT', close);
    process.on('SIGTERM', close);
  } catch (error) {
    if (error instanceof SettingsError) process.stderr.write(`${error.message}\n`);
    else log('error', 'shapes could not be started', error);
    process.exit(1);
  }
}

/** One line each. Of an error its message only: its details may quote a row. */
function log(level: 'info' | 'warn' | 'error', message: string, problem?: unknown): void {
  const why = problem === undefined ? '' : `: ${problem instanceof Error ? problem.message : JSON.stringify(problem)}`;
  const line = `${new Date().toISOString()} ${level} ${message}${why}\n`;
  (level === 'info' ? process.stdout : process.stderr).write(line);
}
