import 'pixi.js/unsafe-eval';
import { Container, DOMAdapter, Ticker, WebGLRenderer, WebWorkerAdapter } from 'pixi.js';
import type { RandomSource } from '#shared/avatar/blink.ts';
import type { Expression } from '#shared/avatar/expression.ts';
import { approach, type Gaze } from '#shared/avatar/motion.ts';
import { createExpressionDriver, type ExpressionDriver } from './expression-driver.ts';
import { frameFigure } from './framing.ts';
import type { AvatarStage } from './avatar-stage.ts';
import { createPuppet, type Puppet } from './puppet.ts';
import type { PuppetSource } from './puppet-source.ts';

/** What is drawn on a stage's canvas. Lives in the stage's worker (stage-worker.ts), and promises what AvatarStage does. */
export interface StageScene extends Omit<AvatarStage, 'setPuppet'> {
  /** Puts another puppet on the stage; the old one stays until the new one is ready. Rejects when it cannot be had. */
  setPuppet(source: PuppetSource): Promise<void>;
}

export interface StageSceneOptions {
  /** For blinks and glances; `Math.random` when left out. */
  readonly random?: RandomSource;
  /** Called when the graphics context is lost (false) or had again (true). */
  readonly onContext: (had: boolean) => void;
}

/** Frames a second: at most, and when the page has trouble keeping up. */
const MOST_FRAMES = 30;
const FEWEST_FRAMES = 9;
/** A page that takes this long to come to a frame gets three times as long until the next one: text goes first. */
const BREATHING_SPACE = 3;
/** A page that was held up longer than this does not catch up: the figure goes on from where it was. */
const LONGEST_STEP_MS = 300;
/** More pixels than this a unit are not seen. */
const MOST_DPR = 2;

/** Throws when WebGL cannot be had. */
export async function createStageScene(canvas: OffscreenCanvas, options: StageSceneOptions): Promise<StageScene> {
  DOMAdapter.set(WebWorkerAdapter);
  // Pixi's own clock would wake the page 60 times a second, paused or not, only to look for textures nobody uses; ours are
  // few and are let go by hand.
  Ticker.system.autoStart = false;
  Ticker.system.stop();
  const renderer = new WebGLRenderer<OffscreenCanvas>();
  await renderer.init({
    canvas,
    width: 2,
    height: 2,
    backgroundAlpha: 0,
    antialias: false,
    autoDensity: false,
    resolution: 1,
    preferWebGLVersion: 2,
    powerPreference: 'low-power',
    skipExtensionImports: true,
    gcActive: false,
  });
  const scene = new Container();
  const random = options.random ?? Math.random;

  let puppet: Puppet | null = null;
  let driver: ExpressionDriver | null = null;
  let loading: AbortController | null = null;
  let worn: { expression: Expression; strength: number } = { expression: 'neutral', strength: 1 };
  let gaze: Gaze | null = null;
  let reduced = false;
  let paused = false;
  let closed = false;
  let lost = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let redraw: ReturnType<typeof setTimeout> | null = null;
  let frameRequest: number | null = null;
  let lastAtMs = 0;
  let frameMs = 1000 / MOST_FRAMES;
  let waitingMs = 0;
  let mustDraw = false;
  let size = { width: 2, height: 2, dpr: 1 };

  /** Puts the figure where it belongs; answers with the scale its drawings should have. */
  function place(target: Puppet): number {
    const dpr = Math.min(MOST_DPR, size.dpr);
    const framing = frameFigure(size.width * dpr, size.height * dpr, target.file);
    target.view.scale.set(framing.scale);
    target.view.position.set(framing.left, framing.top);
    mustDraw = true;
    return roundScale(framing.scale);
  }

  async function redrawAt(target: Puppet, scale: number): Promise<void> {
    try {
      await target.setScale(scale);
      mustDraw = true;
    } catch {
      // The drawings that are there stay, a little soft.
    }
  }

  function schedule(): void {
    if (closed || paused || lost || timer !== null || frameRequest !== null) return;
    // A timer and then a frame, rather than every frame: the page is not woken 60 times a second for 30 pictures.
    const wait = Math.max(0, frameMs - (performance.now() - lastAtMs) - 6);
    timer = setTimeout(() => {
      timer = null;
      const askedAtMs = performance.now();
      frameRequest = requestAnimationFrame((atMs) => {
        waitingMs = approach(waitingMs, performance.now() - askedAtMs, 6, 1);
        frameMs = Math.min(1000 / FEWEST_FRAMES, Math.max(1000 / MOST_FRAMES, waitingMs * BREATHING_SPACE));
        tick(atMs);
      });
    }, wait);
  }

  function tick(atMs: number): void {
    frameRequest = null;
    if (closed || paused || lost) return;
    const elapsedMs = Math.min(LONGEST_STEP_MS, Math.max(0, atMs - lastAtMs));
    lastAtMs = atMs;
    if (puppet !== null && driver !== null) {
      const changed = puppet.apply(driver.step(elapsedMs));
      if (changed || mustDraw) {
        draw();
      }
    }
    schedule();
  }

  function draw(): void {
    mustDraw = false;
    if (lost) return;
    renderer.render({ container: scene });
    puppet?.tidy();
  }

  function stop(): void {
    if (timer !== null) clearTimeout(timer);
    if (frameRequest !== null) cancelAnimationFrame(frameRequest);
    timer = null;
    frameRequest = null;
  }

  function onContextLost(event: Event): void {
    event.preventDefault();
    lost = true;
    stop();
    options.onContext(false);
  }
  function onContextRestored(): void {
    lost = false;
    mustDraw = true;
    options.onContext(true);
    schedule();
  }
  canvas.addEventListener('webglcontextlost', onContextLost);
  canvas.addEventListener('webglcontextrestored', onContextRestored);

  return {
    async setPuppet(source) {
      loading?.abort();
      const mine = new AbortController();
      loading = mine;
      const next = createPuppet(source);
      const nextDriver = createExpressionDriver(source.file.rest, random);
      nextDriver.setReducedMotion(reduced);
      nextDriver.setExpression(worn.expression, worn.strength);
      nextDriver.lookAt(gaze);
      await next.setScale(place(next));
      if (mine.signal.aborted || closed) {
        next.close();
        throw new DOMException('Another puppet was asked for.', 'AbortError');
      }
      // Resized while it was being drawn: draw it once more at the right size.
      await next.setScale(place(next));
      const before = puppet;
      puppet = next;
      driver = nextDriver;
      scene.removeChildren();
      scene.addChild(next.view);
      lastAtMs = performance.now();
      next.apply(nextDriver.step(0));
      draw();
      before?.close();
      schedule();
    },
    setExpression(expression, strength = 1) {
      worn = { expression, strength };
      driver?.setExpression(expression, strength);
    },
    speakText(deltaText) {
      if (!paused) driver?.speakText(deltaText);
    },
    lookAt(point) {
      gaze = point;
      driver?.lookAt(point);
    },
    pat() {
      driver?.pat();
    },
    setPaused(next) {
      if (paused === next) return;
      paused = next;
      if (paused) {
        driver?.hush();
        stop();
      } else {
        lastAtMs = performance.now();
        mustDraw = true;
        schedule();
      }
    },
    resize(width, height, dpr) {
      if (width < 1 || height < 1) return;
      if (size.width === width && size.height === height && size.dpr === dpr) return;
      size = { width, height, dpr };
      const ratio = Math.min(MOST_DPR, dpr);
      renderer.resize(Math.round(width * ratio), Math.round(height * ratio));
      if (puppet !== null) {
        // While a window is dragged the drawings are only scaled; when it rests they are drawn anew.
        const scale = place(puppet);
        const resized = puppet;
        if (redraw !== null) clearTimeout(redraw);
        redraw = setTimeout(() => void redrawAt(resized, scale), 160);
        if (!paused) draw();
      }
    },
    setReducedMotion(next) {
      reduced = next;
      driver?.setReducedMotion(next);
    },
    close() {
      if (closed) return;
      closed = true;
      loading?.abort();
      if (redraw !== null) clearTimeout(redraw);
      stop();
      canvas.removeEventListener('webglcontextlost', onContextLost);
      canvas.removeEventListener('webglcontextrestored', onContextRestored);
      renderer.destroy();
      puppet?.close();
      puppet = null;
      scene.destroy();
    },
  };
}

/** Drawing anew for every pixel of a drag would be waste: sizes go in steps of about four per cent. */
function roundScale(scale: number): number {
  return 2 ** (Math.ceil(Math.log2(scale) * 18) / 18);
}
