import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '#shared/base/random.ts';
import type { EpochMs } from '#shared/base/time.ts';
import type { CharacterFields } from '#shared/characters/contract.ts';
import { contract, type CoreClient } from '#shared/contract.ts';
import { createClient } from '#shared/rpc/client.ts';
import { createMemoryPair } from '#shared/rpc/memory-transport.ts';
import { serve } from '#shared/rpc/serve.ts';
import { createAesSealer } from './aes-sealer.ts';
import type { CoreDeps } from './core-deps.ts';
import { createCore, type Core } from './core.ts';
import type { Db } from './db/db.ts';
import type { KeySource } from './db/key-source.ts';
import { openVault } from './db/vault.ts';
import { createWordEmbedder } from './embedding/embedder-harness.ts';
import { createScriptedLlm } from './llm/scripted-llm.ts';

/** The resources of the app, wherever it was cloned. */
export const RESOURCES_DIR = join(import.meta.dirname, '../../resources');

const EVENING: EpochMs = Date.UTC(2026, 10, 22, 11, 0);

export const sampleCharacter: CharacterFields = {
  name: '試験 花',
  nickname: 'はな',
  gender: 'girlfriend',
  age: 25,
  occupation: '司書',
  hobbies: ['散歩'],
  backstory: '川沿いの町で育った。',
  traits: { kindness: 70, humour: 50, seriousness: 50, activeness: 50, empathy: 70 },
  speech: { register: 'casual', firstPerson: 'わたし', endings: ['〜だよ'], notes: '' },
  greetings: ['おかえり、{{user}}。'],
  starters: ['ただいま'],
  tagline: '静かな司書',
  avatar: 'akari',
  relationshipLevel: 3,
};

export interface TestDb {
  readonly db: Db;
  readonly dataDir: string;
  close(): Promise<void>;
}

/** A real encrypted database in a folder of its own, gone when closed. */
export async function openTestDb(): Promise<TestDb> {
  const dataDir = await makeFolder();
  const vault = await openVault({ ...fakeDeps(dataDir), longWorkDelayMs: 1_000_000 });
  return {
    db: vault.db,
    dataDir,
    async close() {
      await vault.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export interface TestCore {
  readonly core: Core;
  /** As the renderer holds it: through frames, with every answer checked against the contract. */
  readonly client: CoreClient;
  readonly dataDir: string;
  /** Moves the clock. */
  advance(ms: number): void;
  /** Closes, and throws what went wrong inside. The folder stays unless it was made for this core. */
  close(): Promise<void>;
}

/** The whole core on a real file, with a fake clock, seeded dice and a scripted mind unless given another. */
export async function createTestCore(overrides: Partial<CoreDeps> = {}): Promise<TestCore> {
  const dataDir = overrides.dataDir ?? (await makeFolder());
  let nowMs = EVENING;
  const core = await createCore({
    ...fakeDeps(dataDir),
    clock: () => nowMs,
    mind: createScriptedLlm({ scripts: [] }),
    bundledEmbedder: () => createWordEmbedder(),
    ...overrides,
  });
  const pair = createMemoryPair();
  const bugs: Error[] = [];
  const served = serve(contract, core.handlers, core.events, pair.core, {
    validateOutput: true,
    onInternalError: (error, name) => bugs.push(new Error(`${name} failed`, { cause: error })),
  });
  return {
    core,
    client: createClient(contract, pair.page),
    dataDir,
    advance(ms) {
      nowMs += ms;
    },
    async close() {
      served.stop();
      pair.page.close();
      await core.close();
      if (bugs.length > 0) throw new AggregateError(bugs, 'the core met errors it has no code for');
      if (overrides.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Everything a core asks of its host, with nothing behind it. */
export function fakeDeps(dataDir: string): CoreDeps {
  return {
    dataDir,
    resourcesDir: RESOURCES_DIR,
    keySource: memoryKeySource(dataDir),
    sealer: createAesSealer(new Uint8Array(32)),
    clock: () => EVENING,
    random: seededRandom(1),
    log: () => undefined,
    shell: {
      kind: 'headless',
      platform: 'test',
      version: '0.0.0',
      openLink: () => Promise.resolve(),
      setAlwaysOnTop: () => undefined,
      setLocale: () => undefined,
    },
    utcOffsetMinutes: () => 540,
  };
}

const keys = new Map<string, Uint8Array>();

/** A folder's key, kept for as long as the process lives: a core can be made again on the same folder. */
export function memoryKeySource(dataDir: string): KeySource {
  return {
    kind: 'key-file',
    load: () => Promise.resolve(copy(keys.get(dataDir))),
    save(key) {
      keys.set(dataDir, new Uint8Array(key));
      return Promise.resolve();
    },
    remove() {
      keys.delete(dataDir);
      return Promise.resolve();
    },
  };
}

function copy(key: Uint8Array | undefined): Uint8Array | null {
  return key === undefined ? null : new Uint8Array(key);
}

function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'tomoshibi-'));
}
