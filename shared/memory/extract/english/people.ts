import { attributeValue } from '../attribute.ts';
import { finding, type Finding } from '../finding.ts';
import { clauseTimes, note, objectOf, toThird, withDates, type Clause } from './clause.ts';
import { isFriendPath, PET, petPath, RELATION, relationPath } from './words.ts';

/** Family, friends, partners and pets. */
export function englishPeople(clause: Clause): Finding[] {
  return [...pets(clause), ...names(clause), ...partner(clause), ...aboutRelation(clause)];
}

const NAME = "\\p{Lu}[\\p{L}'-]+(?<! I)";
const flexible = (source: string): string => source.replaceAll(/\(\?:my\|our\)/gu, '(?:[Mm]y|[Oo]ur)');
const REL = `(?<who>${RELATION})`;
const NAME_IS = new RegExp(
  flexible(
    `^(?:my|our) ${REL}(?:'s name is| is (?:called|named)|'s (?:called|named)|, called) (?<name>${NAME})$`,
  ).replace('^(?:my|our)', '^(?:[Mm]y|[Oo]ur)'),
  'u',
);
const HAVE = new RegExp(
  `^(?:I|[Ww]e)(?:'ve got| have| 've)(?: got)?(?: (?:an?|one|two|three|four|five|\\d))?(?: (?<kind>twin|older|younger|little|big|baby|step|half|elder))?(?:-| )?(?<who>${RELATION})s?(?:(?:,? (?:called|named) |, )(?<name>${NAME})(?=,|$| in| who| and))?(?![\\p{L}-])`,
  'u',
);
const BESIDE = new RegExp(`\\b(?:[Mm]y|[Oo]ur) (?<who>${RELATION}),? (?<name>\\p{Lu}\\p{Ll}+)(?=[\\s,.!']|$)`, 'u');
const IS_MY = new RegExp(`^(?<name>\\p{Lu}\\p{Ll}+)(?:'s| is|, who is) (?:[Mm]y|[Oo]ur) (?<who>${RELATION})\\b`, 'u');
const NOT_NAMES =
  /^(?:I|I'm|And|But|The|God|Christmas|English|French|Japanese|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Facebook|Instagram)$/u;

function names(clause: Clause): Finding[] {
  const make = (who: string, name: string, importance: number): Finding => {
    const path = relationPath(who);
    return finding(clause, {
      kind: 'relationship',
      text: `${isFriendPath(path) ? 'Has' : 'Has'} ${/^[aeiou]/iu.test(who) ? 'an' : 'a'} ${who} called ${name}`,
      subject: name,
      importance,
      tags: [isFriendPath(path) ? 'friend' : 'family', who, name],
      attribute: /^(?:mother|father|wife|husband|partner)$/u.test(path)
        ? `${path}:name`
        : `${path}:name:${attributeValue(name)}`,
    });
  };
  const told = NAME_IS.exec(clause.text)?.groups;
  if (told !== undefined) return [make((told['who'] ?? '').toLowerCase(), told['name'] ?? '', 0.8)];
  const beside = BESIDE.exec(clause.text)?.groups;
  const mine = IS_MY.exec(clause.body)?.groups;
  if (
    mine !== undefined &&
    !NOT_NAMES.test(mine['name'] ?? '') &&
    !/^(?:He|She|It|That|This|They|There|Who)$/u.test(mine['name'] ?? '')
  ) {
    return [make((mine['who'] ?? '').toLowerCase(), mine['name'] ?? '', 0.7)];
  }
  const found: Finding[] = [];
  if (beside !== undefined && !NOT_NAMES.test(beside['name'] ?? ''))
    found.push(make((beside['who'] ?? '').toLowerCase(), beside['name'] ?? '', 0.6));
  const has = HAVE.exec(clause.body)?.groups;
  if (has !== undefined && !/^(?:parents|ex|baby)$/iu.test(has['who'] ?? '')) {
    const who = `${has['kind'] === undefined ? '' : `${has['kind']} `}${has['who']}`.toLowerCase();
    const what = objectOf(
      clause.body.replace(/^(?:I|we)(?:'ve got| have got| have) (?:one )?/iu, '').split(/,| who\b| and\b/u)[0] ?? '',
      8,
    );
    if (has['name'] !== undefined) found.push(make(who, has['name'], 0.8));
    else if (what !== null && !isFriendPath(relationPath(who))) {
      found.push(
        finding(clause, {
          kind: 'relationship',
          text: note(`Has ${toThird(what)}`),
          subject: who,
          importance: 0.6,
          tags: ['family', who],
          attribute: `${relationPath(who)}:exists:${attributeValue(what)}`,
        }),
      );
    }
  }
  return found;
}

const PET_WORD = `(?<pet>${PET})`;
const PET_CALLED = new RegExp(
  `\\b(?:my|our) ${PET_WORD}(?:'s name is| is (?:an? [\\p{L} -]+? )?(?:called|named)|, )[ ]?(?<name>\\p{L}[\\p{L}'-]+)(?=$|[,.! ])`,
  'iu',
);
const PET_HAD = new RegExp(
  `^(?:I|we)(?:'ve got| have| have got|'ve)(?: (?<count>an?|one|two|three|four|some|\\d|my))(?: (?:new|cute|little|old|rescue|lovely|fluffy|tiny|black|white|grey|ginger|sweet|adorable|beautiful|pet))* ${PET_WORD}(?<many>s)?\\b(?<rest>.*)$`,
  'iu',
);
const PET_GOT = new RegExp(
  `^(?:I|we)(?:'ve| have)?(?: (?:just|recently|finally|actually|also))* (?:got|adopted|rescued|bought|brought home|took in|welcomed) (?<what>(?:an?|another|two|three|our|my)(?: (?!and\\b)[\\p{L}-]+){0,3} ${PET_WORD})s?\\b(?<rest>.*)$`,
  'iu',
);
const GIVEN =
  /(?:named|called|calling) (?:her |him |it |them )?(?<name>\p{Lu}[\p{L}'-]+)|(?:his|her|its) name(?:'s| is) (?<own>\p{Lu}[\p{L}'-]+)/u;
const PET_NAMED = new RegExp(`\\ban? (?:\\p{L}+ )?${PET_WORD} (?:named|called) (?<name>\\p{Lu}[\\p{L}'-]+)`, 'gu');
const PET_DIED = new RegExp(
  `\\b(?:my|our) ${PET_WORD}(?:,? \\p{Lu}\\p{L}+,?)? (?:just )?(?:died|passed away|was put down|had to be put (?:down|to sleep))\\b`,
  'iu',
);

function pets(clause: Clause): Finding[] {
  const make = (
    pet: string,
    text: string,
    key: string,
    subject = pet,
    kind: 'relationship' | 'significant' = 'relationship',
  ): Finding =>
    finding(clause, {
      kind,
      text: note(text),
      subject,
      importance: kind === 'significant' ? 0.85 : 0.7,
      tags: ['pet', pet, ...(subject === pet ? [] : [subject])],
      attribute: `${petPath(pet)}:${key}`,
      when: kind === 'significant' ? (clauseTimes(clause, 'past')[0] ?? null) : null,
    });
  const whole = clause.sentence.text.replaceAll('’', "'");
  const died = PET_DIED.exec(clause.text)?.groups?.['pet']?.toLowerCase();
  if (died !== undefined)
    return [make(died, toThird(withDates(clause.text, clauseTimes(clause, 'past'))), 'died', died, 'significant')];
  const called = PET_CALLED.exec(clause.text)?.groups;
  const several = [...clause.text.matchAll(PET_NAMED)].map(
    ({ groups }) => [groups?.['pet'] ?? '', groups?.['name'] ?? ''] as const,
  );
  if (several.length > 0 && /^(?:I|we)\b/iu.test(clause.body)) {
    return several.map(([pet, name]) => make(pet, `Has a ${pet} called ${name}`, `name:${attributeValue(name)}`, name));
  }
  const calledName = called?.['name'];
  if (called !== undefined && calledName !== undefined && /^\p{Lu}/u.test(calledName)) {
    const pet = (called['pet'] ?? '').toLowerCase();
    return [make(pet, `Has a ${pet} called ${calledName}`, `name:${attributeValue(calledName)}`, calledName)];
  }
  const got = PET_GOT.exec(clause.body)?.groups;
  const had = got ?? PET_HAD.exec(clause.body)?.groups;
  if (had === undefined || /\b(?:phobia|allergy|costume|food|toys?|bed|person|lover)\b/iu.test(had['rest'] ?? ''))
    return [];
  const pet = (had['pet'] ?? '').toLowerCase();
  const named = GIVEN.exec(whole)?.groups;
  const name = named?.['name'] ?? named?.['own'];
  if (name !== undefined) return [make(pet, `Has a ${pet} called ${name}`, `name:${attributeValue(name)}`, name)];
  const what =
    got?.['what'] ?? `${/^my$/iu.test(had['count'] ?? '') ? 'a' : (had['count'] ?? 'a')} ${pet}${had['many'] ?? ''}`;
  return [make(pet, got === undefined ? `Has ${what}` : `Got ${toThird(what)}`, 'kept')];
}

const PARTED =
  /\b(?:my|our) (?:boyfriend|girlfriend|husband|wife|partner|fianc[eé]e?|ex) (?:and I|left me|dumped me|broke up with me)(?: (?:just|recently|have|finally))*(?: (?:broke up|split up|separated|divorced|are (?:separated|divorcing)|parted ways))?|^(?:I|we)(?:'ve| have)?(?: (?:just|recently|also|finally))* (?:broke up|split up|got divorced|got separated|divorced|went through a (?:breakup|divorce))\b/iu;
const WED =
  /^(?:(?:my|our) (?:[\p{L}é]+ )(?:\p{Lu}\p{L}+ )?and I|I|[Ww]e)(?:'m| am|'re| are|'ve| have)?(?: (?:just|recently|finally|also|officially))* (?<how>got married|got engaged|getting married|getting engaged|are getting married|(?:are )?engaged(?! in)|(?:have )?been married|married|proposed)\b/iu;
const MET = /^I met my (?:boyfriend|girlfriend|husband|wife|partner|fianc[eé]e?)\b.+$/iu;
const DATING =
  /^I(?:'m| am|'ve started|'ve been)(?: (?:now|currently|just|also))* (?:dating|seeing) (?:someone|somebody)\b|^I have a (?:crush|boyfriend|girlfriend)\b|^I(?:'m| am) (?:single|in a relationship)\b/iu;

/** Love is a matter of its own: its memories end each other. */
function partner(clause: Clause): Finding[] {
  const { text } = clause;
  const make = (attribute: string, ahead = false): Finding => {
    const times = clauseTimes(clause, ahead ? 'future' : 'past');
    const told = toThird(withDates(text, times))
      .replace(/^they(?:'re| are)? /iu, '')
      .replace(/^they've /iu, 'Has ')
      .replace(/^have a /u, 'Has a ')
      .replace(/^(?:dating|seeing|single|in a rel)/iu, 'Is $&')
      .replace(/\band they\b/iu, 'and they');
    return finding(clause, {
      kind: 'significant',
      text: note(told),
      importance: 0.9,
      tags: ['love'],
      attribute,
      when: times[0] ?? null,
    });
  };
  if (PARTED.test(text) && /broke|split|separat|divorc|dumped|left me|parted/iu.test(text)) return [make('partner')];
  const wed = WED.exec(text)?.groups?.['how'];
  if (wed !== undefined) return [/getting/iu.test(wed) ? make('plan:wedding', true) : make('partner:marriage')];
  if (MET.test(text)) return [make('partner:met')];
  return DATING.test(text) ? [make('partner:state')] : [];
}

const ABOUT = new RegExp(
  `^(?:(?:[Mm]y|[Oo]ur) (?<who>${RELATION})|(?<bare>Mum|Mom|Dad|Grandma|Grandpa|Nan|Nana|Granny|Grandad))(?:,? \\p{Lu}\\p{Ll}+,?)?(?:'s| is| has| had| was| just| recently| finally|'ll| will| lives| works| studies| teaches| got| took| started| died| passed| turned| turns| moved| gave| retired| graduated| bought| won| broke| lost| loves| runs| owns| plays| used)\\b`,
  'u',
);
const LIFE =
  /\b(?:passed away|died|was born|is born|were born|gave birth|pregnant|expecting|having a baby|got married|getting married|engaged|divorced|diagnosed|hospital|surgery|operation|cancer|stroke|heart attack|retired|retiring|graduated|graduating|started (?:\p{L}+ )?(?:school|college|university|kindergarten|nursery|high school|working)|first (?:steps|word|tooth|day)|moved to|moving to|lives? in|works? (?:as|at|for|in)|(?:runs?|owns?) an? |going to (?:study|move|live|have|start|marry|graduate|retire)|(?:is|are) \d{1,2}(?:$| and \d| years)|working (?:as|at|in)|studies|studying|is an? |teaches|turned \w+|turns \w+|turning \w+|got a (?:new )?job|lost (?:his|her|their) job|got promoted|joined the|army|navy|adopted|broke (?:his|her) \w+|won (?:the|a|first)|got into|accepted (?:in)?to)\b/iu;
const FRIEND_LIFE =
  /\b(?:passed away|died|got married|getting married|engaged|pregnant|had a baby|moved to|lives in|works as)\b/iu;

/** What is told of a family member or friend, when it is a matter of lives rather than of the hour. */
function aboutRelation(clause: Clause): Finding[] {
  const groups = ABOUT.exec(clause.text)?.groups;
  const who = (groups?.['who'] ?? groups?.['bare'])?.toLowerCase();
  if (who === undefined) return [];
  const path = relationPath(who);
  const friend = isFriendPath(path);
  if (
    !(friend ? FRIEND_LIFE : LIFE).test(clause.text) ||
    /\b(?:such an?|is an? (?:great|good|amazing|huge|big|real|bit|lovely|little|total|wonderful|sweet|picky|handful|blessing|genius|angel|nightmare|star|hoot|champ))\b/iu.test(
      clause.text,
    )
  )
    return [];
  const ahead =
    /\b(?:next|going|getting|moving|leaving|starting|coming|will|is having|turns|turning|expecting|due)\b/iu.test(
      clause.text,
    );
  const times = clauseTimes(clause, ahead ? 'future' : 'past');
  const told = objectOf(toThird(withDates(clause.text, times)), 16, true);
  if (told === null) return [];
  const grave = /\b(?:passed away|died|born|birth|pregnant|expecting|baby|married|divorced|cancer|diagnosed)\b/iu.test(
    clause.text,
  );
  const state = /\blives in|moved to\b/iu.test(clause.text)
    ? 'home'
    : /\bworks?|job|promoted|retired|is an? /iu.test(clause.text)
      ? 'work'
      : /\bstud|school|college|university|graduat/iu.test(clause.text)
        ? 'school'
        : /\b(?:died|passed away)\b/iu.test(clause.text)
          ? 'died'
          : null;
  return [
    finding(clause, {
      kind: grave ? 'significant' : 'relationship',
      text: note(told),
      subject: who,
      importance: grave ? 0.9 : 0.65,
      tags: [friend ? 'friend' : 'family', who],
      attribute: state === null || friend ? `${path}:life:${attributeValue(told).slice(0, 40)}` : `${path}:${state}`,
      when: times[0] ?? null,
      since: state !== null && state !== 'died',
    }),
  ];
}
