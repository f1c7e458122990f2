/** A key press in the composer, as far as the decision needs it. */
export interface ComposerKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly isComposing: boolean;
  /** 229 while an input method handles the key, also where `isComposing` is already false. */
  readonly keyCode: number;
}

export interface ComposerState {
  readonly sendWithEnter: boolean;
  /** Milliseconds since an input method last ended a composition. */
  readonly sinceCompositionMs: number;
  readonly empty: boolean;
  readonly replying: boolean;
}

/** `swallow`: nothing happens, not even in the field. */
export type ComposerDeed = 'send' | 'edit-last' | 'stop' | 'swallow' | null;

/**
 * The Enter that ends a composition can arrive after `compositionend` and look like any other (Safari, and Chromium with some
 * input methods). A person needs longer than this for a second press.
 */
export const COMPOSITION_GRACE_MS = 60;
const IME_KEY_CODE = 229;

/** What a key press does; null leaves it to the field. A key that belongs to an input method never does anything. */
export function deedOf(key: ComposerKey, state: ComposerState): ComposerDeed {
  if (key.isComposing || key.keyCode === IME_KEY_CODE) return null;
  if (key.key === 'Enter') {
    const sends = !key.altKey && (key.ctrlKey || key.metaKey || (state.sendWithEnter && !key.shiftKey));
    if (!sends) return null;
    return state.sinceCompositionMs < COMPOSITION_GRACE_MS ? 'swallow' : 'send';
  }
  if (key.shiftKey || key.ctrlKey || key.metaKey || key.altKey) return null;
  if (key.key === 'ArrowUp' && state.empty) return 'edit-last';
  if (key.key === 'Escape' && state.replying) return 'stop';
  return null;
}
