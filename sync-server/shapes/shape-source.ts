import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import type { ServerContext } from '../server-context.ts';

/** An engine that listens in this process. */
interface Engine {
  readonly shapeCount: number;
  serve(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): void;
  close(): Promise<void>;
}

interface EngineOptions {
  readonly databaseUrl: string;
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  readonly storageDir: string;
  readonly streamId: string;
  readonly poolSize: number;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, problem?: unknown) => void;
}

export interface ShapeSourceOptions {
  /** Starts the engine of our own. */
  readonly startEngine: (options: EngineOptions) => Promise<Engine>;
  /** A running Electric; null: an engine of our own, in this process. */
  readonly electricUrl: string | null;
  readonly electricSecret: string | null;
  /** The owner's address of the database. */
  readonly databaseUrl: string;
  /** Where our own engine keeps its logs. */
  readonly storageDir: string;
}

/** Electric's address and the secret it wants; or our own engine, in this process. */
export type OpenSource =
  | { readonly kind: 'electric'; readonly url: string; readonly secret: string | null }
  | { readonly kind: 'engine'; readonly engine: Pick<Engine, 'serve'> };

/** Where shapes come from: Electric, or something that speaks like it. */
export interface ShapeSource {
  /** Rejects when our own engine cannot be started just now. */
  open(): Promise<OpenSource>;
  close(): Promise<void>;
}

/** Of the pool for snapshots; the server needs connections too. */
const POOL_SIZE = 4;

export function createShapeSource(options: ShapeSourceOptions, { log, metrics }: ServerContext): ShapeSource {
  const { electricUrl, electricSecret } = options;
  if (electricUrl !== null) {
    const source = { kind: 'electric', url: electricUrl, secret: electricSecret } as const;
    return { open: () => Promise.resolve(source), close: () => Promise.resolve() };
  }

  const storageDir = path.resolve(options.storageDir);
  const secret = randomBytes(24).toString('base64url');
  let engine: Engine | null = null;
  let starting: Promise<Engine> | null = null;
  metrics.gauge('shapes', 'Shapes that are followed', () => engine?.shapeCount ?? 0);

  const start = async (): Promise<Engine> => {
    engine = await options.startEngine({
      databaseUrl: options.databaseUrl,
      host: '127.0.0.1',
      port: 0,
      secret,
      storageDir,
      // Two servers on one database have two folders, and so two slots: neither waits for the other.
      streamId: `server_${createHash('sha256').update(storageDir).digest('hex').slice(0, 12)}`,
      poolSize: POOL_SIZE,
      log: (level, message, problem) =>
        log[level]({ cause: problem instanceof Error ? problem.message : undefined }, `shapes: ${message}`),
    });
    return engine;
  };
  const running = (): Promise<Engine> => {
    starting ??= start().catch((error: unknown) => {
      starting = null;
      throw error;
    });
    return starting;
  };
  // A slot that was made before keeps Postgres' log until somebody reads it: it must be read though nobody asks for a shape.
  if (existsSync(path.join(storageDir, 'shapes.sqlite')))
    running().catch((error: unknown) => log.warn({ cause: String(error) }, 'shapes cannot be followed yet'));

  return {
    open: async () => ({ kind: 'engine', engine: await running() }),
    async close() {
      const started = await starting?.catch(() => null);
      await started?.close();
    },
  };
}
