import { z } from 'zod';
import { EXPRESSIONS, type Expression } from '../../avatar/expression.ts';
import { TRAITS, type Register } from '../../characters/contract.ts';
import type { Locale } from '../../settings/contract.ts';
import { MOVES, type Move } from './moves.ts';
import { SITUATIONS, type Situation } from './situations.ts';
import { restyleEn } from './style-en.ts';
import { restyleJa } from './style-ja.ts';

export const DAYPARTS = ['morning', 'day', 'evening', 'night'] as const;
export type BankDaypart = (typeof DAYPARTS)[number];

const percent = z.number().int().min(0).max(100);
const bounds = z.strictObject({ min: percent.optional(), max: percent.optional() });

/** A line as a file holds it: a text alone, or a text with the conditions under which it may be said. */
const writtenLine = z.union([
  z.string().min(1),
  z.strictObject({
    text: z.string().min(1),
    when: z.array(z.enum(DAYPARTS)).nonempty().optional(),
    emotion: z.enum(EXPRESSIONS).optional(),
    trait: z.partialRecord(z.enum(TRAITS), bounds).optional(),
    level: z.strictObject({ min: z.number().int().min(1).max(10) }).optional(),
    needs: z.array(z.enum(['topic', 'time'])).optional(),
    /** Fits only when the person's words match this pattern: what makes a reply an answer to them and no other. */
    heard: z.string().optional(),
    /** Does not fit when they match this one. */
    unless: z.string().optional(),
  }),
]);

/** Lines of the registers that are written by hand; those of the others are made of them. */
const byRegister = z.strictObject({
  polite: z.array(writtenLine),
  casual: z.array(writtenLine),
  cool: z.array(writtenLine).optional(),
  lively: z.array(writtenLine).optional(),
});

/** `resources/reply-bank/<locale>/<situation>.json`. */
export const situationFile = z.strictObject({ emotion: z.enum(EXPRESSIONS), react: byRegister, ask: byRegister });
export type SituationFile = z.infer<typeof situationFile>;

/** `resources/reply-bank/<locale>/moves.json`. */
export const movesFile = z.record(z.enum(MOVES), situationFile);

/** `resources/reply-bank/<locale>/frames.json`: what people tell of, as patterns over their words, and lines for it. */
export const framesFile = z.record(
  z.string().regex(/^[a-z_]+$/),
  situationFile.extend({
    match: z.string().min(1),
    unless: z.string().optional(),
    /** The matter it belongs to, as the cues name it. */
    about: z.enum(SITUATIONS).optional(),
  }),
);

/** Whose lines they are: a situation heard, a move of the talk, or something told of (`frame:eat`). */
export type Family = Situation | Move | FrameFamily;
export type FrameFamily = `frame:${string}`;

/** Something that people tell of. */
export interface Frame {
  readonly family: FrameFamily;
  readonly match: RegExp;
  readonly unless: RegExp | null;
  readonly about: Situation | null;
}

export interface BankFiles {
  readonly locale: Locale;
  readonly situations: ReadonlyMap<Situation, SituationFile>;
  readonly moves: z.infer<typeof movesFile>;
  readonly frames: z.infer<typeof framesFile>;
}

export type LineRole = 'react' | 'ask';

/** A line ready to be chosen. */
export interface BankLine {
  /** Unique within a locale: situation, register, role and place. */
  readonly id: string;
  readonly family: Family;
  readonly role: LineRole;
  readonly text: string;
  readonly expression: Expression;
  readonly when: readonly BankDaypart[] | null;
  readonly traits: readonly { readonly trait: (typeof TRAITS)[number]; readonly min: number; readonly max: number }[];
  readonly minLevel: number;
  readonly needsTopic: boolean;
  readonly needsTime: boolean;
  /** Names of all its slots. */
  readonly slots: readonly string[];
  readonly heard: RegExp | null;
  readonly unless: RegExp | null;
  /** It asks the person something. */
  readonly asks: boolean;
  /** Finds it in what was said before, whatever filled its slots. */
  readonly trace: LineTrace;
}

/** The fixed parts of a line, in order; a slot stands between each two. */
export type LineTrace = readonly string[];

export interface Bank {
  readonly lines: (family: Family, register: Register, role: LineRole) => readonly BankLine[];
  /** Every line of a register. */
  readonly all: (register: Register) => readonly BankLine[];
  /** In the order of the file: what comes first is meant first. */
  readonly frames: readonly Frame[];
}

/**
 * Builds a bank from the files of one locale; throws when a situation or move has none. A register's lines are made
 * ready when they are first asked for: a companion speaks in one. A pattern that is none throws then, and names its line.
 */
export function createBank({ locale, situations, moves, frames }: BankFiles): Bank {
  for (const situation of SITUATIONS)
    if (!situations.has(situation)) throw new Error(`the reply bank has no lines for ${situation}`);
  const files = new Map<Family, SituationFile>(situations);
  for (const move of MOVES) files.set(move, moves[move]);
  for (const [name, file] of Object.entries(frames)) files.set(`frame:${name}`, file);
  const table = new Map<string, readonly BankLine[]>();
  const linesOf = (family: Family, register: Register, role: LineRole): readonly BankLine[] => {
    const key = `${family}/${register}/${role}`;
    const ready = table.get(key);
    if (ready !== undefined) return ready;
    const file = files.get(family);
    const lines =
      file === undefined
        ? []
        : writtenIn(file, register, role, locale, family).map((written, place) =>
            toLine({ family, register, role, place, file, written }),
          );
    table.set(key, lines);
    return lines;
  };
  return {
    lines: linesOf,
    all: (register) =>
      [...files.keys()].flatMap((family) => [
        ...linesOf(family, register, 'react'),
        ...linesOf(family, register, 'ask'),
      ]),
    frames: Object.entries(frames).map(([name, { match, unless, about }]) => ({
      family: `frame:${name}`,
      match: new RegExp(match, 'imu'),
      unless: unless === undefined ? null : new RegExp(unless, 'imu'),
      about: about ?? null,
    })),
  };
}

/** A register's own lines, or those of its neighbour in its style. */
function writtenIn(
  file: SituationFile,
  register: Register,
  role: LineRole,
  locale: Locale,
  family: Family,
): z.infer<typeof writtenLine>[] {
  if (register === 'polite' || register === 'casual') return file[role][register];
  const own = register === 'cool' || register === 'lively' ? file[role][register] : undefined;
  if (own !== undefined) return own;
  const source = file[role][register === 'ojousama' ? 'polite' : 'casual'];
  // Where a life is at stake nobody puts on a manner; and what a rule makes of two lines may be one.
  const style = (text: string): string =>
    locale === 'ja' ? restyleJa(text, register) : family === 'crisis' ? text : restyleEn(text, register);
  return source.map((line) => (typeof line === 'string' ? style(line) : { ...line, text: style(line.text) }));
}

/** Whether a text asks something: a question mark, or a Japanese sentence that ends as a question without one. */
export function asksSomething(text: string): boolean {
  return /[?？]/.test(text) || /(か|のか|だろ|どうだ)。?$/.test(text.trim());
}

interface Placed {
  readonly family: Family;
  readonly register: Register;
  readonly role: LineRole;
  readonly place: number;
  readonly file: SituationFile;
  readonly written: z.infer<typeof writtenLine>;
}

function toLine({ family, register, role, place, file, written }: Placed): BankLine {
  const line = typeof written === 'string' ? { text: written } : written;
  const id = `${family}/${register}/${role}/${place}`;
  const pattern = (source: string | undefined): RegExp | null => {
    if (source === undefined) return null;
    try {
      return new RegExp(source, 'imu');
    } catch (error) {
      throw new Error(`${id}: not a pattern`, { cause: error });
    }
  };
  return {
    id,
    family,
    role,
    text: line.text,
    expression: line.emotion ?? file.emotion,
    when: line.when ?? null,
    traits: Object.entries(line.trait ?? {}).map(([trait, range]) => ({
      trait: trait as (typeof TRAITS)[number],
      min: range.min ?? 0,
      max: range.max ?? 100,
    })),
    minLevel: line.level?.min ?? 1,
    needsTopic: line.text.includes('{topic}'),
    needsTime: line.text.includes('{time}'),
    slots: [...line.text.matchAll(/\{(\w+)\}/gu)].map((match) => match[1] ?? ''),
    heard: pattern(line.heard),
    unless: pattern(line.unless),
    asks: role === 'ask' || asksSomething(line.text),
    trace: line.text.split(/\{\w+\}/u).filter((part) => part !== ''),
  };
}

/**
 * Whether a line was said within a text: its fixed parts stand there in order, beginning where a sentence begins.
 * What stands between them (a name, a topic) is short.
 */
export function wasSaid(line: BankLine, text: string): boolean {
  const [first, ...rest] = line.trace;
  if (first === undefined) return false;
  const opensWithSlot = line.text.startsWith('{');
  for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
    if (!opensWithSlot && at > 0 && !/[\s。！？!?…」』）)♪]/u.test(text.charAt(at - 1))) continue;
    let end = at + first.length;
    const fits = rest.every((part) => {
      const next = text.indexOf(part, end);
      // What fills a slot is no sentence, only a part of one.
      if (next < 0 || next - end > 200 || /[。！？!?]|\.\s/u.test(text.slice(end, next))) return false;
      end = next + part.length;
      return true;
    });
    if (fits) return true;
  }
  return false;
}
