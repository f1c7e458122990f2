import { parentPort } from 'node:worker_threads';
import { present } from '#shared/base/assert.ts';
import type { WorkerAnswer, WorkerAnswers, WorkerCancel, WorkerRequest, WorkerRequests } from './worker-call.ts';

/** Answers jobs on this worker thread one after another until told to close. What was cancelled is answered all the same. */
export function serveJobs<Job>(work: (job: Job) => unknown, close: () => void): void {
  const port = present(parentPort, 'the parent port of a worker thread');
  port.on('message', (message: WorkerRequest<Job> | WorkerRequests<Job> | WorkerCancel | 'close') => {
    if (message === 'close') {
      close();
      port.close();
      return;
    }
    if ('cancel' in message) return;
    if ('requests' in message) {
      const answers = message.requests.map((request) => answer(request, work));
      port.postMessage({ answers } satisfies WorkerAnswers);
      return;
    }
    port.postMessage(answer(message, work));
  });
}

function answer<Job>(request: WorkerRequest<Job>, work: (job: Job) => unknown): WorkerAnswer {
  try {
    return { id: request.id, ok: true, value: work(request.job) };
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    return {
      id: request.id,
      ok: false,
      message: error instanceof Error ? error.message : 'a job failed',
      code: typeof code === 'string' ? code : undefined,
    };
  }
}
