import { createStageScene, type StageScene } from './stage-scene.ts';
import type { StageNotice, StageOpening, StageOrder } from './stage-messages.ts';

// The worker in which a stage is computed and drawn. avatar-stage.ts is the page's side of it.
addEventListener('message', ({ data }: MessageEvent<StageOpening>) => void open(data), { once: true });

async function open({ canvas, port }: StageOpening): Promise<void> {
  const tell = (notice: StageNotice): void => port.postMessage(notice);
  const drawn = new Map<number, PromiseWithResolvers<ImageBitmap>>();
  let draws = 0;
  let scene: StageScene;
  try {
    scene = await createStageScene(canvas, { onContext: (had) => tell({ kind: 'context', had }) });
  } catch (thrown) {
    tell({ kind: 'failed', message: wordsOf(thrown) });
    return;
  }

  const show = async ({ puppet, file }: StageOrder & { kind: 'puppet' }): Promise<void> => {
    try {
      await scene.setPuppet({
        file,
        draw({ id }, scale) {
          const draw = (draws += 1);
          const waiting = Promise.withResolvers<ImageBitmap>();
          drawn.set(draw, waiting);
          tell({ kind: 'draw', draw, puppet, layerId: id, scale });
          return waiting.promise;
        },
      });
      tell({ kind: 'shown', puppet });
    } catch (thrown) {
      tell({ kind: 'not-shown', puppet, message: wordsOf(thrown) });
    }
  };
  const take = ({ draw, picture }: StageOrder & { kind: 'drawn' }): void => {
    if (picture === null) drawn.get(draw)?.reject(new Error('A layer of the puppet could not be drawn.'));
    else drawn.get(draw)?.resolve(picture);
    drawn.delete(draw);
  };

  port.onmessage = ({ data: order }: MessageEvent<StageOrder>) => {
    if (order.kind === 'puppet') void show(order);
    else if (order.kind === 'drawn') take(order);
    else if (order.kind === 'expression') scene.setExpression(order.expression, order.strength);
    else if (order.kind === 'speech') scene.speakText(order.text);
    else if (order.kind === 'gaze') scene.lookAt(order.point);
    else if (order.kind === 'pat') scene.pat();
    else if (order.kind === 'paused') scene.setPaused(order.paused);
    else if (order.kind === 'size') scene.resize(order.width, order.height, order.dpr);
    else scene.setReducedMotion(order.reduced);
  };
  tell({ kind: 'opened' });
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
