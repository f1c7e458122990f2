import type { Expression } from '../avatar/expression.ts';
import type { EpochMs } from '../base/time.ts';
import type { Character } from '../characters/contract.ts';
import type { Locale } from '../settings/contract.ts';
import type { Author } from './contract.ts';

/** One message as a model is given it. */
export interface PromptMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A turn of the visible thread, oldest first in a scene. */
export interface SceneTurn {
  readonly author: Author;
  readonly text: string;
  readonly expression: Expression | null;
  readonly atMs: EpochMs;
  /** Media kinds sent with it. */
  readonly attachments: readonly ('image' | 'audio' | 'sticker')[];
}

/** All a mind may know to answer with: who speaks, to whom, when, and what has been said. */
export interface Scene {
  readonly character: Character;
  readonly personName: string;
  readonly locale: Locale;
  /** The person is under 18: a friend, no romance. */
  readonly friendMode: boolean;
  readonly nowMs: EpochMs;
  /** Minutes to add to UTC for the person's wall clock. */
  readonly utcOffsetMinutes: number;
  /** The newest last. When `continuing`, the last is the companion's own unfinished message. */
  readonly turns: readonly SceneTurn[];
  readonly continuing: boolean;
  /** Texts of other variants of the same reply, which the new one should not repeat. */
  readonly rejected: readonly string[];
}
