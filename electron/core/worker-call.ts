import type { Worker } from 'node:worker_threads';
import { AppError } from '#shared/rpc/errors.ts';

/** What a worker is asked, and what it answers. `code` is SQLite's or the system's. */
export interface WorkerRequest<Job> {
  readonly id: number;
  readonly job: Job;
}
export interface WorkerCancel {
  readonly cancel: number;
}
export type WorkerAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly code: string | undefined };

/** Requests made in one turn of the loop, sent at once, and their answers: waking a thread costs more than what it is told. */
export interface WorkerRequests<Job> {
  readonly requests: readonly WorkerRequest<Job>[];
}
export interface WorkerAnswers {
  readonly answers: readonly WorkerAnswer[];
}

/** Calls to one worker thread. */
export interface WorkerCalls<Job> {
  /**
   * Rejects AppError `unavailable` with one of `reasons` when the thread dies or is closed, and with the signal's reason when
   * aborted: the thread is then told (a message `{ cancel: id }`) and its answer, if there is one, is not waited for.
   */
  call(job: Job, signal?: AbortSignal): Promise<unknown>;
  /** Refuses further calls, rejects those under way, and ends the thread, waiting at most `patienceMs` for it. */
  close(patienceMs: number): Promise<void>;
}

/** What a caller is told when a thread is gone. */
export interface WorkerReasons {
  readonly stopped: string;
  readonly closed: string;
}

/**
 * `start` is called when there is something to do, and again after the thread has died. `gathers`: what is called in one turn of
 * the loop goes as one message, for threads that use `serveJobs`.
 */
export function createWorkerCalls<Job>(
  start: () => Worker,
  reasons: WorkerReasons,
  gathers: 'gathers' | 'one by one' = 'one by one',
): WorkerCalls<Job> {
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let worker: Worker | undefined;
  let nextId = 1;
  let closed = false;
  let gathered: { readonly target: Worker; readonly requests: WorkerRequest<Job>[] } | undefined;

  const send = (target: Worker, request: WorkerRequest<Job>): void => {
    if (gathers === 'one by one') {
      target.postMessage(request);
      return;
    }
    if (gathered?.target === target) {
      gathered.requests.push(request);
      return;
    }
    const made = { target, requests: [request] };
    gathered = made;
    queueMicrotask(() => {
      if (gathered === made) gathered = undefined;
      try {
        target.postMessage({ requests: made.requests } satisfies WorkerRequests<Job>);
      } catch (error) {
        for (const { id } of made.requests) {
          pending.get(id)?.reject(error);
          pending.delete(id);
        }
      }
    });
  };

  const failAll = (reason: string): void => {
    const waiting = [...pending.values()];
    pending.clear();
    for (const call of waiting) call.reject(new AppError('unavailable', reason));
  };

  const running = (): Worker => {
    if (worker !== undefined) return worker;
    const started = start();
    started.unref();
    started.on('message', (message: WorkerAnswer | WorkerAnswers) => {
      for (const answer of 'answers' in message ? message.answers : [message]) {
        const call = pending.get(answer.id);
        if (!pending.delete(answer.id)) continue;
        if (pending.size === 0) started.unref();
        if (answer.ok) call?.resolve(answer.value);
        else call?.reject(Object.assign(new Error(answer.message), { code: answer.code }));
      }
    });
    const gone = (): void => {
      if (worker !== started) return;
      worker = undefined;
      failAll(reasons.stopped);
    };
    started.on('error', gone);
    started.on('exit', gone);
    worker = started;
    return started;
  };

  return {
    async call(job, signal) {
      if (closed) throw new AppError('unavailable', reasons.closed);
      signal?.throwIfAborted();
      const id = nextId++;
      const target = running();
      const answered = new Promise<unknown>((resolve, reject) => pending.set(id, { resolve, reject }));
      target.ref();
      send(target, { id, job });
      const cancel = (): void => {
        const call = pending.get(id);
        if (!pending.delete(id)) return;
        if (pending.size === 0) target.unref();
        target.postMessage({ cancel: id } satisfies WorkerCancel);
        call?.reject(signal?.reason);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        return await answered;
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
    async close(patienceMs) {
      if (closed) return;
      closed = true;
      const ending = worker;
      worker = undefined;
      failAll(reasons.closed);
      if (ending === undefined) return;
      const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
      ending.postMessage('close');
      ending.ref();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        if (patienceMs !== Infinity) timer = setTimeout(resolve, patienceMs);
      });
      await Promise.race([ended, late]);
      clearTimeout(timer);
      ending.unref();
      // SQLite cannot be interrupted from here: a thread that is late ends when its statement does.
      void ending.terminate();
    },
  };
}
