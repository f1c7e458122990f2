import { attributeValue } from '../attribute.ts';
import { finding, type Finding } from '../finding.ts';
import type { When } from '../when.ts';
import { clauseTimes, note, objectOf, thirdVerb, toThird, withDates, type Clause } from './clause.ts';

const MATTER =
  '(?:(?:job |final |first |second )?interview|exam|test|presentation|deadline|appointment|trip|flight|wedding|surgery|operation|date|concert|gig|show|meeting|party|reunion|game|match|tournament|competition|race|marathon|recital|performance|audition|conference|check-?up|health check|scan|open house|graduation|ceremony|exhibition|festival|workshop|retreat|reservation|vacation|holiday|move|due date|hearing|viewing|camping trip|road trip|convention|fundraiser|opening|launch|book signing|class|lesson|shift|dinner|barbecue|bbq|birthday party|review|thesis defen[cs]e|driving test|dentist)';
const HAVE = new RegExp(
  `^(?:I|we)(?:'ve got| have| have got|'ve also got| also have) (?<what>.*\\b${MATTER}s?\\b.*)$`,
  'iu',
);
const MATTER_IS = new RegExp(
  `^(?:(?:my|our|the) )?(?<what>(?:[\\p{L}'-]+ ){0,5}${MATTER}(?: (?:for|of|with|at) (?:[\\p{L}'-]+ ?){1,5})?) (?:is|are|'s|will be|starts|begins|on|is due)\\b`,
  'iu',
);
const DOING =
  /^(?:I|we)(?:'m|'re| am| are)(?: (?:also|finally|just|actually|really|definitely|both|all))* (?<what>(?!(?:being|feeling|thinking|hoping|wondering|looking|wanting|enjoying|loving|trying|waiting|dying|freaking|wishing|guessing|worrying|missing|saying|talking|asking|counting|telling|kidding|joking|relaxing|chilling|resting|recharging|running late|heading (?:out|home)|going (?:home|out))\b)\p{L}+ing\b.*)$/iu;
const STARTS =
  /^(?:I|we)(?: (?:also|finally|officially))* (?<verb>start|begin|leave|fly|move|graduate|defend|perform|travel|compete|finish|turn) (?<what>.+)$/iu;
const WILL = /^(?:I|we)(?:'ll| will)(?: (?:be|also|finally))* (?<what>\p{L}+ .*)$/iu;
const WILL_TELLS =
  /^(?:start|move|graduate|visit|fly|travel|meet|attend|leave|perform|launch|open|take (?:the|my|an?) \p{L}*(?:test|exam)|get married|\p{L}+ing (?:in|at|to|a|an|the|my))\b/iu;
const MUST =
  /^(?:I|we)(?:'ve got to| have to| need to| must| gotta|'ve gotta| got to)(?: (?:also|really|still))* (?<what>.+)$/iu;
const BOOKED =
  /^(?:I|we)(?:'ve| have)?(?: (?:just|already|finally|also))* (?:booked|scheduled|reserved|signed up for|registered for|bought tickets (?:for|to)|got tickets (?:for|to)) (?<what>.+)$/iu;
const PLANNING =
  /^(?:I|we)(?:'m|'re| am| are)(?: (?:also|currently|already))* planning (?<what>(?:to|on|a|an|our|my) .+)$/iu;
const GOAL =
  /^(?:my|our) (?:big |biggest |ultimate |main |long-term |childhood |lifelong )?(?:dream|goal|aim|ambition|resolution)(?: (?:for|this) (?:the |next )?year)? is to (?<what>.+)$/iu;
const DUE = /^(?:my|our|the) (?<what>[\p{L}' -]{2,40}?) (?:is|are) due\b/iu;
const DEADLINE = /\bdeadline\b|\bdue\b|\bby\b|\bbefore\b|\buntil\b/iu;
const FRAGMENT = new RegExp(
  `^(?:the |a )?(?<what>(?:[\\p{L}'-]+ ){0,3}${MATTER})(?: (?:on|at|this|next|tomorrow|in)\\b.*)?$`,
  'iu',
);

/** What lies ahead: appointments, journeys, deadlines. */
export function englishPlans(clause: Clause): Finding[] {
  const times = clauseTimes(clause, 'future');
  const when = times.find(
    (each) =>
      each.ahead && !/^(?:today|this morning|tonight|right now)$/iu.test(clause.text.slice(each.start, each.end)),
  );
  const { body } = clause;
  const wanted = objectOf(toThird(GOAL.exec(body)?.groups?.['what'] ?? ''), 12);
  if (wanted !== null) {
    return [
      finding(clause, {
        kind: 'preference',
        text: note(`Wants to ${wanted}`),
        importance: 0.65,
        tags: ['goal'],
        attribute: `wants:${attributeValue(wanted)}`,
      }),
    ];
  }
  const planning = PLANNING.exec(body)?.groups?.['what'];
  if (/\b(?:was|were|didn't|had|went|every|always|used to)\b/iu.test(clause.text) && !BOOKED.test(body)) return [];
  if (when === undefined) {
    const goal = planning === undefined ? null : objectOf(toThird(planning), 12);
    if (goal === null || planning === undefined || planning.split(' ').length < 3) return [];
    return [plan(clause, `Is planning ${goal}`, goal, null, 0.6)];
  }
  const told = tell(clause, when, times);
  return told === null ? [] : [plan(clause, told.text, told.about, when, told.deadline ? 0.7 : 0.65)];
}

function tell(
  clause: Clause,
  when: When,
  times: readonly When[],
): { text: string; about: string; deadline: boolean } | null {
  const { body, text } = clause;
  const at = text.length - body.length;
  // A time at the head belongs at the end of a note.
  const inBody = times
    .filter((each) => each.start >= at)
    .map((each) => ({ ...each, start: each.start - at, end: each.end - at }));
  const placed = inBody.includes(inBody.find((each) => each.fromMs === when.fromMs) ?? when);
  const dated = withDates(body, inBody).replace(
    /\bon (\d{1,2} \p{L}+ \d{4}) (morning|afternoon|evening|night)\b/gu,
    'on the $2 of $1',
  );
  const beside = placed ? '' : ` (${when.label})`;
  const deadline = DEADLINE.test(body);
  const rules: readonly (readonly [RegExp, (groups: Readonly<Record<string, string | undefined>>) => string])[] = [
    [PLANNING, (g) => `Is planning ${g['what']}`],
    [DOING, (g) => `Is ${g['what']}`],
    [STARTS, (g) => `${thirdVerb(g['verb'] ?? 'start')} ${g['what']}`],
    [HAVE, (g) => `Has ${g['what']}`],
    [
      BOOKED,
      (g) =>
        `${/^\S+(?:'ve| have)?(?: \p{L}+)* (?<verb>booked|scheduled|reserved|signed up for|registered for|bought tickets (?:for|to)|got tickets (?:for|to))/iu.exec(dated)?.groups?.['verb'] ?? 'booked'} ${g['what']}`,
    ],
    [MUST, (g) => `Has to ${g['what']}`],
    [WILL, (g) => `Will ${/'ll be|will be/iu.test(dated) ? 'be ' : ''}${g['what']}`],
  ];
  for (const [pattern, say] of rules) {
    const groups = pattern.exec(dated)?.groups;
    if (groups === undefined) continue;
    if (pattern === MUST && !deadline && when.days > 7 && !/\bby\b/iu.test(dated)) continue;
    if (pattern === WILL && !WILL_TELLS.test(groups['what'] ?? '')) continue;
    const what = objectOf(groups['what'] ?? '', 18);
    if (
      what === null ||
      /^(?:going to (?:be|bed|sleep|try)|having (?:a great|fun)|doing (?:great|well|good)|getting (?:better|there|used))\b/iu.test(
        what,
      )
    )
      return null;
    const about = pattern === STARTS ? `${groups['verb'] ?? ''} ${what}` : what;
    return { text: `${toThird(say({ ...groups, what }))}${beside}`, about, deadline };
  }
  const due = DUE.exec(dated)?.groups?.['what'];
  const fragment =
    due ??
    MATTER_IS.exec(dated)?.groups?.['what'] ??
    FRAGMENT.exec(
      text
        .slice(0, times[0]?.start ?? 0)
        .replace(/ (?:on|at|is|in)\s*$/iu, '')
        .trim(),
    )?.groups?.['what'];
  if (fragment === undefined) return null;
  const what = objectOf(fragment.replace(/^(?:my|our|the) /iu, ''), 8);
  return what === null || /^'|\b(?:I'm|we're|they're|I|we|they|so|you)\b/u.test(what)
    ? null
    : { text: `Their ${toThird(what)}: ${when.label}`, about: what, deadline };
}

function plan(clause: Clause, text: string, about: string, when: When | null, importance: number): Finding {
  const matter = new RegExp(`\\b${MATTER}\\b`, 'iu').exec(about)?.[0];
  return finding(clause, {
    kind: 'event',
    text: note(text),
    importance,
    tags: ['plan', ...(matter === undefined ? [] : [matter.toLowerCase()])],
    attribute: `plan:${attributeValue(matter === undefined ? toThird(about.replaceAll(/\b(?:on|in|by|around|in the week of) (?:\d|(?:January|February|March|April|May|June|July|August|September|October|November|December|spring|summer|autumn|winter) \d).*$/giu, '').trim()).slice(0, 40) : `${matter}${PLACE_OF.exec(about)?.[0] ?? ''}`)}`,
    when,
  });
}

const PLACE_OF = / (?:to|with|at) \p{Lu}[\p{L}' ]+/u;

const PAST =
  'signed|quit|walked|went|visited|saw|attended|joined|finished|completed|submitted|graduated|passed|failed|won|lost|bought|adopted|moved|met|painted|wrote|published|ran|hiked|travel+ed|flew|drove|signed up|broke|celebrated|hosted|organi[sz]ed|volunteered|donated|opened|launched|created|built|performed|competed|participated|received|earned|sold|planted|called|climbed|camped|took|had|got|made|started|began|tried|spent|cooked|baked|discovered|found|gave|held|set up|applied|interviewed|learned|learnt|read|watched|played|designed|recorded|released|renovated|fixed|repaired|presented|raised|entered|finali[sz]ed|came out|proposed|retired|enrolled|auditioned|explored|toured|reconnected|reunited|caught up|fought|argued|crashed|missed|booked|said goodbye|stopped|gave up|beat|scored|reached|achieved|got accepted|got into|was accepted|was promoted|was diagnosed';
const DONE = new RegExp(
  `^(?:(?:my [\\p{L}é]+(?: \\p{Lu}\\p{L}+)? and )?I|[Ww]e)(?<have>'ve| have)?(?: (?:just|recently|finally|also|actually|even|already|both|all|really))* (?<verb>${PAST}) (?<what>.+)$`,
  'iu',
);
/** Verbs that tell something only of certain objects. */
const TELLING: Readonly<Record<string, RegExp>> = {
  walked: /\b(?:to|up|along|across|around) (?:the |a )?\p{L}+/iu,
  took: /^(?:my |our |the |a |an |part )?(?:\p{L}+ ){0,3}(?:class|course|lessons?|trip|exam|test|road trip|workshop|(?:kids?|family|mom|dad|son|daughter|dog|children) (?:to|on|camping|hiking)|part in|up \p{L}+|first steps)/iu,
  had: /^(?!to\b).*\b(?:interview|fight|argument|surgery|baby|party|picnic|wedding|meeting|accident|show|concert|performance|dinner with|lunch with|exhibition|reunion|ceremony|test|exam|miscarriage|barbecue|bbq|audition|date|game night|gig|first \p{L}+|appointment|presentation|session)\b/iu,
  got: /^(?:promoted|accepted|hired|engaged|married|(?:an?|my|the|our) (?:new |first |own )?(?:\p{L}+ ){0,2}(?:job|car|house|apartment|flat|dog|cat|puppy|kitten|degree|licen[cs]e|certificate|award|scholarship|offer|promotion|tattoo|diploma|visa|passport|medal|trophy|guitar|piano|bike|internship|deal|contract|place|role|part|grant)|into (?:a |the )?(?:\p{L}+ )?(?:school|college|university|program(?:me)?|fight|accident)|back from|lost|stuck|robbed|a lead role)\b/iu,
  made: /\b(?:it to|cake|dinner for|friends with|painting|pottery|film|movie|album|video|app|website|quilt|scarf|sculpture|vase|bowl|documentary|game|team)\b/iu,
  started:
    /^(?:an? |my |our |the )?(?:new )?(?:\p{L}+ ){0,2}(?:business|company|job|school|course|class(?:es)?|blog|band|project|club|therapy|program(?:me)?|book|novel|channel|podcast|shop|store|studio|garden|degree|diet|screenplay|script|foundation|training|working (?:at|on|as)|writing|learning|volunteering|playing|teaching)\b/iu,
  began:
    /^(?:an? |my |our |the )?(?:\p{L}+ ){0,2}(?:business|job|school|course|project|degree|novel|training|therapy)\b/iu,
  tried:
    /^(?:an? |the |out |my )?(?:new |first )?(?:\p{L}+ ){0,2}(?:recipe|restaurant|class|kayaking|surfing|yoga|skydiving|bungee|climbing|pottery|cooking|sushi|dish|workshop)\b/iu,
  spent:
    /^(?:the |a |my |our |last |two |three )?(?:whole |entire )?(?:weekend|week|day|month|summer|holidays?|christmas|afternoon|evening|year|few days|night) (?:in|at|with|camping|hiking|on|by)\b/iu,
  gave: /^(?:a |my |the )?(?:\p{L}+ )?(?:talk|speech|presentation|birth)\b/iu,
  found:
    /^(?:an? |my |our |out (?:that )?I(?:'m| am| was) |the )?(?:\p{L}+ ){0,3}(?:job|apartment|flat|house|place to|pregnant|lost|internship|old photo\p{L}*|new home)\b/iu,
  held: /^(?:an? |our |my )(?:\p{L}+ ){0,3}(?:party|event|meeting|fundraiser|tournament|exhibition|ceremony|workshop|class)\b/iu,
  read: /^(?:"|the book|an? (?:\p{L}+ )?(?:book|novel)|\p{Lu})/u,
  watched:
    /^(?:"|the (?:movie|film|show|game|match)|an? (?:\p{L}+ )?(?:movie|film|documentary|play|musical|match|game)|\p{Lu})/u,
  saw: /\b(?:concert|show|movie|film|play|musical|exhibition|ballet|game|match|doctor|dentist|therapist|specialist|whales?|northern lights|\p{Lu}\p{Ll}+)\b/u,
  passed:
    /\b(?:exam|test|interviews?|course|class|assessment|maths?|driving|inspection|audition|phase|audit|thesis|defen[cs]e|certification|level|finals)\b/iu,
  moved:
    /^(?:(?:back |over |out |away )*(?:to|from) (?:\p{Lu}|an? |my|our|their|another|the (?:city|country|countryside|coast|suburbs|seaside))|into|in with|in to|out of|house|abroad|my|our)/u,
  won: /^(?!(?:the|an?) (?:argument|bet|lottery|internet))/iu,
  called: /^(?:my \p{L}+|\p{Lu}\p{Ll}+)/u,
  signed: /\b(?:lease|contract|papers|deal|mortgage)\b/iu,
  quit: /^(?:my|the|smoking|drinking|\p{L}+ing)\b/iu,
  played:
    /^(?:an? |the |my |our )?(?:\p{L}+ ){0,3}(?:gig|concert|show|tournament|match|game|final|song at|against|recital)\b/iu,
  missed: /^(?:my|the) (?:flight|train|exam|deadline|interview|bus)\b/iu,
  stopped: /^(?:smoking|drinking|eating meat|taking|seeing|working|going to)\b/iu,
  lost: /^(?:my|the|a|our|an?) \p{L}+/iu,
  broke: /^(?:my|our|up)\b/iu,
  cooked: /\bfor (?:my|our|the|\p{L}+ friends)\b/iu,
  baked: /\b(?:for|first)\b/iu,
  learned: /^(?:how to|to|about|the|an?)\b/iu,
  fixed: /^(?:up )?(?:my|our|an? old)\b/iu,
  reached: /^(?:my|the|a)\b/iu,
  raised: /\$|money|funds|pounds|£/iu,
  entered: /^(?:an?|my|the) \p{L}+/iu,
  wrote: /^(?:an?|my|our|the) /iu,
  bought: /^(?:an? |my |our |the |some |new )/iu,
  met: /^(?!(?:an?|the|some|this) (?:guy|girl|man|woman|dude|bloke|people|person)\b)(?:up with |some |my |an? |the |\p{Lu})/u,
};
const LIFE =
  /\b(?:graduated|passed|won|adopted|moved|published|promoted|accepted|engaged|married|diagnosed|baby|launched|opened|failed|came out|retired|proposed|surgery|marathon|degree|accident)\b/iu;
const VAGUE_OBJECT =
  /^(?:out in|out to|hard|an \p{L}+ time|a \p{L}+ time|out and|another one|someone|somebody|an? (?:lot|bit|while|look|break|great|good|blast|ton|few|couple)|lots|so |really|super|pretty|quite|through|over|well|home$|back$|to (?:work|bed|sleep|school|the (?:store|shop|supermarket|bathroom))$|ahead|on$|along|crazy|viral|wrong|great|with it|for it|out$|up$|down$|together$|in touch|my (?:mind|heart|head|way|best|time|breath|eye|hopes|act)|the (?:chance|point|best|way|feeling|idea|hang|news)|better|stuck|used to|rid of|around|into it)\b/iu;

const GENERIC =
  /^(?:to |on |at |with |in )?(?:an? |the |another |some |my |our )?(?:\p{L}+ )?(?:book|movie|film|thing|place|one|trip|walk|class|video|show|game|painting|group|event|one|time|way|idea|project|stuff|beach|trophy|physical copy)s?$/iu;

/** What happened to the person and is worth a line. */
export function englishEvents(clause: Clause): Finding[] {
  const match =
    DONE.exec(clause.body) ??
    (clause.sentence.start === 0 ? DONE.exec(`I ${clause.body.charAt(0).toLowerCase()}${clause.body.slice(1)}`) : null);
  const verb = (match?.groups?.['verb'] ?? '').toLowerCase();
  const raw = (match?.groups?.['what'] ?? '').replace(/^all the way /iu, '');
  if (
    match === null ||
    VAGUE_OBJECT.test(raw) ||
    /\b(?:didn't|never|not|yet|any)\b/iu.test(raw.split(' ').slice(0, 3).join(' '))
  )
    return [];
  const telling = TELLING[verb.split(' ')[0] ?? ''];
  if (telling !== undefined && !telling.test(raw)) return [];
  const at = clause.text.length - raw.length;
  const times = clauseTimes(clause, 'past').filter((each) => !each.ahead || each.days <= 7);
  const within = times
    .filter((each) => each.start >= at)
    .map((each) => ({ ...each, start: each.start - at, end: each.end - at }));
  const when = times[0] ?? null;
  const what = objectOf(withDates(raw, within), 16);
  if (
    what === null ||
    /^(?:on|in|at|by|around) \d/u.test(what) ||
    (when === null && GENERIC.test(what)) ||
    what.split(' ').length < (when === null && !LIFE.test(`${verb} ${what}`) ? 2 : 1)
  )
    return [];
  const head = when !== null && !what.includes(when.label) ? ` (${when.label})` : '';
  const life = LIFE.test(`${verb} ${what}`);
  return [
    finding(clause, {
      kind: life ? 'significant' : 'event',
      text: note(
        `${match.groups?.['have'] === undefined ? '' : 'has '}${participle(verb, match.groups?.['have'] !== undefined)} ${toThird(what)}${head}`,
      ),
      importance: life ? 0.75 : 0.5,
      tags: ['event'],
      attribute: null,
      when,
    }),
  ];
}

/** People write "I've went" as well; a note does not. */
function participle(verb: string, perfect: boolean): string {
  const known: Readonly<Record<string, string>> = {
    went: 'gone',
    saw: 'seen',
    began: 'begun',
    wrote: 'written',
    ran: 'run',
    took: 'taken',
    gave: 'given',
  };
  return perfect ? (known[verb] ?? verb) : verb;
}

const PROMISE =
  /\b(?:I promise|it's a promise|that's a promise|you have my word|I swear|I give you my word|I won't forget to)\b/iu;
const WILLING = /\b(?:I'll|I will|we'll|we will|I won't|let's)\b[^.!?]*/iu;

/** What the companion promised, in its own words. `around` are the sentences beside it. */
export function englishPromise(text: string, around: readonly (string | undefined)[]): string | null {
  const plain = text.replaceAll(/[’‘]/gu, "'");
  if (!PROMISE.test(plain)) return null;
  const own = WILLING.exec(plain)?.[0];
  if (own !== undefined) return own.replace(/,?\s*(?:I promise|I swear|it's a promise).*$/iu, '').trim();
  return (
    around
      .map((each) => WILLING.exec((each ?? '').replaceAll(/[’‘]/gu, "'"))?.[0]?.trim())
      .find((each) => each !== undefined) ?? afterPromise(plain)
  );
}

function afterPromise(text: string): string | null {
  const to = /\bI promise (?:that |to )(?<what>.+)$/iu.exec(text)?.groups?.['what'];
  return to === undefined ? null : to.trim();
}
