import type { Expression } from '#shared/avatar/expression.ts';
import type { Gaze } from '#shared/avatar/motion.ts';
import type { PuppetFile } from '#shared/avatar/puppet-format.ts';

/** The first message to the stage's worker, with both things transferred; all others go through the port. */
export interface StageOpening {
  readonly canvas: OffscreenCanvas;
  readonly port: MessagePort;
}

/** From the page to the stage's worker. `puppet` and `draw` number what was asked for. */
export type StageOrder =
  | { readonly kind: 'puppet'; readonly puppet: number; readonly file: PuppetFile }
  /** Null: the drawing could not be made. The picture is transferred. */
  | { readonly kind: 'drawn'; readonly draw: number; readonly picture: ImageBitmap | null }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly strength: number }
  | { readonly kind: 'speech'; readonly text: string }
  | { readonly kind: 'gaze'; readonly point: Gaze | null }
  | { readonly kind: 'pat' }
  | { readonly kind: 'paused'; readonly paused: boolean }
  | { readonly kind: 'size'; readonly width: number; readonly height: number; readonly dpr: number }
  | { readonly kind: 'reduced-motion'; readonly reduced: boolean };

/** From the stage's worker to the page. */
export type StageNotice =
  | { readonly kind: 'opened' }
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'draw';
      readonly draw: number;
      readonly puppet: number;
      readonly layerId: string;
      readonly scale: number;
    }
  | { readonly kind: 'shown'; readonly puppet: number }
  | { readonly kind: 'not-shown'; readonly puppet: number; readonly message: string }
  | { readonly kind: 'context'; readonly had: boolean };
