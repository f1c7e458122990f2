import { Worker } from 'node:worker_threads';
import { afterEach, expect, it, vi } from 'vitest';
import { createWorkerCalls, type WorkerCalls } from './worker-call.ts';

// Threads start and files are synced: slow on a machine with much else to do.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

type Job = 'echo' | 'fail' | 'die' | 'hang';

const SCRIPT = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', (message) => {
    if (message === 'close') return parentPort.close();
    if ('cancel' in message) return;
    const { id, job } = message;
    if (job === 'die') process.exit(1);
    if (job === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000);
    if (job === 'fail') parentPort.postMessage({ id, ok: false, message: 'no', code: 'SQLITE_FULL' });
    else parentPort.postMessage({ id, ok: true, value: job });
  });`;

let started = 0;
let calls: WorkerCalls<Job> | undefined;
const begin = (): WorkerCalls<Job> => {
  started = 0;
  calls = createWorkerCalls<Job>(
    () => {
      started += 1;
      return new Worker(SCRIPT, { eval: true });
    },
    { stopped: 'reader_stopped', closed: 'vault_closed' },
  );
  return calls;
};
afterEach(() => calls?.close(0));

it('starts a thread when there is something to do, and one only', async () => {
  const worker = begin();
  expect(started).toBe(0);
  expect(await Promise.all([worker.call('echo'), worker.call('echo')])).toEqual(['echo', 'echo']);
  expect(started).toBe(1);
});

it('hands a failure on with its code', async () => {
  await expect(begin().call('fail')).rejects.toMatchObject({ message: 'no', code: 'SQLITE_FULL' });
});

it('fails what a dying thread was asked, and starts another for the next', async () => {
  const worker = begin();
  await expect(worker.call('die')).rejects.toMatchObject({ code: 'unavailable', reason: 'reader_stopped' });
  expect(await worker.call('echo')).toBe('echo');
  expect(started).toBe(2);
});

it('closing rejects what is under way, does not wait for a thread that hangs, and takes nothing more', async () => {
  const worker = begin();
  await worker.call('echo');
  const hanging = worker.call('hang').catch((error: unknown) => error);
  const before = performance.now();
  await worker.close(50);
  expect(performance.now() - before).toBeLessThan(2000);
  expect(await hanging).toMatchObject({ reason: 'vault_closed' });
  await expect(worker.call('echo')).rejects.toMatchObject({ reason: 'vault_closed' });
});

it('a call that is aborted rejects at once, and the next is answered', async () => {
  const worker = begin();
  const abort = new AbortController();
  const slow = worker.call('hang', abort.signal);
  abort.abort(new Error('enough'));
  await expect(slow).rejects.toThrow('enough');
  expect(await worker.call('echo')).toBe('echo');
  await expect(worker.call('echo', abort.signal)).rejects.toThrow('enough');
});

it('what is called in one turn goes as one message when it gathers, and each call gets its own answer', async () => {
  const script = `
    const { parentPort } = require('node:worker_threads');
    parentPort.on('message', (message) => {
      if (message === 'close') return parentPort.close();
      const answers = message.requests.map(({ id, job }) =>
        job === 'fail' ? { id, ok: false, message: 'no' } : { id, ok: true, value: message.requests.length });
      parentPort.postMessage({ answers });
    });`;
  const worker = createWorkerCalls<Job>(
    () => new Worker(script, { eval: true }),
    { stopped: 'reader_stopped', closed: 'vault_closed' },
    'gathers',
  );
  calls = worker;
  const refused = worker.call('fail').catch((error: unknown) => error);
  expect(await Promise.all([worker.call('echo'), worker.call('echo')])).toEqual([3, 3]);
  expect(await refused).toMatchObject({ message: 'no' });
  expect(await worker.call('echo')).toBe(1);
});
