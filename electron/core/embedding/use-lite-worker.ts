import { parentPort, workerData } from 'node:worker_threads';
import { present } from '#shared/base/assert.ts';
import type { WorkerAnswer, WorkerCancel, WorkerRequest } from '../worker-call.ts';
import { isJapanese, type Glosser } from './japanese-gloss.ts';
import { openGlosser } from './japanese.ts';
import { openSentenceEncoder, type SentenceEncoder } from './sentence-encoder.ts';
import { meanOf, piecesOf } from './text-pieces.ts';
import type { UseLiteData, UseLiteJob } from './use-lite.ts';

/** Tokens of one run of the model, unless a single piece has more: what a question that comes meanwhile waits for (20 to 40 ms). */
const SLICE_TOKENS = 48;

interface Work {
  readonly id: number;
  /** Pieces not embedded yet, longest first. */
  readonly waiting: Piece[];
  readonly vectors: Float32Array[][];
}

interface Piece {
  readonly text: number;
  readonly position: number;
  readonly tokens: readonly number[];
}

const port = present(parentPort, 'the parent port of a worker thread');
const { dictionaryDir } = workerData as UseLiteData;
const works = new Map<number, Work>();
let encoder: SentenceEncoder | undefined;
let glosser: Promise<Glosser> | undefined;
let busy = false;

port.on('message', (message: WorkerRequest<UseLiteJob> | WorkerCancel | 'close') => {
  if (message === 'close') {
    works.clear();
    port.close();
  } else if ('cancel' in message) {
    works.delete(message.cancel);
  } else {
    void accept(message);
  }
});

async function accept({ id, job }: WorkerRequest<UseLiteJob>): Promise<void> {
  try {
    const english = await inEnglish(job);
    encoder ??= openSentenceEncoder();
    const { tokens } = encoder;
    const waiting = english
      .flatMap((text, index) =>
        piecesOf(text).map((piece, position): Piece => ({ text: index, position, tokens: tokens(piece) })),
      )
      .sort((one, other) => other.tokens.length - one.tokens.length);
    works.set(id, { id, waiting, vectors: job.map(() => []) });
    if (!busy) await run(encoder);
  } catch (error) {
    fail(id, error);
  }
}

async function inEnglish(texts: readonly string[]): Promise<readonly string[]> {
  if (!texts.some(isJapanese)) return texts;
  glosser ??= openGlosser(dictionaryDir);
  const { gloss } = await glosser;
  return texts.map(gloss);
}

/** One slice after another, each of the call that is nearest to its end, with a look at the port between them. */
async function run({ embed }: SentenceEncoder): Promise<void> {
  busy = true;
  for (let work = next(); work !== undefined; work = next()) {
    try {
      const slice = takeSlice(work.waiting);
      const vectors = embed(slice.map(({ tokens }) => tokens));
      slice.forEach(({ text, position }, index) => {
        const own = work.vectors[text];
        const vector = vectors[index];
        if (own !== undefined && vector !== undefined) own[position] = vector;
      });
      if (work.waiting.length === 0 && works.delete(work.id)) answer(work);
    } catch (error) {
      works.delete(work.id);
      fail(work.id, error);
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  busy = false;
}

function next(): Work | undefined {
  let nearest: Work | undefined;
  for (const work of works.values()) {
    if (nearest === undefined || work.waiting.length < nearest.waiting.length) nearest = work;
  }
  return nearest;
}

function takeSlice(waiting: Piece[]): Piece[] {
  let count = 0;
  for (let tokens = 0; count < waiting.length; count += 1) {
    tokens += waiting[count]?.tokens.length ?? 0;
    if (count > 0 && tokens > SLICE_TOKENS) break;
  }
  return waiting.splice(0, count);
}

function answer({ id, vectors }: Work): void {
  const value = vectors.map(meanOf);
  port.postMessage(
    { id, ok: true, value } satisfies WorkerAnswer,
    value.map(({ buffer }) => buffer),
  );
}

function fail(id: number, error: unknown): void {
  const message = error instanceof Error ? error.message : 'the embedder failed';
  port.postMessage({ id, ok: false, message, code: undefined } satisfies WorkerAnswer);
}
