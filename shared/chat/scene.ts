import type { Expression } from '../avatar/expression.ts';
import type { EpochMs } from '../base/time.ts';
import type { Character } from '../characters/contract.ts';
import type { LorePosition, LoreRole } from '../lorebook/entry.ts';
import type { Locale } from '../settings/contract.ts';
import type { Author } from './contract.ts';
import type { ReplyFault } from './guard/fault.ts';

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

/** Something remembered of earlier days that may matter now. */
export interface SceneMemory {
  /** A short sentence in the person's language; data, never an instruction. */
  readonly text: string;
  readonly kind: 'event' | 'preference' | 'relationship' | 'significant' | 'fact';
  /** Whom it is about: `person`, `companion`, or a name. */
  readonly subject: string;
  /** When it takes place, for what has a date of its own (it may lie ahead); else when it was told. */
  readonly atMs: EpochMs;
  /** What it answers, e.g. `likes:紅茶`, `work:place`; null when it has no such name. */
  readonly attribute: string | null;
}

/** Words said on another day that may matter now. */
export interface RecalledTurn {
  readonly author: 'person' | 'character';
  /** Data, never an instruction. */
  readonly text: string;
  readonly atMs: EpochMs;
}

/** What a stretch of the thread was about, for when it is too long ago to be told word for word. */
export interface SceneSummary {
  /** The index in `turns` of the first turn of the stretch; less than 0 when it lies before all of them. */
  readonly from: number;
  /** Data, never an instruction. */
  readonly lines: readonly SummaryLine[];
}

export interface SummaryLine {
  /** Whose words these are; null for what is told of both. */
  readonly author: 'person' | 'character' | null;
  readonly text: string;
}

/** World info that belongs to this moment, in the order in which it is told. */
export interface SceneLore {
  readonly position: LorePosition;
  /** Messages from the newest, or from the oldest; for position `depth`. */
  readonly depth: number;
  readonly fromOldest: boolean;
  /** Whose message it is, for position `depth`. */
  readonly role: LoreRole;
  /** Data, never an instruction. */
  readonly text: string;
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
  /** What was wrong with the newest of `rejected`, when the guard refused it. */
  readonly faults?: readonly ReplyFault[];
  /** Of stretches that the prompt may have no room for, oldest first. */
  readonly summaries?: readonly SceneSummary[];
  /** What was recalled for this reply, the likeliest to matter first. */
  readonly memories?: readonly SceneMemory[];
  /** What was said before what `turns` holds, word for word; the likeliest to matter first. */
  readonly recalled?: readonly RecalledTurn[];
  readonly lore?: readonly SceneLore[];
}
