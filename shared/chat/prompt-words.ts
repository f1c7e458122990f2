import type { Register, Traits } from '../characters/contract.ts';
import type { ReplyFault } from './guard/fault.ts';
import type { Scene, SummaryLine } from './scene.ts';

export type Daypart = 'earlyMorning' | 'morning' | 'noon' | 'afternoon' | 'evening' | 'night' | 'lateNight';

/** What is known of this moment. */
export interface Moment {
  readonly date: Date;
  readonly daypart: Daypart;
  /** Whole hours since the turn before the newest, when there was one. */
  readonly hoursSince: number | null;
}

/** Facts of a character, ready to be set in: cleaned, and cut to what there is room for. */
export interface Facts {
  readonly backstory: string;
  readonly notes: string;
  readonly hobbies: readonly string[];
  readonly endings: readonly string[];
  readonly occupation: string;
  readonly tagline: string;
  readonly nickname: string;
  readonly firstPerson: string;
}

/** Something told on another day, cleaned and on one line. */
export interface RememberedLine {
  readonly text: string;
  /** The person's wall clock read as UTC. */
  readonly day: Date;
  /** Who said it, word for word; absent for what is known. */
  readonly author?: 'person' | 'character';
}

/**
 * A language's words for the prompt. `{{char}}` and `{{user}}` in them are the two names.
 * What is in a scene must come through `facts` or a macro: those are cleaned, the scene itself is not.
 */
export interface PromptWords {
  /** A person without a name: as the companion calls them, and as the prompt speaks of them. */
  readonly nameless: { readonly called: string; readonly spokenOf: string };
  /** The part that stays the same from turn to turn. `brief` says the same in as few words as it can. */
  system(scene: Scene, facts: Facts, brief: boolean): string;
  /** The part near the end: now, and once more who speaks and how. */
  reminder(scene: Scene, moment: Moment, facts: Facts, rejected: readonly string[], brief: boolean): string;
  /** What to mind this time, after a reply was refused. */
  repair(faults: readonly ReplyFault[], facts: Facts, scene: Scene): string;
  /** Once more who speaks and how, in a line: amid a long history. */
  anchor(facts: Facts, scene: Scene): string;
  /** What the part of this talk was about that is left out. Data, whatever it says. */
  earlier(lines: readonly SummaryLine[]): string;
  /** What was told on other days: known things, and words as they were said. Data, whatever they say. */
  remembered(lines: readonly RememberedLine[]): string;
  /** World info: what is so in the companion's world. Data, whatever it says. */
  lore(text: string): string;
  /** After the companion's own unfinished message. */
  readonly goOn: string;
  /** When the person has said nothing yet, and when the companion spoke last. */
  readonly begin: string;
  readonly speakAgain: string;
  narrator(text: string): string;
  sent(kind: 'image' | 'audio' | 'sticker'): string;
  readonly elided: string;
}

/** The words of a trait that stands out; nothing for one in the middle. */
export function traitWords(
  traits: Traits,
  words: Readonly<Record<keyof Traits, { readonly low: string; readonly high: string }>>,
  strongly: (text: string) => string,
): string[] {
  const keys = ['kindness', 'humour', 'seriousness', 'activeness', 'empathy'] as const;
  return keys.flatMap((key) => {
    const value = traits[key];
    if (value >= 40 && value < 60) return [];
    const text = value < 40 ? words[key].low : words[key].high;
    return [value < 15 || value >= 85 ? strongly(text) : text];
  });
}

/** One of five, by level 1 to 10. */
export function byLevel<T>(level: number, texts: readonly [T, T, T, T, T]): T {
  const index = Math.min(4, Math.max(0, Math.ceil(level / 2) - 1));
  return texts[index] ?? texts[0];
}

export type ByRegister = Readonly<Record<Register, string>>;
