import type { Gaze } from '#shared/avatar/motion.ts';

/** After this long without a movement of pointer or caret the companion looks where it likes. */
const ATTENTION_MS = 4_000;
/** The element's place on the page is measured anew at most this often. */
const MEASURE_MS = 250;
/** Where the eyes are, as a share of the stage's height. */
const EYE_LINE = 0.4;

/**
 * Tells where the person's attention is, seen from the eyes of a figure that fills `box`: at the pointer, or at the
 * field that is being typed in. Null when both have been still for a while. Returns the unsubscriber.
 */
export function followAttention(box: Element, onAttention: (point: Gaze | null) => void): () => void {
  let rect = box.getBoundingClientRect();
  let measuredAtMs = performance.now();
  let timer: ReturnType<typeof setTimeout> | null = null;

  function attend(clientX: number, clientY: number): void {
    const nowMs = performance.now();
    if (nowMs - measuredAtMs > MEASURE_MS) {
      rect = box.getBoundingClientRect();
      measuredAtMs = nowMs;
    }
    const dx = clientX - (rect.left + rect.width / 2);
    const dy = clientY - (rect.top + rect.height * EYE_LINE);
    onAttention({ x: soften(dx / Math.max(260, rect.width * 0.8)), y: soften(dy / Math.max(260, rect.height * 0.6)) });
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => onAttention(null), ATTENTION_MS);
  }

  function onPointer(event: PointerEvent): void {
    attend(event.clientX, event.clientY);
  }
  function onTyping(event: Event): void {
    if (!(event.target instanceof Element)) return;
    const field = event.target.getBoundingClientRect();
    attend(field.left + field.width * 0.4, field.top + field.height / 2);
  }
  function onLeave(): void {
    onAttention(null);
  }

  window.addEventListener('pointermove', onPointer, { passive: true });
  document.addEventListener('input', onTyping, { passive: true });
  document.documentElement.addEventListener('pointerleave', onLeave);
  return () => {
    window.removeEventListener('pointermove', onPointer);
    document.removeEventListener('input', onTyping);
    document.documentElement.removeEventListener('pointerleave', onLeave);
    if (timer !== null) clearTimeout(timer);
  };
}

/** Nearly straight in the middle, and never beyond ±1. */
function soften(value: number): number {
  return Math.tanh(value * 1.1);
}
