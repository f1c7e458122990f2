import type { Names } from '#shared/chat/prompt-text.ts';
import type { LorebookId } from '#shared/entities.ts';
import type { ReaderData } from '../db/thread-reader.ts';
import { createWorkerCalls, type WorkerCalls } from '../worker-call.ts';
import { startThread } from '../worker-thread.ts';
import type { LoreScan, LoreScanJob, LoreScanStep, ScannedLore } from './lore-scan-worker.ts';
import { createRegexRunner } from './regex-runner.ts';

/** Looks for what fires: books are read and searched on one thread, their regular expressions run on another. */
export interface Scanner {
  scan(scan: LoreScan): Promise<ScannedLore>;
  /** Reads books before they are needed. */
  warm(bookIds: readonly LorebookId[], names: Names): Promise<void>;
  close(): Promise<void>;
}

const CLOSE_PATIENCE_MS = 500;

/** `lend` lends the file to a thread; `release` is awaited before it is taken back. */
export function createScanner(lend: (release: () => Promise<void>) => ReaderData): Scanner {
  const regexes = createRegexRunner();
  let calls: WorkerCalls<LoreScanJob> | undefined;

  const release = async (): Promise<void> => {
    const ending = calls;
    calls = undefined;
    await ending?.close(CLOSE_PATIENCE_MS);
  };
  const ask = (job: LoreScanJob): Promise<unknown> => {
    if (calls === undefined) {
      const data = lend(release);
      calls = createWorkerCalls<LoreScanJob>(() => startThread(import.meta.url, 'lore-scan-worker', data), {
        stopped: 'lorebook_stopped',
        closed: 'lorebook_closed',
      });
    }
    return calls.call(job);
  };

  return {
    async scan(scan) {
      let step = (await ask({ kind: 'begin', scan })) as LoreScanStep;
      while (step.kind === 'ask') {
        const answers = await regexes.run(step.questions);
        step = (await ask({ kind: 'go', scanId: step.scanId, answers })) as LoreScanStep;
      }
      return step;
    },
    async warm(bookIds, names) {
      await ask({ kind: 'warm', bookIds, names });
    },
    async close() {
      await regexes.close();
      await release();
    },
  };
}
