import { attributeValue } from '../attribute.ts';
import { finding, type Finding } from '../finding.ts';
import { clauseTimes, note, objectOf, toThird, withDates, type Clause } from './clause.ts';
import { englishHealth } from './health.ts';
import { OCCUPATION, RELATION, relationPath } from './words.ts';

/** Who the person is: name, age, birthday, home, work, school, health. */
export function englishFacts(clause: Clause): Finding[] {
  const found = [
    birthday(clause),
    anniversary(clause),
    name(clause),
    age(clause),
    home(clause),
    origin(clause),
    work(clause),
    school(clause),
    trait(clause),
    englishHealth(clause),
  ];
  return found.filter((each) => each !== null);
}

const NAME = "[\\p{Lu}][\\p{L}'-]+(?: [\\p{Lu}][\\p{L}'-]+)?";
const NAME_IS = new RegExp(`^[Mm]y (?:full |first |real )?name(?:'s| is) (?<name>${NAME})$`, 'u');
const CALLED = new RegExp(
  `(?:^(?:please |you can |just |feel free to )?call me|\\b(?:everyone|everybody|people|my friends|friends|they all|they) calls? me) (?<name>${NAME})$`,
  'iu',
);
const I_AM = /^I'm (?<name>\p{Lu}\p{Ll}+)$/u;
const GREETED = /nice to meet|pleased to meet|by the way|good to meet/iu;

function name(clause: Clause): Finding | null {
  const full =
    NAME_IS.exec(clause.text)?.groups?.['name'] ??
    (GREETED.test(clause.sentence.text) ? I_AM.exec(clause.text.split(',')[0] ?? '')?.groups?.['name'] : undefined);
  const called = CALLED.exec(clause.text)?.groups?.['name'];
  const told = full ?? called;
  if (told === undefined || !/^\p{Lu}/u.test(told)) return null;
  return finding(clause, {
    kind: 'fact',
    text: full === undefined ? `Is called ${told}` : `Their name is ${told}`,
    importance: 0.9,
    tags: ['name'],
    attribute: full === undefined ? 'nickname' : 'name',
  });
}

const AGE =
  /^I(?:'m| am| just turned| turned|'m turning|'ll be|'m about to turn) (?<age>[1-9]\d|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?)(?: years old| this year| next month| soon|$)/iu;

function age(clause: Clause): Finding | null {
  const match = AGE.exec(clause.body);
  const years = match?.groups?.['age'];
  if (years === undefined) return null;
  const soon = /turning|'ll be|about to/iu.test(match?.[0] ?? '');
  return finding(clause, {
    kind: 'fact',
    text: soon ? `Is turning ${years}` : `Is ${years} years old`,
    importance: 0.8,
    tags: ['age'],
    attribute: 'age',
  });
}

const BIRTHDAY = new RegExp(`\\b(?:my|our) (?:(?<whose>${RELATION})'s )?birthday(?:'s| is|$)`, 'iu');

function birthday(clause: Clause): Finding | null {
  const match = BIRTHDAY.exec(clause.text);
  const when = clauseTimes(clause, 'future')[0];
  if (match === null || when === undefined || when.days !== 1) return null;
  const day = when.label.replace(/^(\d+) (\p{L}+) \d+$/u, '$2 $1');
  const whose = match.groups?.['whose']?.toLowerCase();
  return finding(clause, {
    kind: whose === undefined ? 'fact' : 'relationship',
    text: whose === undefined ? `Their birthday is ${day}` : `Their ${whose}'s birthday is ${day}`,
    subject: whose ?? 'person',
    importance: 0.85,
    tags: ['birthday', ...(whose === undefined ? [] : [whose])],
    attribute: whose === undefined ? 'birthday' : `birthday:${relationPath(whose)}`,
    when,
  });
}

const ANNIVERSARY = /\b(?:my|our) (?<what>(?:\S+ )?anniversary)\b/iu;

function anniversary(clause: Clause): Finding | null {
  const what = ANNIVERSARY.exec(clause.text)?.groups?.['what'];
  const when = clauseTimes(clause, 'future')[0];
  if (what === undefined || when === undefined || when.days !== 1 || !/\b(?:is|'s)\b/u.test(clause.text)) return null;
  const day = when.label.replace(/^(\d+) (\p{L}+) \d+$/u, '$2 $1');
  return finding(clause, {
    kind: 'relationship',
    text: `Their ${what} is ${day}`,
    importance: 0.8,
    tags: ['anniversary'],
    attribute: `anniversary:${attributeValue(what)}`,
    when,
  });
}

const PLACE =
  "(?:[Tt]he |[Aa] (?:[\\p{Ll}-]+ ){1,4}(?:in|near|outside|called) |(?:central|downtown|north|south|east|west|northern|southern) )?\\p{Lu}[\\p{L}'.-]+(?:,? (?:of |the |upon )?\\p{Lu}[\\p{L}'.-]+){0,3}";
const LIVES = new RegExp(
  `^(?:I|[Ww]e)(?:'m| am|'re| are|'ve|'ve been| have been| have)?(?: currently| now| still| just| actually)* (?:live|living|lived|based)(?: alone| by myself| on my own| with \\S+ \\S+)? in (?<place>${PLACE})`,
  'u',
);
const MOVED = new RegExp(
  `^(?:I|[Ww]e)(?:'ve| have)?(?: just| recently| finally| actually)* (?:moved|relocated) (?:back )?(?:over )?to (?<place>${PLACE})`,
  'u',
);

function home(clause: Clause): Finding | null {
  const moved = MOVED.exec(clause.body)?.groups?.['place'];
  const lives = LIVES.exec(clause.body)?.groups?.['place'];
  const place = moved ?? (/^(?:I|[Ww]e) lived/u.test(clause.body) ? undefined : lives);
  if (place === undefined) return null;
  const when = moved === undefined ? null : (clauseTimes(clause, 'past')[0] ?? null);
  return finding(clause, {
    kind: 'fact',
    text: moved === undefined ? `Lives in ${place}` : `Moved to ${place}${when === null ? '' : ` (${when.label})`}`,
    importance: 0.8,
    tags: ['home', place],
    attribute: 'home',
    when,
    since: true,
  });
}

const ORIGIN = new RegExp(
  `^I(?:'m| am)?(?: originally| actually)? (?:from|grew up in|was born(?: and raised)? in|was raised in|come from|come originally from) (?<place>${PLACE})`,
  'u',
);

function origin(clause: Clause): Finding | null {
  const match = ORIGIN.exec(clause.body);
  const place = match?.groups?.['place'];
  if (place === undefined) return null;
  const born = /born/u.test(match?.[0] ?? '');
  return finding(clause, {
    kind: 'fact',
    text: born
      ? `Was born in ${place}`
      : /grew|raised/u.test(match?.[0] ?? '')
        ? `Grew up in ${place}`
        : `Comes from ${place}`,
    importance: 0.7,
    tags: ['origin', place],
    attribute: born ? 'hometown:born' : 'hometown',
  });
}

const ADVERBS = '(?: (?:just|recently|finally|actually|currently|now|also|still|really|mostly|only|officially))*';
const QUIT = new RegExp(
  `^I(?:'ve| have)?${ADVERBS} (?:quit|left|resigned from|lost|handed in my notice at) (?:my|the|that) (?:[\\p{L}-]+ ){0,3}(?:job|company|firm|position|role|work|career|office)\\b|^I(?:'ve| have)?${ADVERBS} (?:got|was|been|were) (?:laid off|fired|made redundant)|^I(?:'ve| have)?${ADVERBS} retired\\b|^I${ADVERBS} quit my job`,
  'iu',
);
const CHANGED = new RegExp(
  `^I(?:'ve| have)?${ADVERBS} (?:changed jobs|switched (?:jobs|careers)|got (?:the|a new|a|my first|my dream) (?:[\\p{L}-]+ ){0,2}job|got (?:promoted|hired)|was promoted|landed (?:a|the|my)(?: [\\p{L}-]+){0,3} (?:job|role|internship)|started (?:a|my) new (?:job|role|position|career)|accepted (?:a|the) job|started (?:working|work) (?:at|for|as)|(?:started|opened|launched|set up|own|run|founded) my own (?:[\\p{L}-]+ ){0,3}(?:business|company|shop|store|studio|firm|practice|brand|restaurant|café|cafe|bakery|agency|clinic))`,
  'iu',
);
const STARTS = /^I(?:'m| am)? start(?:ing)?(?: work| working)? (?:at|with|as) (?<where>.+)$/iu;
const AS = new RegExp(
  `^I(?:'m| am|'ve been| have been)?${ADVERBS} work(?:ing)?(?: [\\p{L}-]+){0,2} as an? (?<role>${OCCUPATION}|[\\p{L}-]+(?: [\\p{L}-]+){0,2})(?<rest> .*)?$`,
  'iu',
);
const AT = new RegExp(
  `^I(?:'m| am|'ve been| have been)?${ADVERBS} work(?:ing)?(?: (?:part-?time|full-?time|remotely|nights|weekends))? (?:at|for) (?<where>.+)$`,
  'iu',
);
const AM = new RegExp(`^I(?:'m| am)${ADVERBS} (?:an?|the) (?<role>${OCCUPATION})(?<rest> (?:at|for|in|by) .*)?$`, 'iu');
const RUN =
  /^I (?:now |still |also )?(?:run|own|manage) (?<what>(?:an?|my own|the) (?:[\p{L}-]+ ){0,3}(?:café|cafe|shop|store|bakery|restaurant|company|business|studio|farm|bar|pub|salon|clinic|hotel|guesthouse|gallery|agency|gym|nursery|vineyard|bookshop|bookstore|startup))\b/iu;
const TEACH = /^I teach (?<what>.+)$/iu;

function work(clause: Clause): Finding | null {
  const { body } = clause;
  const times = clauseTimes(clause, 'past');
  const make = (
    attribute: string,
    text: string,
    kind: 'fact' | 'significant' = 'fact',
    when = times[0] ?? null,
  ): Finding =>
    finding(clause, {
      kind,
      text: note(text),
      importance: kind === 'fact' ? 0.75 : 0.85,
      tags: ['work'],
      attribute,
      when,
      since: true,
    });
  if (QUIT.test(body) || CHANGED.test(body)) {
    const told = objectOf(
      body.replace(/^I(?:'ve| have)? ?(?:(?:just|finally|recently|actually|also|officially) )*/iu, ''),
      14,
    );
    if (told === null) return null;
    const done = told
      .replace(/^own\b/iu, 'owns')
      .replace(/^run\b/iu, 'runs')
      .replace(/^retired/iu, 'retired');
    return make('work', toThird(withLabel(done, clause, 'past')), 'significant');
  }
  const role = AS.exec(body)?.groups ?? AM.exec(body)?.groups;
  if (role !== undefined && !/student/iu.test(role['role'] ?? '')) {
    const rest = role['rest'] === undefined ? '' : ` ${objectOf(role['rest'].trim(), 7) ?? ''}`;
    return make('work:role', `Works as ${article(role['role'] ?? '')}${rest === ' ' ? '' : toThird(rest)}`);
  }
  const where = AT.exec(body)?.groups?.['where'];
  const place = where === undefined ? null : objectOf(where, 7);
  if (place !== null && !/^(?:myself|home|least|now|once)\b/iu.test(place))
    return make(
      'work:place',
      `Works ${/\bfor\b/u.test(body) && !/\bat\b/u.test(body) ? 'for' : 'at'} ${toThird(place)}`,
    );
  const starts = STARTS.exec(body)?.groups?.['where'];
  const next = clauseTimes(clause, 'future').find((time) => time.ahead) ?? null;
  if (starts !== undefined && next !== null)
    return make('work:place', `Starts at ${withLabel(starts, clause, 'future')}`, 'significant', next);
  const runs = RUN.exec(body)?.groups?.['what'];
  if (runs !== undefined) return make('work:role', `Runs ${toThird(runs)}`);
  const teaches = TEACH.exec(body)?.groups?.['what'];
  const subject = teaches === undefined ? null : objectOf(teaches, 8);
  return subject === null ? null : make('work:role', `Teaches ${toThird(subject)}`);
}

function withLabel(part: string, clause: Clause, direction: 'past' | 'future'): string {
  const at = clause.text.indexOf(part);
  if (at < 0) return part;
  const times = clauseTimes(clause, direction).filter((time) => time.start >= at && time.end <= at + part.length);
  return withDates(
    part,
    times.map((time) => ({ ...time, start: time.start - at, end: time.end - at })),
  );
}

function article(role: string): string {
  return `${/^[aeiou]/iu.test(role) ? 'an' : 'a'} ${role}`;
}

const TRAIT =
  /^I(?:'m| am|'ve been| have been)(?: (?:\S+ (?:weeks|months)|actually|also|really|a bit|totally|definitely|now|an?|recently|newly|very|officially|strictly))* (?<what>vegetarian|vegan|pescatarian|teetotal|sober|lactose[- ]intolerant|gluten[- ]free|c[oe]+liac|diabetic|colou?r-?blind|left-handed|right-handed|ambidextrous|only child|pregnant|morning person|night owl|introvert|extrovert|early bird|single (?:mom|mum|dad|parent)|twin|veteran|widow(?:er)?|orphan|dual citizen|bilingual|deaf|hard of hearing|dyslexic|autistic|asthmatic|(?:more of )?an? (?:dog|cat) person)\b/iu;
const HEALTH_TRAIT = /intolerant|liac|diabetic|blind|pregnant|deaf|hearing|dyslexic|autistic|asthmatic|gluten/iu;

/** What somebody simply is. */
function trait(clause: Clause): Finding | null {
  const what = TRAIT.exec(clause.body)?.groups?.['what']?.toLowerCase();
  if (what === undefined) return null;
  const noun = /child|person|owl|vert$|bird|single|twin|veteran|widow|orphan|citizen/u.test(what);
  const healthy = HEALTH_TRAIT.test(what);
  return finding(clause, {
    kind: 'fact',
    text: `Is ${noun ? article(what.replace(/^(?:more of )?an? /u, '')) : what}`,
    importance: healthy ? 0.8 : 0.6,
    tags: [healthy ? 'health' : 'trait'],
    attribute: `${healthy ? 'health:illness' : 'trait'}:${attributeValue(what)}`,
  });
}

const SCHOOL: readonly (readonly [RegExp, string, string])[] = [
  [
    /^I(?:'m| am) (?:currently )?(?:majoring|doing (?:a|my) (?:degree|master's|masters|phd)|getting (?:a|my) (?:degree|master's|masters|phd)) in (?<what>.+)$/iu,
    'school:field',
    'Is studying ',
  ],
  [/^I (?:major|majored) in (?<what>.+)$/iu, 'school:field', 'Studied '],
  [/^I(?:'m| am) (?:currently |now )?studying (?<what>(?!for\b|hard|a lot).+)$/iu, 'school', 'Is studying '],
  [/^I (?:go to|attend) (?<what>.*\b(?:university|college|school|uni)\b.*)$/iu, 'school', 'Goes to '],
  [
    /^I(?:'m| am) (?:an? |in my (?=(?:first|second|third|fourth|final) year))(?<what>(?:(?:first|second|third|fourth|final)[- ]year|.*\bstudent|freshman|sophomore|junior|senior in).*)$/iu,
    'school',
    'Is a ',
  ],
];

function school(clause: Clause): Finding | null {
  for (const [pattern, attribute, head] of SCHOOL) {
    const raw = pattern.exec(clause.body)?.groups?.['what'];
    const what = raw === undefined ? null : objectOf(raw.replace(/ (?:at|in) uni$/iu, ''), 8);
    if (what === null) continue;
    return finding(clause, {
      kind: 'fact',
      text: note(
        toThird(/^(?:first|second|third|fourth|final) year\b/iu.test(what) ? `Is in the ${what}` : head + what),
      ),
      importance: 0.7,
      tags: ['school'],
      attribute,
    });
  }
  return null;
}
