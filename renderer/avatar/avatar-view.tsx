import { useEffect, useLayoutEffect, useRef, useState, type ReactElement } from 'react';
import type { Expression } from '#shared/avatar/expression.ts';
import { knownPuppetId } from '#shared/avatar/puppets.ts';
import type { AvatarStage } from './avatar-stage.ts';
import { frameFigure, PORTRAIT_BOX } from './framing.ts';
import { followAttention } from './attention.ts';
import { PuppetPortrait } from './puppet-portrait.tsx';

interface AvatarViewProps {
  /** A folder of resources/puppets; an unknown one shows the first look for own characters. */
  readonly puppetId: string;
  /** What a screen reader says of the picture, in the person's language. */
  readonly label: string;
  readonly expression: Expression;
  /** In [0,1]; 1 when left out. */
  readonly strength?: number;
  /**
   * Lets the mouth hear text as it streams, without rendering React for every piece: called once with a listener,
   * returns the unsubscriber. Keep it stable between renders.
   */
  readonly onSpeech?: (listener: (deltaText: string) => void) => () => void;
  /** Each new number is one pat. A click on the figure pats it too. */
  readonly pats?: number;
  /** The person's own choice of stillness; the system's when left out. */
  readonly reducedMotion?: boolean;
  /** Paused, nothing is computed or drawn. It also pauses by itself when nobody can see it. */
  readonly paused?: boolean;
  /** Where puppets are served, relative to the page. */
  readonly base?: string;
  readonly className?: string;
}

/**
 * The companion, alive. Fills its parent. Until the drawing engine is loaded, and where WebGL cannot be had, the still
 * portrait stands in the same place.
 */
export function AvatarView(props: AvatarViewProps): ReactElement {
  const { label, expression, strength = 1, onSpeech, pats = 0, paused = false, base, className } = props;
  const puppetId = knownPuppetId(props.puppetId);
  const boxRef = useRef<HTMLDivElement>(null);
  const canvasBox = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<AvatarStage | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const [lost, setLost] = useState(false);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const visible = useVisible(boxRef);
  // Not before they are first to be seen: a companion who is hidden from the start costs nothing.
  const [wanted, setWanted] = useState(!paused);
  if (!paused && !wanted) setWanted(true);
  const systemReduced = useReducedMotion();
  const reduced = props.reducedMotion ?? systemReduced;

  useLayoutEffect(() => {
    const box = boxRef.current;
    if (box === null) return undefined;
    const measure = (): void => setSize({ width: box.clientWidth, height: box.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const place = canvasBox.current;
    if (place === null || !wanted) return undefined;
    let opened: AvatarStage | null = null;
    let left = false;
    // A stage takes its canvas for good: each gets one of its own.
    const canvas = document.createElement('canvas');
    canvas.style.cssText = 'position: absolute; inset: 0; width: 100%; height: 100%';
    place.append(canvas);
    const cancel = afterPaint(async () => {
      const next = await openStage(canvas, base, (had) => {
        if (!left) setLost(!had);
      }).catch(() => null); // No WebGL here: the portrait stays.
      if (left) next?.close();
      else {
        opened = next;
        setStage(next);
      }
    });
    return () => {
      left = true;
      cancel();
      opened?.close();
      canvas.remove();
      setStage(null);
      setShown(null);
      setLost(false);
    };
  }, [base, wanted]);

  useEffect(() => stage?.resize(size.width, size.height, window.devicePixelRatio), [stage, size]);
  useEffect(() => stage?.setReducedMotion(reduced), [stage, reduced]);
  useEffect(() => stage?.setPaused(paused || !visible), [stage, paused, visible]);
  useEffect(() => stage?.setExpression(expression, strength), [stage, expression, strength]);
  useEffect(() => {
    if (stage === null) return undefined;
    let left = false;
    stage.setPuppet(puppetId).then(
      () => {
        if (!left) setShown(puppetId);
      },
      () => {
        if (!left) setShown(null);
      },
    );
    return () => {
      left = true;
    };
  }, [stage, puppetId]);
  useEffect(() => {
    if (stage === null || onSpeech === undefined) return undefined;
    return onSpeech((deltaText) => stage.speakText(deltaText));
  }, [stage, onSpeech]);
  useEffect(() => {
    if (pats > 0) stage?.pat();
  }, [stage, pats]);
  useEffect(() => {
    const box = boxRef.current;
    if (stage === null || box === null) return undefined;
    const pat = (): void => stage.pat();
    box.addEventListener('click', pat);
    const leave = followAttention(box, (point) => stage.lookAt(point));
    return () => {
      box.removeEventListener('click', pat);
      leave();
    };
  }, [stage]);

  const framing = frameFigure(size.width, size.height);
  const alive = shown !== null && !lost;
  return (
    <div
      ref={boxRef}
      role="img"
      aria-label={label}
      className={className}
      data-avatar={alive ? shown : 'portrait'}
      style={{ position: 'relative', width: '100%', height: '100%', overflow: 'hidden' }}
    >
      {!alive && size.width > 0 && (
        <PuppetPortrait
          puppetId={puppetId}
          crop="bust"
          alt=""
          {...(base === undefined ? {} : { base })}
          style={{
            position: 'absolute',
            left: framing.left + PORTRAIT_BOX.x * framing.scale,
            top: framing.top + PORTRAIT_BOX.y * framing.scale,
            width: PORTRAIT_BOX.width * framing.scale,
            height: PORTRAIT_BOX.height * framing.scale,
            maxWidth: 'none',
          }}
        />
      )}
      <div ref={canvasBox} aria-hidden="true" style={{ opacity: alive ? 1 : 0 }} />
    </div>
  );
}

async function openStage(
  canvas: HTMLCanvasElement,
  base: string | undefined,
  onContext: (had: boolean) => void,
): Promise<AvatarStage> {
  const { createAvatarStage } = await import('./avatar-stage.ts');
  return createAvatarStage(canvas, { onContext, ...(base === undefined ? {} : { base }) });
}

/** Calls back once the page has been painted and has a moment; returns a way to call it off. */
function afterPaint(run: () => Promise<void>): () => void {
  let idle: number | null = null;
  const frame = requestAnimationFrame(() => {
    idle = requestIdleCallback(() => void run(), { timeout: 1_500 });
  });
  return () => {
    cancelAnimationFrame(frame);
    if (idle !== null) cancelIdleCallback(idle);
  };
}

/** Whether the page is in front and the element on screen. */
function useVisible(ref: { readonly current: Element | null }): boolean {
  const [inFront, setInFront] = useState(() => !document.hidden);
  const [onScreen, setOnScreen] = useState(true);
  useEffect(() => {
    const update = (): void => setInFront(!document.hidden);
    document.addEventListener('visibilitychange', update);
    return () => document.removeEventListener('visibilitychange', update);
  }, []);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new IntersectionObserver((entries) => {
      const last = entries.at(-1);
      if (last !== undefined) setOnScreen(last.isIntersecting);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return inFront && onScreen;
}

function useReducedMotion(): boolean {
  const [reduced, setReduced] = useState(() => matchMedia(REDUCED_MOTION).matches);
  useEffect(() => {
    const query = matchMedia(REDUCED_MOTION);
    const update = (): void => setReduced(query.matches);
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  }, []);
  return reduced;
}

const REDUCED_MOTION = '(prefers-reduced-motion: reduce)';
