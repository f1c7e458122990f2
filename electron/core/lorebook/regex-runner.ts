import { setTimeout as delay } from 'node:timers/promises';
import type { RegexAnswer, RegexQuestion } from '#shared/lorebook/hits.ts';
import { createWorkerCalls, type WorkerCalls } from '../worker-call.ts';
import { startThread } from '../worker-thread.ts';
import { ANSWER, type LoreRegexJob } from './lore-regex-job.ts';

/** Runs other people's regular expressions on a thread that is ended when one takes too long. */
export interface RegexRunner {
  /** One answer a question, in order. Never takes much longer than `MAX_BATCH_MS`; never rejects. */
  run(questions: readonly RegexQuestion[]): Promise<readonly RegexAnswer[]>;
  close(): Promise<void>;
}

/** What one expression may take over all its texts. It is not tried again afterwards. */
const MAX_ONE_MS = 250;
/** What all expressions of one step of a scan may take. What is left over then is left out this once. */
const MAX_BATCH_MS = 1500;
const WATCH_EVERY_MS = 25;

export function createRegexRunner(): RegexRunner {
  let calls: WorkerCalls<LoreRegexJob> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let closed = false;
  /** Expressions that took too long. */
  const slow = new Set<string>();

  const running = (): WorkerCalls<LoreRegexJob> =>
    (calls ??= createWorkerCalls<LoreRegexJob>(() => startThread(import.meta.url, 'lore-regex-worker', null), {
      stopped: 'regex_stopped',
      closed: 'regex_closed',
    }));

  const end = async (): Promise<void> => {
    const ending = calls;
    calls = undefined;
    await ending?.close(0);
  };

  const runNow = async (questions: readonly RegexQuestion[]): Promise<readonly RegexAnswer[]> => {
    const answers = new Int32Array(new SharedArrayBuffer(questions.length * 4)).fill(ANSWER.pending);
    for (const [at, { regex }] of questions.entries()) if (slow.has(nameOf(regex))) answers[at] = ANSWER.invalid;
    // Starting the thread is not the expressions' time.
    await running()
      .call({ questions: [], answers })
      .catch(() => undefined);
    const endsAt = performance.now() + MAX_BATCH_MS;
    while (!closed && answers.includes(ANSWER.pending) && performance.now() < endsAt) {
      const at = await watch(running(), questions, answers, endsAt);
      if (at === null) break;
      await end();
      const question = questions[at];
      if (question !== undefined) slow.add(nameOf(question.regex));
      answers[at] = ANSWER.invalid;
    }
    return [...answers].map((answer) => (answer >= ANSWER.none ? answer : null));
  };

  return {
    run(questions) {
      if (questions.length === 0) return Promise.resolve([]);
      const result = queue.then(() => runNow(questions));
      queue = result.catch(() => undefined);
      return result;
    },
    async close() {
      closed = true;
      await end();
    },
  };
}

/** Resolves with null when all is answered, or with the question whose expression takes too long. */
async function watch(
  calls: WorkerCalls<LoreRegexJob>,
  questions: readonly RegexQuestion[],
  answers: Int32Array<SharedArrayBuffer>,
  endsAt: number,
): Promise<number | null> {
  const watching = new AbortController();
  const done = calls.call({ questions, answers }).then(
    () => null,
    () => null,
  );
  const stuck = (async (): Promise<number | null> => {
    let at = -1;
    let since = performance.now();
    while (!watching.signal.aborted) {
      await delay(WATCH_EVERY_MS, undefined, { signal: watching.signal });
      const now = answers.findIndex((_, place) => Atomics.load(answers, place) === ANSWER.running);
      if (now !== at) since = performance.now();
      at = now;
      const tooLong = performance.now() - since > MAX_ONE_MS || performance.now() > endsAt;
      if (at >= 0 && tooLong) return at;
    }
    return null;
  })();
  const first = await Promise.race([done, stuck.catch(() => null)]);
  watching.abort();
  // Whichever came first: the other ends too, unheard.
  stuck.catch(() => undefined);
  return first;
}

function nameOf({ source, flags }: RegexQuestion['regex']): string {
  return `${flags}/${source}`;
}
