import type { Random } from '#shared/base/random.ts';
import type { Clock } from '#shared/base/time.ts';
import type { Locale } from '#shared/settings/contract.ts';
import type { KeySource } from './db/key-source.ts';
import type { Embedder } from './embedding/embedder.ts';
import type { Llm } from './llm/llm.ts';

/** What the core asks of the host that runs it. */
export interface Shell {
  readonly kind: 'electron' | 'headless';
  readonly platform: string;
  readonly version: string;
  /** Opens a link in the person's browser; the address has been validated. */
  openLink(url: string): Promise<void>;
  setAlwaysOnTop(on: boolean): void;
  setLocale(locale: Locale): void;
}

/** Turns a provider's key into bytes that rest in the file, and back. */
export interface Sealer {
  seal(text: string): Uint8Array;
  /** Throws when the bytes were sealed elsewhere. */
  unseal(bytes: Uint8Array): string;
}

/** Notes for developers. Never a secret, a person's text or a name. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  event: string,
  facts?: Readonly<Record<string, string | number | boolean>>,
) => void;

export interface CoreDeps {
  /** The person's folder: database, blobs, snapshots. Made when absent. */
  readonly dataDir: string;
  /** `resources/` of the app. */
  readonly resourcesDir: string;
  readonly keySource: KeySource;
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** Dice for ids and choices. */
  readonly random: Random;
  readonly log: Log;
  readonly shell: Shell;
  /** Minutes to add to UTC for the person's wall clock at a time. */
  readonly utcOffsetMinutes: (atMs: number) => number;
  /** How long the integrity check and the first snapshot wait after the start; the vault's own default when absent. */
  readonly longWorkDelayMs?: number;
  /** How long a reply waits for its memories; memory's own default when absent. */
  readonly recallPatienceMs?: number;
  /** Answers instead of the ladder: for tests and benchmarks. */
  readonly mind?: Llm;
  /** Instead of the embedder inside the app: for tests. */
  readonly bundledEmbedder?: () => Embedder;
}
