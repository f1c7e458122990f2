import 'pixi.js/unsafe-eval';
import { Container, WebGLRenderer } from 'pixi.js';
import type { RandomSource } from '#shared/avatar/blink.ts';
import type { Expression } from '#shared/avatar/expression.ts';
import type { PuppetId } from '#shared/avatar/puppets.ts';
import { createExpressionDriver, type ExpressionDriver } from './expression-driver.ts';
import { frameFigure } from './framing.ts';
import { createPuppet, openPuppetSource, type Puppet } from './puppet.ts';

/** Where a companion stands. Loads its drawing engine with this module: import it lazily. */
export interface AvatarStage {
  /** Frames drawn so far; stands still while nothing moves or the stage is paused. */
  readonly framesDrawn: number;
  /** Puts another puppet on the stage; the old one stays until the new one is ready. Rejects when it cannot be had. */
  setPuppet(id: PuppetId): Promise<void>;
  /** `strength` in [0,1], 1 when left out. */
  setExpression(expression: Expression, strength?: number): void;
  /** The mouth moves along with text as it streams, and closes when no more comes. */
  speakText(deltaText: string): void;
  /** Both in [-1,1] (x to the right, y down), or null: look about by oneself. */
  lookAt(x: number, y: number): void;
  lookAt(nothing: null): void;
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
  /** For blinks and glances; `Math.random` when left out. */
  readonly random?: RandomSource;
  /** Called when the graphics context is lost (false) or had again (true). */
  readonly onVisible?: (visible: boolean) => void;
}

/** Frames a second at most: on a graphics card, and when everything is computed by the processor. */
const FRAME_RATE = 30;
const FRAME_RATE_SOFTWARE = 24;
/** More pixels than this a unit are not seen. */
const MOST_DPR = 2;

/** Throws when WebGL cannot be had. */
export async function createAvatarStage(
  canvas: HTMLCanvasElement,
  options: AvatarStageOptions = {},
): Promise<AvatarStage> {
  const renderer = new WebGLRenderer<HTMLCanvasElement>();
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
  });
  const scene = new Container();
  const software = isSoftware(renderer.gl);
  const frameMs = 1000 / (software ? FRAME_RATE_SOFTWARE : FRAME_RATE);
  const base = options.base ?? 'puppets/';
  const random = options.random ?? Math.random;

  let puppet: Puppet | null = null;
  let driver: ExpressionDriver | null = null;
  let loading: AbortController | null = null;
  let worn: { expression: Expression; strength: number } = { expression: 'neutral', strength: 1 };
  let gaze: { x: number; y: number } | null = null;
  let reduced = false;
  let paused = false;
  let closed = false;
  let lost = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let frameRequest: number | null = null;
  let lastAtMs = 0;
  let framesDrawn = 0;
  let mustDraw = false;
  let size = { width: 2, height: 2, dpr: 1 };

  function place(target: Puppet): Promise<void> {
    const dpr = Math.min(MOST_DPR, size.dpr);
    const framing = frameFigure(size.width * dpr, size.height * dpr, target.file);
    target.view.scale.set(framing.scale);
    target.view.position.set(framing.left, framing.top);
    mustDraw = true;
    return target.setScale(roundScale(framing.scale));
  }

  function schedule(): void {
    if (closed || paused || lost || timer !== null || frameRequest !== null) return;
    // A timer and then a frame, rather than every frame: the page is not woken 60 times a second for 30 pictures.
    const wait = Math.max(0, frameMs - (performance.now() - lastAtMs) - 6);
    timer = setTimeout(() => {
      timer = null;
      frameRequest = requestAnimationFrame(tick);
    }, wait);
  }

  function tick(atMs: number): void {
    frameRequest = null;
    if (closed || paused || lost) return;
    const elapsedMs = Math.min(120, Math.max(0, atMs - lastAtMs));
    lastAtMs = atMs;
    if (puppet !== null && driver !== null) {
      const changed = puppet.apply(driver.step(elapsedMs));
      if (changed || mustDraw) {
        mustDraw = false;
        renderer.render({ container: scene });
        framesDrawn += 1;
      }
    }
    schedule();
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
    options.onVisible?.(false);
  }
  function onContextRestored(): void {
    lost = false;
    mustDraw = true;
    options.onVisible?.(true);
    schedule();
  }
  canvas.addEventListener('webglcontextlost', onContextLost);
  canvas.addEventListener('webglcontextrestored', onContextRestored);

  return {
    get framesDrawn() {
      return framesDrawn;
    },
    async setPuppet(id) {
      loading?.abort();
      const mine = new AbortController();
      loading = mine;
      const source = await openPuppetSource(id, base, mine.signal);
      const next = createPuppet(source);
      const nextDriver = createExpressionDriver(source.file.rest, random);
      nextDriver.setReducedMotion(reduced);
      nextDriver.setExpression(worn.expression, worn.strength);
      nextDriver.lookAt(gaze);
      await place(next);
      if (mine.signal.aborted || closed) {
        next.close();
        throw new DOMException('Another puppet was asked for.', 'AbortError');
      }
      // Resized while it was being drawn: draw it once more at the right size.
      await place(next);
      if (puppet !== null) {
        scene.removeChild(puppet.view);
        puppet.close();
      }
      puppet = next;
      driver = nextDriver;
      scene.addChild(next.view);
      mustDraw = true;
      lastAtMs = performance.now();
      next.apply(nextDriver.step(0));
      renderer.render({ container: scene });
      framesDrawn += 1;
      schedule();
    },
    setExpression(expression, strength = 1) {
      worn = { expression, strength };
      driver?.setExpression(expression, strength);
    },
    speakText(deltaText) {
      if (!paused) driver?.speakText(deltaText);
    },
    lookAt(x: number | null, y = 0) {
      gaze = x === null ? null : { x, y };
      driver?.lookAt(gaze);
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
        // Fire and forget: until the sharper drawings are there, the old ones are shown scaled.
        void place(puppet).catch(() => undefined);
        if (!paused && !lost) renderer.render({ container: scene });
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
      stop();
      canvas.removeEventListener('webglcontextlost', onContextLost);
      canvas.removeEventListener('webglcontextrestored', onContextRestored);
      puppet?.close();
      puppet = null;
      scene.destroy();
      renderer.destroy();
    },
  };
}

/** Drawing anew for every pixel of a drag would be waste: sizes go in steps of about four per cent. */
function roundScale(scale: number): number {
  return 2 ** (Math.ceil(Math.log2(scale) * 18) / 18);
}

function isSoftware(gl: WebGL2RenderingContext): boolean {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = info === null ? '' : gl.getParameter(info.UNMASKED_RENDERER_WEBGL);
  return typeof name === 'string' && /swiftshader|llvmpipe|software|basic render/i.test(name);
}
