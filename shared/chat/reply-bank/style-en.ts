import type { Register } from '../../characters/contract.ts';

type Rule = readonly [RegExp, string];

/**
 * A written line in another English register, the counterpart of the Japanese one: `kansai` is warm Northern English and,
 * like `cool` and `lively`, made of casual lines; `ojousama` is a gracious young lady and made of polite ones. Slots pass
 * through untouched; a line that no rule knows may be given a turn of speech to open with.
 */
export function restyleEn(line: string, register: Exclude<Register, 'polite' | 'casual'>): string {
  const ruled = RULES[register].reduce((text, [pattern, into]) => text.replaceAll(pattern, into), line);
  const styled = ruled.charAt(0).toUpperCase() + ruled.slice(1);
  const openers = OPENERS[register];
  // Every other plain line: a manner heard each time is a tic.
  if (openers.length === 0 || styled !== line || line.length % 2 === 1 || /\{(?!user|char|I\})/u.test(line))
    return styled;
  return withOpener(styled, openers[line.length % openers.length] ?? '');
}

/** "you're sure it's fine" → "you are sure it is fine". */
export function withoutContractions(text: string): string {
  return FULL_FORMS.reduce((sofar, [pattern, into]) => sofar.replaceAll(pattern, into), text);
}

/** Words after which a capital letter is only that of the sentence. */
const PLAIN_START = /^(?:That|It|This|There|You|They|We|The|Sounds|Some|What a)(?='|\s)/u;

function withOpener(line: string, opener: string): string {
  if (!PLAIN_START.test(line)) return line;
  return `${opener} ${line.charAt(0).toLowerCase()}${line.slice(1)}`;
}

const word = (pattern: string, into: string): readonly Rule[] => [
  [new RegExp(String.raw`\b${pattern}\b`, 'gu'), into],
  [
    new RegExp(String.raw`\b${pattern.charAt(0).toUpperCase()}${pattern.slice(1)}\b`, 'gu'),
    into.charAt(0).toUpperCase() + into.slice(1),
  ],
];

const KANSAI: readonly Rule[] = [
  ...word('yes', 'aye'),
  ...word('yeah', 'aye'),
  ...word('nothing', 'nowt'),
  ...word('anything', 'owt'),
  ...word('something', 'summat'),
  [/\bI think\b/gu, 'I reckon'],
  ...word('really good', 'right good'),
  ...word('really (?!do|did|is|are)', 'proper '),
  ...word('very', 'right'),
  ...word('lovely', 'grand'),
  ...word('great', 'grand'),
  ...word('wonderful', 'champion'),
  ...word('thank you', 'ta'),
  ...word('thanks', 'ta'),
  ...word('hello', 'ey up'),
  ...word('hi', 'ey up'),
  ...word('hey', 'ey up'),
  ...word("isn't it", 'innit'),
  ...word('nice', 'grand'),
  ...word('oh', 'eh'),
  ...word('ooh', 'eh'),
  ...word('wow', 'by heck'),
  ...word('tired', 'jiggered'),
  ...word('cup of tea', 'brew'),
  [/\b([Aa]) (owt|aye|eh)\b/gu, '$1n $2'],
  [/\b([Aa])n (grand|right|proper|champion)\b/gu, '$1 $2'],
];

const FULL_FORMS: readonly Rule[] = [
  [
    /\b([Ii]t|[Tt]hat|[Tt]here|[Ww]hat|[Hh]ow|[Hh]e|[Ss]he|[Ww]here|[Ww]ho|[Hh]ere)'s\b(?! (?:been|got|had))/gu,
    '$1 is',
  ],
  [/\b([Ww])on't\b/gu, '$1ill not'],
  [/\b([Cc])an't\b/gu, '$1annot'],
  [/\b([Ss])han't\b/gu, '$1hall not'],
  [/n't\b/gu, ' not'],
  [/\bI'm\b/gu, 'I am'],
  [/'re\b/gu, ' are'],
  [/'ve\b/gu, ' have'],
  [/'d\b/gu, ' would'],
  [/'ll\b/gu, ' will'],
  [/\b([Ll])et's\b/gu, '$1et us'],
];

const OJOUSAMA: readonly Rule[] = [
  ...FULL_FORMS,
  ...word('yes', 'indeed'),
  ...word('very', 'most'),
  ...word('thank you', 'thank you ever so much'),
  ...word('thanks', 'thank you ever so much'),
  ...word('great', 'splendid'),
  ...word('wonderful', 'perfectly splendid'),
  ...word('hello', 'good day'),
  ...word('lovely', 'perfectly lovely'),
  ...word('tell me', 'do tell me'),
  ...word('goodbye', 'farewell'),
  ...word('really', 'truly'),
  ...word('please', 'pray'),
  ...word('a lot', 'a great deal'),
  ...word('nice', 'charming'),
  [/\b(\w+) do tell me\b/gu, '$1 tell me'],
  [/\b[Dd]o do\b/gu, 'do'],
];

const COOL: readonly Rule[] = [
  [/!+/gu, '.'],
  [/^(?:Oh|Ooh|Aw|Wow|Ah|Hey),? /gu, ''],
  [/, (?:you know|isn't it|honestly)(?=[.?])/gu, ''],
  [/^Tell me /gu, 'Go on. Tell me '],
  [/\breally /gu, ''],
  [/\b(?:I'd love to|I want to) hear/gu, "I'll hear"],
];

const LIVELY: readonly Rule[] = [
  [/(?<![.…])\.(?=\s|$)/gu, '!'],
  [/^Oh, /gu, 'Ooh, '],
  [/^(?:Right|Okay|So), /gu, 'Okay okay, '],
  [/^Nice\b/gu, 'Yay, nice'],
];

const RULES: Readonly<Record<Exclude<Register, 'polite' | 'casual'>, readonly Rule[]>> = {
  kansai: KANSAI,
  ojousama: OJOUSAMA,
  cool: COOL,
  lively: LIVELY,
};

const OPENERS: Readonly<Record<Exclude<Register, 'polite' | 'casual'>, readonly string[]>> = {
  kansai: ['Aye,', 'Well,', 'Ee,', 'Right,'],
  ojousama: ['I dare say', 'I must say,', 'Truly,', 'I do believe'],
  cool: [],
  lively: [],
};
