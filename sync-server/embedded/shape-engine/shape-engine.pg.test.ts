import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll } from 'vitest';
import { startPostgres } from '../postgres.ts';
import type { EmbeddedPostgres } from '../postgres.ts';
import { createShapeEngine } from './shape-engine.ts';
import type { ShapeEngine } from './shape-engine.ts';
import { shapeEngineSuite } from './shape-engine-suite.ts';

const CHUNK_BYTES = 10_000;
const { ELECTRIC_URL, DATABASE_URL } = process.env;

if (ELECTRIC_URL !== undefined && DATABASE_URL !== undefined) {
  shapeEngineSuite(`the engine at ELECTRIC_URL`, () => ({
    url: ELECTRIC_URL,
    databaseUrl: DATABASE_URL,
    chunkBytes: CHUNK_BYTES,
  }));
} else {
  let postgres: EmbeddedPostgres;
  let engine: ShapeEngine;
  let dir: string;

  beforeAll(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-shapes-'));
    postgres = await startPostgres({ dir, durable: false });
    engine = await createShapeEngine({
      databaseUrl: postgres.url(),
      port: 0,
      storageDir: path.join(dir, 'log'),
      chunkBytes: CHUNK_BYTES,
    });
  });
  afterAll(async () => {
    await engine.close();
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  });

  shapeEngineSuite('the embedded engine', () => ({
    url: engine.url,
    databaseUrl: postgres.url(),
    chunkBytes: CHUNK_BYTES,
  }));
}
