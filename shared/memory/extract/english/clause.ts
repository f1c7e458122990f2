import { BLOT, type Sentence } from '../reading.ts';
import { timesIn, type Moment, type When } from '../when.ts';
import { EMPTY_OBJECT, IRREGULAR_PRESENT, POINTS_AWAY } from './words.ts';

/** A statement within a sentence: what stands between "but", "so", a dash and the like. */
export interface Clause {
  /** Without openings ("Yeah, ", "by the way"); straight apostrophes. A time at the head stays. */
  readonly text: string;
  /** The text without a time at its head: begins with the subject. */
  readonly body: string;
  /** Of the sentence around it, which is what a memory quotes. */
  readonly start: number;
  readonly end: number;
  readonly sentence: Sentence;
  readonly moment: Moment;
}

const CUT =
  /\s*(?:;|—|–|\s-+\s|:\s)\s*|,?\s+(?:but|because|cuz|'cause|although|even though|though|whereas)\s+|,\s*(?:so|and|which|plus|then|while|who|where|since|yet)\s+|,?\s+(?:so|and)\s+(?=(?:I|we|I'm|I've|we're|it|it's|it was|he|she|they|my|that's|now)\b)|,\s*(?=(?:I|I'm|I've|I'll|we|it|it's|it was|he|she|he's|she's|they|thanks|haha|lol)\b)/giu;
const OPENING =
  /^(?:(?:oh|ah|yeah|yep|yes|no|nope|well|so|and|but|also|actually|honestly|anyway|btw|by the way|hey|hi|hello|ok|okay|um|uh|hmm|haha|lol|wow|plus|then|look|guess what|fun fact|news|to be honest|tbh|thanks|thank you|sure|of course|absolutely|totally|definitely|exactly|right|luckily|fortunately|unfortunately|sadly|recently|lately|currently|now|these days|nowadays|right now|at the moment|still|apart from that|besides|other than that|speaking of which|on the bright side|as for me|personally|growing up|as a kid|weirdly|you know|finally)[,!\s]+)+/iu;
/** "Mel, " and "Joanna! ". */
const ADDRESSED =
  /^(?!Yesterday|Today|Tomorrow|Tonight|Last|Next)\p{Lu}\p{Ll}+[,!]\s+(?=(?:I|I'm|I've|I'll|[Mm]y|[Ww]e|[Oo]ur)\b)/u;
const TRAILING =
  /[,\s]*(?:by the way|btw|you know|though|too|as well|actually|honestly|haha|lol|tbh|you see|if I'm honest|anyway|I guess|I think|I suppose|to be honest|thanks|please|help|always have)?[\s,]*$/iu;

/** Statements of a sentence told as facts. What asks, wishes, supposes, passes on or tells of fiction is left out. */
export function clausesOf(sentence: Sentence, moment: Moment): Clause[] {
  const plain = spelled(sentence.text);
  if (NOT_REAL.test(plain)) return [];
  const pieces = plain.split(CUT);
  const asked = sentence.question ? QUESTION_TAIL.exec(pieces.at(-1) ?? '') : null;
  if (asked !== null) pieces.splice(-1, 1, asked[1] ?? '', asked[2] ?? '');
  const clauses: Clause[] = [];
  joinTimes(pieces, moment).forEach((piece, index, all) => {
    let text = piece.trim().replace(OPENING, '').replace(ADDRESSED, '').replace(OPENING, '').trim();
    text = text.replace(TRAILING, '').trim();
    const asks = sentence.question && (index === all.length - 1 || ASKS.test(text));
    if (text.length < 5 || asks || SUPPOSED.test(text) || text.includes(BLOT)) return;
    clauses.push({ text, body: bodyOf(text, moment), start: sentence.start, end: sentence.end, sentence, moment });
  });
  return clauses;
}

const TYPED: readonly (readonly [RegExp, string])[] = [
  [/[’‘]/gu, "'"],
  [/\bi(?='|\b)/gu, 'I'],
  [/\bim\b/giu, "I'm"],
  [/\bive\b/giu, "I've"],
  [/\b(do|does|did|is|was|have|has|had|would|could|should|ca|wo)nt\b/giu, "$1n't"],
];

/** As it would be spelled with more time. */
function spelled(text: string): string {
  return TYPED.reduce((told, [pattern, word]) => told.replaceAll(pattern, word), text);
}

/** "Mum's birthday is in June, any ideas?" */
const QUESTION_TAIL =
  /^(.+),\s*((?:any|do|does|what|how|where|who|can|could|got|have|is|are|right|isn't|don't)\b.*)$/iu;
const ASKS =
  /^(?:do|does|did|is|are|am|was|were|have|has|had|can|could|would|will|should|what|who|where|when|why|how|which)\b/iu;
/** "Last Friday, I went …": a time alone belongs to what follows. */
function joinTimes(pieces: readonly string[], moment: Moment): string[] {
  const joined: string[] = [];
  let waiting = '';
  for (const piece of pieces) {
    const bare = piece.trim().replace(OPENING, '');
    const time = timesIn(bare, moment, 'en', 'past')[0];
    if (time !== undefined && time.start <= 3 && bare.length - time.end <= 10 && bare.length < 40) {
      waiting = `${bare}, `;
      continue;
    }
    joined.push(waiting + piece);
    waiting = '';
  }
  if (waiting !== '') joined.push(waiting);
  return joined;
}

/** The whole sentence is not of this world, or not of the person's own knowledge. */
const NOT_REAL =
  /\bif (?:I|we|only|my|you)\b|\b(?:I|we) wish\b|\bimagine\b|\bsuppose\b|\bwhen I'm (?:president|rich|famous|old)\b|\bnext life\b|\bdream(?:t|ed|s|ing)?\b.*\b(?:that I|I was|we were)\b|^(?:I )?dream(?:t|ed)\b|\bin (?:my|a|the|this) (?:dream|nightmare|game|book|novel|film|movie|show|series|story|episode|song|manga|anime|play)\b|\bmain character\b|\bthere's a scene\b|\bprotagonist\b|\bhypothetically\b|\bpretend(?:ing)?\b|\brole-?play\b|\bapparently\b|\bword is\b|\bsupposedly\b|\brumou?r\b|\ballegedly\b|\bI(?:'ve)? hear(?:d)?\b(?! back)|\b(?:he|she|they|who|friend|boss|mom|mum|dad|everyone|\p{Lu}\p{Ll}+) (?:says|said|told|claims|claimed|keeps saying|always says|thinks|swears)\b|\bseems? to\b|\bI'd (?:never|rather|love|be|like|have)\b|\bunless\b/iu;
const SUPPOSED =
  /^(?:if|when|unless|maybe|perhaps|probably|what if|as if|like when)\b|\b(?:would|could|might|should|ought to)\b|\b(?:thinking (?:about|of)|considering|not sure|wonder(?:ing)?|hop(?:e|ing) (?:to|that|for|it|I|we|you)|want(?:ed)? to|wanna|feel like|tempted to|thought about|decided against|almost|nearly|instead of|pretty sure|kinda|supposed to)\b/iu;

const TIME_HEAD = /^(?:,|in the (?:morning|afternoon|evening)|morning|afternoon|evening|night|\s)+/iu;

function bodyOf(text: string, moment: Moment): string {
  const time = timesIn(text, moment, 'en', 'past').find((each) => each.start <= 3);
  if (time === undefined || !/^(?:on|in|just|back)?\s*(?:the\s)?$/iu.test(text.slice(0, time.start))) return text;
  return text.slice(time.end).replace(TIME_HEAD, '');
}

export function clauseTimes(clause: Clause, direction: 'past' | 'future'): When[] {
  return timesIn(clause.text, clause.moment, 'en', direction);
}

const PERSONS: readonly (readonly [RegExp, string])[] = [
  [/\bI'm\b/gu, "they're"],
  [/\bI am\b/gu, 'they are'],
  [/\bI was\b/gu, 'they were'],
  [/\bI've\b/gu, "they've"],
  [/\bI'll\b/gu, "they'll"],
  [/\bI'd\b/gu, "they'd"],
  [/\b(?:I|we)\b/gu, 'they'],
  [/\b(?:We)\b/gu, 'They'],
  [/\bwe're\b/giu, "they're"],
  [/\b(?:My|Our)\b/gu, 'Their'],
  [/\b(?:my|our)\b/giu, 'their'],
  [/\b(?:mine|ours)\b/giu, 'theirs'],
  [/\b(?:me|us)\b/gu, 'them'],
  [/\b(?:myself|ourselves)\b/giu, 'themselves'],
];

/** "my sister and I" seen from outside: "their sister and they". */
export function toThird(text: string): string {
  let told = text;
  for (const [pattern, word] of PERSONS) told = told.replaceAll(pattern, word);
  return told;
}

const LOOSE_END =
  /[\s,]+(?:right now|at the moment|these days|nowadays|currently|anymore|any more|lately|recently|now|today|already|again|yet|for now|so far|and|or|with|to|for|of|in|on|at|by|from|so|a|an|the|my|their|just|really|very|because|but|when|while|if|since|after|before|that|which|who|about|as|like|lol|haha|too|as well|though|here|there)$/iu;

const ASIDE =
  /,?\s*\b(?:the other (?:day|night|week)|recently|lately|a while (?:ago|back)|as usual|you know|of course|like always|to be honest|for once|for (?:about |almost |over |nearly )?(?:an?|\d+|one|two|three|four|five|six|seven|eight|nine|ten) (?:years?|months?|weeks?)(?: now)?$|(?:about |around |almost |over )?(?:\S+|a (?:few|couple(?: of)?)) (?:days|weeks|months|years) ago|not (?:so|too) long ago|since (?:I was|childhood|college|school|high school)\b.*|and (?:stuff|everything|all that|so on))\b/giu;
/** Of whom or what, the memory could not tell. */
const UNNAMED = /\b(?:him|her|them|it|they|he|she|one|ones|he's|she's|it's|they're|its)\b/iu;

/**
 * What stays of an object when asides are cut: at most `maxWords`, null when nothing is left that stands alone.
 * `named`: whom "her" means is known.
 */
export function objectOf(raw: string, maxWords = 9, named = false): string | null {
  let text =
    raw
      .replaceAll(ASIDE, '')
      .split(
        /\s+(?:because|but|while|although|though|whenever|ever since|as long as|even)\b|,\s*(?!\d|(?:and|or)\s)|\s*[(;:—–]|\s-\s|\s+(?:when|if)\s|\s+that (?:was|were|is|are|had|really|made|has)\b|\s+(?:so I|where|who|which)\b/iu,
      )[0]
      ?.trim() ?? '';
  for (;;) {
    const trimmed = text.replace(LOOSE_END, '').trim();
    if (trimmed === text) break;
    text = trimmed;
  }
  // "a safe, inviting place" was cut at its comma.
  if (
    /\b(?:an?|the|my) \p{L}+$/iu.test(text) &&
    /^,\s*\p{L}+ \p{L}+/u.test(raw.slice(raw.indexOf(text) + text.length)) &&
    raw.includes(text)
  )
    return null;
  if (
    text === '' ||
    EMPTY_OBJECT.test(text) ||
    POINTS_AWAY.test(text) ||
    (!named && UNNAMED.test(text)) ||
    text.includes(BLOT)
  )
    return null;
  if (text.split(/\s+/u).length > maxWords) return null;
  return /\p{L}{3}/u.test(text) && !/^(?:for|to|with|at|and|or|but|of|by)$|^(?:for|with|at|by|of|and|or) /iu.test(text)
    ? text
    : null;
}

const PREPOSITION = /(?:\b(?:on|in|by|until|till|before|after|since|from|of|around|during)\s+(?:the\s+)?)$/iu;
const KEPT = /^(?:by|until|till|since|before|after|from)\b/iu;

/** The text with its times as dates: "tomorrow at 2pm" → "on 14 May 2026 at 2pm". Places are those of `timesIn(text)`. */
export function withDates(text: string, times: readonly When[]): string {
  let dated = text;
  for (const time of times.toReversed()) {
    const head = dated.slice(0, time.start);
    dated = head + placed(time, text.slice(time.start, time.end), head) + dated.slice(time.end).replace(/^'s\b/u, '');
  }
  return dated;
}

/** A date with the preposition it needs where it stands. */
function placed(time: When, words: string, head: string): string {
  const own = KEPT.exec(words)?.[0];
  if (own !== undefined) return `${own.toLowerCase()} ${time.label}`;
  if (PREPOSITION.test(head) && !/^(?:on|in|at)\b/iu.test(words)) return time.label.replace(/^around /u, '');
  if (time.days === 1) return `on ${time.label}`;
  return time.label.startsWith('around') ? time.label : `in ${time.label}`;
}

/** "have" → "has", "work" → "works". */
export function thirdVerb(verb: string): string {
  const known = IRREGULAR_PRESENT[verb.toLowerCase()];
  if (known !== undefined) return known;
  if (/(?:s|sh|ch|x|z|o)$/u.test(verb)) return `${verb}es`;
  return /[^aeiou]y$/u.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`;
}

/** First letter large, no end mark. */
export function note(text: string): string {
  const tidy = text
    .replaceAll(/\s+/gu, ' ')
    .replace(/[\s,.;:!-]+$/u, '')
    .trim();
  return tidy.charAt(0).toUpperCase() + tidy.slice(1);
}
