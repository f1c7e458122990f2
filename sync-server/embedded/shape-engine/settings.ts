import path from 'node:path';

/** What the engine is told at its start. The names of the environment variables are Electric's own. */
export interface ShapeEngineSettings {
  readonly databaseUrl: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  /** What every request must carry as `secret`; null lets everybody in. */
  readonly secret: string | null;
  /** Where the log lies; null keeps it in memory, and every restart is then a full resync. */
  readonly storageDir: string | null;
  /** Slot and publication are called `electric_slot_<id>` and `electric_publication_<id>`. */
  readonly streamId: string;
  readonly allowsShapeDeletion: boolean;
  /** Tables are put into the publication by somebody else. */
  readonly hasManualPublishing: boolean;
  /** The slot goes when the engine is closed, and the next start is a full resync. */
  readonly dropsSlotOnClose: boolean;
  /** A response ends at the first log entry at which this many bytes are reached. */
  readonly chunkBytes: number;
  readonly cacheMaxAgeSeconds: number;
  readonly cacheStaleAgeSeconds: number;
  readonly longPollMs: number;
  readonly sseMs: number;
  readonly sseKeepAliveMs: number;
  /** The least recently read shape makes room beyond it. */
  readonly maxShapes: number | null;
  readonly maxInitialRequests: number;
  readonly maxExistingRequests: number;
  /** A shape's log is compacted whenever it has grown by this much, and the shape is begun anew when that does not help. */
  readonly compactBytes: number;
  /** Connections for snapshots, beside the one of the stream and the one that evaluates filters. */
  readonly poolSize: number;
}

/** What a person can set right; its message is all they need. */
export class SettingsError extends Error {}

/** Reads the environment. Throws SettingsError with every fault at once. */
export function parseSettings(env: NodeJS.ProcessEnv): ShapeEngineSettings {
  const faults: string[] = [];
  const text = (...names: string[]): string | undefined =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  const flag = (...names: string[]): boolean | undefined => {
    const value = text(...names)?.toLowerCase();
    if (value === undefined) return undefined;
    if (['true', '1', 'yes', 'on'].includes(value)) return true;
    if (['false', '0', 'no', 'off'].includes(value)) return false;
    faults.push(`${names[0]} must be true or false`);
    return undefined;
  };
  const whole = (fallback: number, ...names: string[]): number => {
    const value = text(...names);
    if (value === undefined) return fallback;
    if (/^\d{1,12}$/.test(value)) return Number(value);
    faults.push(`${names[0]} must be a whole number`);
    return fallback;
  };

  const databaseUrl = text('DATABASE_URL') ?? '';
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) faults.push('DATABASE_URL must be a postgresql:// address');
  const secret = text('ELECTRIC_SECRET') ?? null;
  const isInsecure = flag('ELECTRIC_INSECURE') ?? false;
  if (secret === null && !isInsecure) faults.push('ELECTRIC_SECRET must be set, or ELECTRIC_INSECURE=true');
  const streamId = text('ELECTRIC_REPLICATION_STREAM_ID') ?? 'default';
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(streamId))
    faults.push('ELECTRIC_REPLICATION_STREAM_ID must be a lower-case identifier');
  const features = (text('ELECTRIC_FEATURE_FLAGS') ?? '').split(',').map((name) => name.trim());
  const limits = requestLimits(text('ELECTRIC_MAX_CONCURRENT_REQUESTS'), faults);
  const maxShapes = whole(0, 'ELECTRIC_MAX_SHAPES', 'ELECTRIC_EXPERIMENTAL_MAX_SHAPES');

  const settings: ShapeEngineSettings = {
    databaseUrl,
    port: whole(3000, 'ELECTRIC_PORT'),
    host: flag('ELECTRIC_LISTEN_ON_IPV6') === true ? '::' : '0.0.0.0',
    secret: isInsecure ? null : secret,
    storageDir:
      text('ELECTRIC_STORAGE')?.toLowerCase() === 'memory'
        ? null
        : path.resolve(text('ELECTRIC_STORAGE_DIR') ?? '.data/shapes'),
    streamId,
    // Who needs no secret to read may as well make a shape start over: nothing but a download is lost.
    allowsShapeDeletion:
      flag('ELECTRIC_ENABLE_INTEGRATION_TESTING', 'ELECTRIC_ALLOW_SHAPE_DELETION', 'ALLOW_SHAPE_DELETION') ??
      (isInsecure || features.includes('allow_shape_deletion')),
    hasManualPublishing: flag('ELECTRIC_MANUAL_TABLE_PUBLISHING') ?? false,
    dropsSlotOnClose: flag('CLEANUP_REPLICATION_SLOTS_ON_SHUTDOWN') ?? false,
    chunkBytes: Math.max(1, whole(10 * 1024 * 1024, 'ELECTRIC_SHAPE_CHUNK_BYTES_THRESHOLD')),
    cacheMaxAgeSeconds: whole(60, 'ELECTRIC_CACHE_MAX_AGE', 'CACHE_MAX_AGE'),
    cacheStaleAgeSeconds: whole(300, 'ELECTRIC_CACHE_STALE_AGE', 'CACHE_STALE_AGE'),
    longPollMs: 20_000,
    sseMs: 60_000,
    sseKeepAliveMs: 21_000,
    maxShapes: maxShapes === 0 ? null : maxShapes,
    ...limits,
    compactBytes: 16 * 1024 * 1024,
    poolSize: Math.max(2, Math.min(20, whole(8, 'ELECTRIC_DB_POOL_SIZE'))),
  };
  if (settings.port > 65_535) faults.push('ELECTRIC_PORT must be at most 65535');
  if (faults.length > 0) throw new SettingsError(faults.join('\n'));
  return settings;
}

/** `{"initial":300,"existing":10000}`, as Electric has it. */
function requestLimits(
  json: string | undefined,
  faults: string[],
): { maxInitialRequests: number; maxExistingRequests: number } {
  const limits = { maxInitialRequests: 300, maxExistingRequests: 20_000 };
  if (json === undefined) return limits;
  try {
    const parsed: unknown = JSON.parse(json);
    const of = (name: string): number | undefined => {
      const value: unknown = parsed !== null && typeof parsed === 'object' ? Reflect.get(parsed, name) : undefined;
      return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : undefined;
    };
    return {
      maxInitialRequests: of('initial') ?? limits.maxInitialRequests,
      maxExistingRequests: of('existing') ?? limits.maxExistingRequests,
    };
  } catch {
    faults.push('ELECTRIC_MAX_CONCURRENT_REQUESTS must be JSON like {"initial":300,"existing":10000}');
    return limits;
  }
}
