import { z } from 'zod';
import { EXPRESSIONS, type Expression } from '../../avatar/expression.ts';
import { TRAITS, type Register } from '../../characters/contract.ts';
import { SITUATIONS, type Situation } from './situations.ts';

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

const byRegister = z.strictObject({
  polite: z.array(writtenLine),
  casual: z.array(writtenLine),
  cool: z.array(writtenLine),
  lively: z.array(writtenLine),
});

/** `resources/reply-bank/<locale>/<situation>.json`. */
export const situationFile = z.strictObject({ emotion: z.enum(EXPRESSIONS), react: byRegister, ask: byRegister });
export type SituationFile = z.infer<typeof situationFile>;

export type LineRole = 'react' | 'ask';

/** A line ready to be chosen. */
export interface BankLine {
  /** Unique within a locale: situation, register, role and place. */
  readonly id: string;
  readonly situation: Situation;
  readonly role: LineRole;
  readonly text: string;
  readonly expression: Expression;
  readonly when: readonly BankDaypart[] | null;
  readonly traits: readonly { readonly trait: (typeof TRAITS)[number]; readonly min: number; readonly max: number }[];
  readonly minLevel: number;
  readonly needsTopic: boolean;
  readonly needsTime: boolean;
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
  readonly lines: (situation: Situation, register: Register, role: LineRole) => readonly BankLine[];
  /** Every line of a register. */
  readonly all: (register: Register) => readonly BankLine[];
}

/**
 * Builds a bank from the files of one locale; throws when a situation has none. A register's lines are made ready when
 * they are first asked for: a companion speaks in one. A pattern that is none throws then, and names its line.
 */
export function createBank(files: ReadonlyMap<Situation, SituationFile>): Bank {
  for (const situation of SITUATIONS)
    if (!files.has(situation)) throw new Error(`the reply bank has no lines for ${situation}`);
  const table = new Map<string, readonly BankLine[]>();
  const linesOf = (situation: Situation, register: Register, role: LineRole): readonly BankLine[] => {
    const key = `${situation}/${register}/${role}`;
    const ready = table.get(key);
    if (ready !== undefined) return ready;
    const file = files.get(situation);
    const lines =
      file?.[role][register].map((written, place) => toLine({ situation, register, role, place, file, written })) ?? [];
    table.set(key, lines);
    return lines;
  };
  return {
    lines: linesOf,
    all: (register) =>
      SITUATIONS.flatMap((situation) => [
        ...linesOf(situation, register, 'react'),
        ...linesOf(situation, register, 'ask'),
      ]),
  };
}

/** Whether a text asks something: a question mark, or a Japanese sentence that ends as a question without one. */
export function asksSomething(text: string): boolean {
  return /[?？]/.test(text) || /(か|のか|だろ|どうだ)。?$/.test(text.trim());
}

interface Placed {
  readonly situation: Situation;
  readonly register: Register;
  readonly role: LineRole;
  readonly place: number;
  readonly file: SituationFile;
  readonly written: z.infer<typeof writtenLine>;
}

function toLine({ situation, register, role, place, file, written }: Placed): BankLine {
  const line = typeof written === 'string' ? { text: written } : written;
  const id = `${situation}/${register}/${role}/${place}`;
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
    situation,
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
      if (next < 0 || next - end > 200) return false;
      end = next + part.length;
      return true;
    });
    if (fits) return true;
  }
  return false;
}
