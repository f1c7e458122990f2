import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createAesSealer } from '#core/aes-sealer.ts';
import type { CoreDeps, Log, Shell } from '#core/core-deps.ts';
import { createCore } from '#core/core.ts';
import type { Core } from '#core/core.ts';
import { strongRandom } from '#core/strong-random.ts';
import { traceOf } from '#core/trace-of.ts';
import type { CoreHandlers } from '#shared/contract.ts';
import { contract } from '#shared/contract.ts';
import { eventMerges } from '#shared/event-merges.ts';
import { TOKEN_PARAMETER } from '#shared/host/socket-door.ts';
import { serve } from '#shared/rpc/serve.ts';

import { loadOrMakeKey, openKeyFile } from './key-file.ts';
import { openLinkInBrowser } from './open-in-browser.ts';
import { openWebHost } from './web-host.ts';

export interface HeadlessOptions {
  readonly dataDir: string;
  /** The built renderer. Default: `out/renderer`. */
  readonly rendererDir?: string;
  /** Default: `resources`. */
  readonly resourcesDir?: string;
  /** Default: nowhere. */
  readonly log?: Log;
  /** Default 0: any free one. */
  readonly port?: number;
  /** When `port` is taken, how many of the following ones to try (default 0). */
  readonly portsToTry?: number;
  /** Default: 256 random bits, made at every start. */
  readonly token?: string;
  /** Unlocks the file; set on one that has none. */
  readonly passphrase?: string;
  /** Default: the core itself. */
  readonly createCore?: (deps: CoreDeps) => Promise<Core>;
  /** Other clocks, dice, minds …: for tests and benchmarks. */
  readonly deps?: Partial<CoreDeps>;
  /** See ServeOptions; for tests. */
  readonly validateOutput?: boolean;
}

export interface Headless {
  /** What the person opens: `http://127.0.0.1:PORT/#token=…`. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Closes pages first, then the core: what is being written is finished. */
  close(): Promise<void>;
}

const ROOT = path.resolve(import.meta.dirname, '../..');
const TOKEN_BYTES = 32;

/** Starts the core and lets pages in. Throws PortTakenError, and whatever stops the core from being made. */
export async function startHeadless(options: HeadlessOptions): Promise<Headless> {
  const log = options.log ?? (() => undefined);
  const resourcesDir = options.resourcesDir ?? path.join(ROOT, 'resources');
  const token = options.token ?? randomBytes(TOKEN_BYTES).toString('base64url');
  const deps = { ...(await defaultDeps(options.dataDir, resourcesDir, log)), ...options.deps };
  const core = await (options.createCore ?? createCore)(deps);
  try {
    if (options.passphrase !== undefined) await usePassphrase(core.handlers, options.passphrase);
    const web = await openWebHost({
      roots: {
        renderer: options.rendererDir ?? path.join(ROOT, 'out/renderer'),
        puppets: path.join(resourcesDir, 'puppets'),
      },
      port: options.port ?? 0,
      portsToTry: options.portsToTry ?? 0,
      token,
      onPage(transport) {
        serve(contract, core.handlers, core.events, transport, {
          merges: eventMerges,
          validateOutput: options.validateOutput ?? false,
          onInternalError: (error, name) => log('error', 'call_failed', { name, error: traceOf(error) }),
        });
      },
    });
    return {
      url: `http://127.0.0.1:${web.port}/#${TOKEN_PARAMETER}=${token}`,
      port: web.port,
      token,
      async close() {
        await web.close();
        await core.close();
      },
    };
  } catch (error) {
    await core.close();
    throw error;
  }
}

async function defaultDeps(dataDir: string, resourcesDir: string, log: Log): Promise<CoreDeps> {
  return {
    dataDir,
    resourcesDir,
    log,
    keySource: openKeyFile(path.join(dataDir, 'database.key')),
    sealer: createAesSealer(await loadOrMakeKey(openKeyFile(path.join(dataDir, 'device.key')))),
    clock: Date.now,
    random: strongRandom(),
    utcOffsetMinutes: (atMs) => -new Date(atMs).getTimezoneOffset(),
    shell: browserShell(packageVersion(path.join(ROOT, 'package.json'))),
  };
}

/** The browser is the shell: it opens links itself, has no window to keep on top and words of its own. */
function browserShell(version: string): Shell {
  return {
    kind: 'headless',
    platform: process.platform,
    version,
    openLink: openLinkInBrowser,
    setAlwaysOnTop: () => undefined,
    setLocale: () => undefined,
  };
}

/** Through the same door as the page: unlocks a locked file, sets the passphrase of one that has none. */
async function usePassphrase(handlers: CoreHandlers, passphrase: string): Promise<void> {
  const { vault } = await handlers.host.status({});
  if (vault.kind === 'locked') await handlers.host.unlock({ passphrase });
  else if (vault.kind === 'ready') await handlers.host.setPassphrase({ current: null, next: passphrase });
}

function packageVersion(file: string): string {
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : null;
  return typeof version === 'string' ? version : '0.0.0';
}
