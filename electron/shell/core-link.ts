import type { CoreDeps, Log } from '#core/core-deps.ts';
import { traceOf } from '#core/trace-of.ts';
import type { DeepLink } from '#shared/host/deep-link.ts';
import type { Locale } from '#shared/settings/contract.ts';
import { toMain } from './core-messages.ts';
import type { StartMessage, ToCore, ToMain } from './core-messages.ts';
import type { ChildProcess, ElectronApi, PortMain } from './electron-api.ts';

export interface CoreLinkDeps {
  readonly electron: Pick<ElectronApi, 'utilityProcess' | 'MessageChannelMain'>;
  /** The file to fork. */
  readonly coreProcess: string;
  /** Asked at every start: what the core begins with. */
  readonly prepare: () => Promise<StartMessage>;
  readonly keySource: CoreDeps['keySource'];
  readonly log: Log;
  /** The core can be connected to: at first, and again after each restart. Ports from before are dead. */
  readonly onReady: () => void;
  readonly openLink: (url: string) => void;
  readonly setAlwaysOnTop: (on: boolean) => void;
  readonly setLocale: (locale: Locale) => void;
}

/**
 * The core's process as the main process sees it:
 *
 *   starting ──ready──▶ running ──exit──▶ waiting (0 s, 0.5 s, 1 s … 30 s) ──▶ starting …
 *   any ──close()──▶ closing ──exit──▶ closed
 */
export interface CoreLink {
  /** A new connection to the running core, its far end; null while it is not running. */
  connect(): PortMain | null;
  deepLink(link: DeepLink): void;
  /** Resolves when what is being written has been written and the process is gone. */
  close(): Promise<void>;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A core that ran this long was well: the next crash is again a first one. */
const WELL_AFTER_MS = 60_000;
const CLOSE_TIMEOUT_MS = 10_000;

export function createCoreLink(deps: CoreLinkDeps): CoreLink {
  let child: ChildProcess | null = null;
  let ready = false;
  let closing = false;
  let waitMs = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onGone: () => void = () => undefined;

  const post = (to: ChildProcess, message: ToCore, ports: PortMain[] = []): void => to.postMessage(message, ports);

  const start = async (): Promise<void> => {
    let message: StartMessage;
    try {
      message = await deps.prepare();
    } catch (error) {
      deps.log('error', 'core_not_prepared', { error: traceOf(error) });
      startLater();
      return;
    }
    if (closing) return;
    const forked = deps.electron.utilityProcess.fork(deps.coreProcess, [], { serviceName: 'Tomoshibi core' });
    const startedAtMs = Date.now();
    child = forked;
    forked.on('message', (data) => hear(forked, toMain.parse(data)));
    forked.on('exit', (code) => {
      child = null;
      ready = false;
      if (closing) return onGone();
      deps.log('error', 'core_exited', { code });
      if (Date.now() - startedAtMs >= WELL_AFTER_MS) waitMs = 0;
      startLater();
    });
    post(forked, message);
  };

  const startLater = (): void => {
    if (closing) return;
    timer = setTimeout(() => void start(), waitMs);
    waitMs = Math.min(Math.max(waitMs * 2, FIRST_WAIT_MS), LONGEST_WAIT_MS);
  };

  const hear = (from: ChildProcess, message: ToMain): void => {
    switch (message.type) {
      case 'ready':
        ready = true;
        return deps.onReady();
      case 'failed':
        deps.log('error', `core_${message.during}_failed`, { error: message.error });
        return void from.kill();
      case 'saveKey':
        return void answerKey(from, message.id, deps.keySource.save(message.key));
      case 'removeKey':
        return void answerKey(from, message.id, deps.keySource.remove());
      case 'openLink':
        return deps.openLink(message.url);
      case 'setAlwaysOnTop':
        return deps.setAlwaysOnTop(message.on);
      case 'setLocale':
        return deps.setLocale(message.locale);
      case 'log':
        return deps.log(message.level, message.event, message.facts);
    }
  };

  const answerKey = async (to: ChildProcess, id: number, work: Promise<void>): Promise<void> => {
    let ok = true;
    try {
      await work;
    } catch (error) {
      ok = false;
      deps.log('error', 'key_not_kept', { error: traceOf(error) });
    }
    if (child === to) post(to, { type: 'keyAnswer', id, ok });
  };

  void start();
  return {
    connect() {
      if (child === null || !ready) return null;
      const { port1, port2 } = new deps.electron.MessageChannelMain();
      post(child, { type: 'page' }, [port1]);
      return port2;
    },
    deepLink(link) {
      if (child !== null && ready) post(child, { type: 'deepLink', link });
    },
    async close() {
      if (closing) return;
      closing = true;
      clearTimeout(timer);
      const leaving = child;
      if (leaving === null) return;
      const gone = new Promise<void>((resolve) => {
        onGone = resolve;
      });
      post(leaving, { type: 'close' });
      const deadline = setTimeout(() => {
        deps.log('error', 'core_close_timed_out');
        leaving.kill();
      }, CLOSE_TIMEOUT_MS);
      await gone;
      clearTimeout(deadline);
    },
  };
}
