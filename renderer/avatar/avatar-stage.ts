import type { Expression } from '#shared/avatar/expression.ts';
import type { Gaze } from '#shared/avatar/motion.ts';
import type { PuppetId } from '#shared/avatar/puppets.ts';
import { openDrawings, type PuppetDrawings } from './puppet-source.ts';
import type { StageNotice, StageOrder } from './stage-messages.ts';

/** Where a companion stands. */
export interface AvatarStage {
  /** Puts another puppet on the stage; the old one stays until the new one is ready. Rejects when it cannot be had. */
  setPuppet(id: PuppetId): Promise<void>;
  /** `strength` in [0,1], 1 when left out. */
  setExpression(expression: Expression, strength?: number): void;
  /** The mouth moves along with text as it streams, and closes when no more comes. */
  speakText(deltaText: string): void;
  /** Both coordinates in [-1,1] (x to the right, y down), or null: look about by oneself. */
  lookAt(point: Gaze | null): void;
  /** A small, pleased reaction. */
  pat(): void;
  /** Paused, nothing is computed or drawn. */
  setPaused(paused: boolean): void;
  /** CSS pixels and device pixels per CSS pixel. */
  resize(width: number, height: number, dpr: number): void;
  /** Reduced: no breathing, swaying or turning; faces still change and eyes still blink. */
  setReducedMotion(reduced: boolean): void;
  close(): void;
}

export interface AvatarStageOptions {
  /** Where `<puppet>/puppet.svg` is served, relative to the page. `puppets/` when left out. */
  readonly base?: string;
  /** Called when the graphics context is lost (false) or had again (true). */
  readonly onContext?: (had: boolean) => void;
}

/**
 * A stage on a canvas that is given away: everything is computed and drawn in a worker, so that a frame, however long it takes
 * without a graphics card, holds up neither words nor keys. Only what needs a document, reading a drawing's SVG, is done here.
 * A canvas serves one stage, once. Rejects when WebGL cannot be had.
 */
export async function createAvatarStage(
  canvas: HTMLCanvasElement,
  { base = 'puppets/', onContext }: AvatarStageOptions = {},
): Promise<AvatarStage> {
  const worker = new Worker(new URL('./stage-worker.ts', import.meta.url), { type: 'module', name: 'avatar' });
  const { port1: port, port2 } = new MessageChannel();
  const opened = Promise.withResolvers<void>();
  const drawings = new Map<number, PuppetDrawings>();
  const shown = new Map<number, PromiseWithResolvers<void>>();
  let puppets = 0;
  let loading: AbortController | null = null;
  let paused = false;

  const order = (message: StageOrder, transfer: Transferable[] = []): void => port.postMessage(message, transfer);
  const settle = (puppet: number, error: Error | null): void => {
    if (error === null) shown.get(puppet)?.resolve();
    else shown.get(puppet)?.reject(error);
    shown.delete(puppet);
    // Those before it are not asked for any more.
    for (const earlier of drawings.keys()) if (earlier < puppet) drawings.delete(earlier);
  };
  const draw = async ({ draw: id, puppet, layerId, scale }: StageNotice & { kind: 'draw' }): Promise<void> => {
    const picture =
      (await drawings
        .get(puppet)
        ?.draw(layerId, scale)
        .catch(() => null)) ?? null;
    order({ kind: 'drawn', draw: id, picture }, picture === null ? [] : [picture]);
  };

  port.onmessage = ({ data: notice }: MessageEvent<StageNotice>) => {
    if (notice.kind === 'opened') opened.resolve();
    else if (notice.kind === 'failed') opened.reject(new Error(notice.message));
    else if (notice.kind === 'shown') settle(notice.puppet, null);
    else if (notice.kind === 'not-shown') settle(notice.puppet, new Error(notice.message));
    else if (notice.kind === 'context') onContext?.(notice.had);
    else void draw(notice);
  };
  worker.addEventListener('error', () => opened.reject(new Error('The stage did not start.')));
  const offscreen = canvas.transferControlToOffscreen();
  worker.postMessage({ canvas: offscreen, port: port2 }, [offscreen, port2]);
  try {
    await opened.promise;
  } catch (thrown) {
    worker.terminate();
    throw thrown;
  }

  return {
    async setPuppet(id) {
      loading?.abort();
      const mine = new AbortController();
      loading = mine;
      const source = await openDrawings(id, base, mine.signal);
      mine.signal.throwIfAborted();
      const puppet = (puppets += 1);
      const waiting = Promise.withResolvers<void>();
      drawings.set(puppet, source);
      shown.set(puppet, waiting);
      order({ kind: 'puppet', puppet, file: source.file });
      await waiting.promise;
    },
    setExpression: (expression, strength = 1) => order({ kind: 'expression', expression, strength }),
    speakText(deltaText) {
      if (!paused) order({ kind: 'speech', text: deltaText });
    },
    lookAt: (point) => order({ kind: 'gaze', point }),
    pat: () => order({ kind: 'pat' }),
    setPaused(next) {
      if (paused === next) return;
      paused = next;
      order({ kind: 'paused', paused });
    },
    resize: (width, height, dpr) => order({ kind: 'size', width, height, dpr }),
    setReducedMotion: (reduced) => order({ kind: 'reduced-motion', reduced }),
    close() {
      loading?.abort();
      port.close();
      worker.terminate();
      for (const waiting of shown.values()) waiting.reject(new DOMException('The stage was closed.', 'AbortError'));
      shown.clear();
    },
  };
}
