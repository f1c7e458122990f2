import { describe, expect, test } from 'vitest';
import { parseSettings, SettingsError } from './settings.ts';

const DATABASE_URL = 'postgresql://localhost/x';

describe('the environment', () => {
  test("has Electric's names and defaults", () => {
    expect(parseSettings({ DATABASE_URL, ELECTRIC_SECRET: 's' })).toMatchObject({
      port: 3000,
      secret: 's',
      allowsShapeDeletion: false,
      chunkBytes: 10_485_760,
      cacheMaxAgeSeconds: 60,
      cacheStaleAgeSeconds: 300,
      streamId: 'default',
      maxShapes: null,
      maxInitialRequests: 300,
    });
    const told = parseSettings({
      DATABASE_URL,
      ELECTRIC_INSECURE: 'true',
      ELECTRIC_PORT: '4000',
      ELECTRIC_SHAPE_CHUNK_BYTES_THRESHOLD: '10000',
      ELECTRIC_CACHE_MAX_AGE: '1',
      ELECTRIC_CACHE_STALE_AGE: '3',
      ELECTRIC_STORAGE: 'MEMORY',
      ELECTRIC_MAX_CONCURRENT_REQUESTS: '{"initial":5,"existing":6}',
      ELECTRIC_FEATURE_FLAGS: 'one, two',
    });
    expect(told).toMatchObject({
      port: 4000,
      secret: null,
      chunkBytes: 10_000,
      cacheMaxAgeSeconds: 1,
      cacheStaleAgeSeconds: 3,
      storageDir: null,
      maxInitialRequests: 5,
      maxExistingRequests: 6,
    });
  });

  test('deletion can be allowed and forbidden', () => {
    const allows = (env: Record<string, string>): boolean =>
      parseSettings({ DATABASE_URL, ...env }).allowsShapeDeletion;
    expect(allows({ ELECTRIC_SECRET: 's', ELECTRIC_ENABLE_INTEGRATION_TESTING: 'true' })).toBe(true);
    expect(allows({ ELECTRIC_SECRET: 's', ELECTRIC_FEATURE_FLAGS: 'allow_shape_deletion' })).toBe(true);
    expect(allows({ ELECTRIC_INSECURE: 'true' })).toBe(true);
    expect(allows({ ELECTRIC_INSECURE: 'true', ELECTRIC_ENABLE_INTEGRATION_TESTING: 'false' })).toBe(false);
  });

  test('every fault is told at once', () => {
    const env = {
      DATABASE_URL: 'mysql://x',
      ELECTRIC_PORT: 'x',
      ELECTRIC_REPLICATION_STREAM_ID: 'No',
      ELECTRIC_STORAGE: 'memory',
    };
    expect(() => parseSettings(env)).toThrow(SettingsError);
    expect(() => parseSettings(env)).toThrow(
      /DATABASE_URL.*\n.*ELECTRIC_SECRET.*\n.*ELECTRIC_REPLICATION_STREAM_ID.*\n.*ELECTRIC_PORT/,
    );
  });
});
