/** How good a claim an entry has on a word that several entries explain; the greatest wins, the earlier one among equals. */
const CLAIM = { common: 4, ownSpelling: 2, standsAlone: 1 } as const;

/** Senses nobody means today. */
const DEAD = /\((?:arch|obs|obsc|rare|X|ok|oK|ik|iK|io|male-sl|MA|poet)\)/;
/** Parts of words, which mean little by themselves. */
const PART_OF_WORD = /\((?:suf|pref|n-suf|n-pref|ctr|aux|aux-v|aux-adj|prt|num|unc)[,)]/;

const MAX_GLOSS_UNITS = 40;

/** EDICT's lines → word → a short gloss in English: the first living sense. */
export function glossesFrom(lines: Iterable<string>): Map<string, string> {
  const found = new Map<string, { readonly gloss: string; readonly claim: number; readonly rivals: number }>();
  const offer = (word: string, gloss: string, claim: number): void => {
    const known = found.get(word);
    if (known === undefined || claim > known.claim) found.set(word, { gloss, claim, rivals: 0 });
    else if (claim === known.claim && gloss !== known.gloss) found.set(word, { ...known, rivals: known.rivals + 1 });
  };
  for (const line of lines) {
    const entry = parseLine(line);
    if (entry === undefined) continue;
    const { head, reading, gloss, common, kanaUsual, standsAlone } = entry;
    const claim = (common ? CLAIM.common : 0) + (standsAlone ? CLAIM.standsAlone : 0);
    offer(head, gloss, claim + CLAIM.ownSpelling);
    if (reading === undefined) continue;
    if (kanaUsual) offer(reading, gloss, claim + CLAIM.ownSpelling);
    else if (common) offer(reading, gloss, claim);
  }
  // A sound that common words share, none of them usually written so, could mean any of them: better no gloss than a wrong one.
  return new Map(
    [...found]
      .filter(([, { claim, rivals }]) => rivals === 0 || (claim & CLAIM.ownSpelling) !== 0)
      .map(([word, { gloss }]) => [word, gloss]),
  );
}

function parseLine(line: string) {
  const match = /^(\S+)(?: \[([^\]]+)\])? \/(.+)\/$/.exec(line.trimEnd());
  const [, head, reading, body] = match ?? [];
  if (head === undefined || body === undefined || head.startsWith('？')) return undefined;
  const parts = body.split('/');
  const sense = firstLivingSense(parts);
  const gloss = sense && glossOf(sense.glosses);
  if (sense === undefined || gloss === undefined) return undefined;
  return {
    head,
    reading,
    gloss,
    common: parts.includes('(P)'),
    kanaUsual: sense.marks.includes('(uk)'),
    standsAlone: !PART_OF_WORD.test(sense.marks),
  };
}

interface Sense {
  /** `(v1,vt) (1) (uk)`: part of speech, number, notes. */
  readonly marks: string;
  readonly glosses: string[];
}

function firstLivingSense(parts: readonly string[]): Sense | undefined {
  const senses: Sense[] = [];
  for (const part of parts) {
    if (part === '(P)' || part === '' || /^Ent[LS]\d/.test(part)) continue;
    const marks = /^(?:\([^)]*\) ?)*/.exec(part)?.[0] ?? '';
    const begins =
      senses.length === 0 || /\(\d+\)/.test(marks) || /^\((?:n|v|adj|adv|exp|int|conj|pn|suf|pref|ctr)\b/.test(marks);
    if (begins) senses.push({ marks, glosses: [part.slice(marks.length)] });
    else senses.at(-1)?.glosses.push(part);
  }
  const [first] = senses;
  // What is said of the whole word stands before its first sense's number.
  if (first !== undefined && /^(?:\([^)]*\) ?)*\((?:ok|oK|ik|iK|io)\)/.test(first.marks)) return undefined;
  return (
    senses.find(({ marks }) => !DEAD.test(marks) && !PART_OF_WORD.test(marks)) ??
    senses.find(({ marks }) => !DEAD.test(marks))
  );
}

/** The first gloss that is a plain word or phrase. */
function glossOf(glosses: readonly string[]): string | undefined {
  return glosses.map(cleaned).find((gloss) => /[A-Za-z]/.test(gloss) && gloss.length <= MAX_GLOSS_UNITS);
}

function cleaned(gloss: string): string {
  let plain = gloss;
  // Innermost brackets first: "dog (Canis (lupus) familiaris)".
  for (let before = ''; before !== plain;) {
    before = plain;
    plain = plain.replaceAll(/\([^()]*\)|\{[^{}]*\}/g, ' ');
  }
  return plain
    .replaceAll(/["]|\.\.\./g, ' ')
    .replace(/^\s*(?:to be|to|an?|the)\s+(?=\S)/, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
