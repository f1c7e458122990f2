import { attributeValue } from '../attribute.ts';
import { finding, type Finding } from '../finding.ts';
import { note, objectOf, thirdVerb, toThird, type Clause } from './clause.ts';

/** What the person likes, dislikes and does for pleasure. */
export function englishPreferences(clause: Clause): Finding[] {
  for (const rule of RULES) {
    const found = rule(clause.body, clause);
    if (found.length === 0) continue;
    return found.map(([thing, text, tag]) =>
      finding(clause, {
        kind: 'preference',
        text: note(toThird(text)),
        importance: 0.55,
        tags: [tag, toThird(thing)],
        attribute: `${tag === 'dislikes' ? tag : 'likes'}:${attributeValue(toThird(thing).replace(/^(?:the|a|an|some|their) /iu, ''))}`,
      }),
    );
  }
  return [];
}

type Found = readonly (readonly [thing: string, text: string, tag: string])[];
type Rule = (body: string, clause: Clause) => Found;

const VERY =
  '(?: (?:really|absolutely|just|totally|also|do|truly|always|still|honestly|actually|especially|particularly|definitely|kind of|so|even|simply|generally|usually|much|completely|certainly|even))*';
const LIKES = new RegExp(
  `^(?:I|[Ww]e)(?:'ve always| have always)?${VERY} (?<verb>love|loved|adore|enjoy|like|prefer)${VERY} (?<what>.+)$`,
  'iu',
);
const LIKED_BEFORE = /^I(?:'ve| have) always/iu;
const GONE_OFF =
  /^I (?:don't|do not) (?:really )?(?:like|enjoy|love) (?<what>.+?) any ?more$|^I (?:no longer|don't any ?more) (?:like|enjoy|love) (?<lost>.+)$|^I(?:'ve| have) gone off (?<off>.+)$/iu;
const KEEN =
  /^(?:I|[Ww]e)(?:'m| am|'re| are|'ve been| have been)(?: (?:really|totally|super|very|so|pretty|absolutely|a bit|completely|also|kinda|honestly|currently))* (?<how>obsessed with|into|crazy about|passionate about|fond of|addicted to|hooked on|keen on|an? (?:big |huge |massive |real |total |lifelong )?fan of|an? (?:big |huge |real |total |avid )?lover of) (?<what>.+)$/iu;
const NEEDS = /^(?:I|we) (?:can't|cannot|couldn't) (?:live without|get enough of|function without) (?<what>.+)$/iu;
const NOT_KEEN =
  /^I(?:'m| am) not (?:really |much |that |exactly |a big |a huge |a )*(?:fan of|into|keen on|fond of|crazy about) (?<what>.+)$/iu;
const HATES = new RegExp(
  `^I${VERY} (?<verb>hate|can't stand|cannot stand|dislike|despise|loathe|detest|can't eat|don't eat|don't drink|can't drink|don't like|do not like|don't enjoy|don't care for|never liked)${VERY}(?: (?<what>.+))?$`,
  'iu',
);
const NOT_A_TASTE =
  /^(?:to (?:think|say|admit|ask|bother|see you|hear|know|be|do)|being|having to|myself|when|how|people|waiting|saying|today|mondays|spoilers|any scary|scary)/iu;

const likes: Rule = (body) => {
  const gone = GONE_OFF.exec(body)?.groups;
  const lost = objectOf(gone?.['what'] ?? gone?.['lost'] ?? gone?.['off'] ?? '', 6);
  if (lost !== null) return [[lost, `No longer likes ${lost}`, 'dislikes']];
  const match = LIKES.exec(body);
  if (match === null) return [];
  const verb = (match.groups?.['verb'] ?? '').toLowerCase();
  // "I loved the concert" happened; "I've always loved tea" is so.
  if (verb === 'loved' && !LIKED_BEFORE.test(body)) return [];
  const what = objectOf(
    (match.groups?.['what'] ?? '').replace(
      /,? (?:the .*er the .*er|the most|the best|so much|very much|a lot|more than .*|to bits|too much)$/iu,
      '',
    ),
    8,
  );
  if (
    what === null ||
    NOT_A_TASTE.test(what) ||
    /^an? .*\bthat\b/iu.test(what) ||
    /^(?:their|his|her|our|my (?:life|kids?|family|new|job|friends?))\b/iu.test(what)
  )
    return [];
  if (
    /^the (?!\S+ (?:outdoors|sea|beach|ocean|mountains))/iu.test(what) &&
    !/^the (?:outdoors|sea|beach|ocean|mountains|rain|cold|theatre|theater|countryside|city|smell of|sound of|gym|cinema)/iu.test(
      what,
    )
  ) {
    return /^I love the (?:\p{Lu})/u.test(body) ? [[what, `Loves ${what}`, 'likes']] : [];
  }
  if (verb === 'prefer') {
    const [better = what, than] = what.split(/ (?:to|over|rather than) /iu);
    return [[better, `Prefers ${better}${than === undefined ? '' : ` to ${than}`}`, 'likes']];
  }
  return [[what, `${verb === 'loved' ? 'Has always loved' : note(thirdVerb(verb))} ${what}`, 'likes']];
};

const AHEAD_LOVE =
  /^(?:(?:out )?of all (?:the|my) (?<kind>[\p{L} ]+?),? )I (?:love|like|prefer) (?<what>.+?)(?: the)? (?:most|best)$/iu;
const ofAll: Rule = (body) => {
  const groups = AHEAD_LOVE.exec(body)?.groups;
  const what = objectOf(groups?.['what'] ?? '', 6);
  return groups === undefined || what === null ? [] : [[what, `Favourite of all ${groups['kind']}: ${what}`, 'likes']];
};

const keen: Rule = (body) => {
  const not = objectOf(NOT_KEEN.exec(body)?.groups?.['what'] ?? '', 6);
  if (not !== null) return [[not, `Is not keen on ${not}`, 'dislikes']];
  const needed = objectOf(NEEDS.exec(body)?.groups?.['what'] ?? '', 6);
  if (needed !== null) return [[needed, `Can't get enough of ${needed}`, 'likes']];
  const match = KEEN.exec(body)?.groups;
  const what = objectOf(match?.['what'] ?? '', 7);
  return match === undefined || what === null
    ? []
    : [[what, `Is ${(match['how'] ?? '').toLowerCase()} ${what}`, 'likes']];
};

const hates: Rule = (body) => {
  const match = HATES.exec(body);
  if (match === null) return [];
  const verb = (match.groups?.['verb'] ?? '').toLowerCase();
  const raw = match.groups?.['what'];
  if (raw === undefined) return /drink/u.test(verb) ? [['alcohol', "Doesn't drink alcohol", 'dislikes']] : [];
  const what = objectOf(raw.split(/,/u)[0] ?? '', 6);
  if (
    what === null ||
    NOT_A_TASTE.test(what) ||
    /^the (?:idea|thought|fact|way)|^(?:their|his|her|it|about|much|enough)\b/iu.test(what)
  )
    return [];
  const worded = verb
    .replace(/^don't |^do not /u, "doesn't ")
    .replace(/^(?:hate|dislike|despise|loathe|detest)$/u, (plain) => thirdVerb(plain))
    .replace(/^never liked/u, 'has never liked');
  return [[what, `${worded} ${what}`, 'dislikes']];
};

const FAVOURITE =
  /^(?:[Mm]y|[Oo]ur) (?:all-time |absolute |number one )?favou?rite (?<kind>[\p{L} -]{2,24}?)(?:'s| is| has to be| would be| are| was always) (?:definitely |probably |easily |always )?(?<what>.+)$/iu;
const FAVOURITE_OF =
  /^(?<what>.{2,40}?) (?:is|are) (?:definitely |easily )?my (?:all-time |absolute )?favou?rite(?: (?<kind>[\p{L} ]{2,20}))?$/iu;

const favourite: Rule = (body) => {
  const groups = FAVOURITE.exec(body)?.groups ?? FAVOURITE_OF.exec(body)?.groups;
  const what = objectOf(groups?.['what'] ?? '', 8);
  const kind = groups?.['kind']?.trim();
  if (
    groups === undefined ||
    what === null ||
    /^(?:one|thing|part|bit|way|time|moment)\b/iu.test(kind ?? '') ||
    /^(?:when|how|where|the (?:one|part)|probably|he|she|they|we|i)\b/iu.test(what)
  )
    return [];
  return [[what, kind === undefined ? `Favourite: ${what}` : `Favourite ${kind} is ${what}`, 'likes']];
};

const HOBBY =
  /^(?:[Mm]y|[Mm]y main|[Mm]y biggest) (?:(?:main |biggest |new |favou?rite )?(?:hobby|hobbies|passion|pastime|thing)) (?:is|are|'s) (?<what>.+)$/iu;

const hobby: Rule = (body) => {
  const what = HOBBY.exec(body)?.groups?.['what'];
  if (what === undefined) return [];
  return what
    .split(/,\s*(?:and\s+)?|\s+and\s+(?:,)?/iu)
    .map((each) => objectOf(each.replace(/^(?:weirdly|also|then|lately|mostly|recently|probably)[,\s]+/iu, ''), 5))
    .filter((each) => each !== null && !/^(?:weirdly|also)$/iu.test(each))
    .map((each) => [each ?? '', `Hobby: ${each}`, 'hobby'] as const);
};

const DAYS =
  '(?:every|each|on (?:mon|tues|wednes|thurs|fri|satur|sun)days|on weekends|at weekends|twice a|once a|three times a|most (?:days|weekends|evenings|mornings)|in my (?:free|spare) time|on my days? off|after work|for fun|a lot)';
const PRACTISES: readonly (readonly [RegExp, string])[] = [
  [
    new RegExp(
      `^I (?:usually |always |often |also )?(?<verb>do|practise|practice|play|teach|train) (?<what>[\\p{L} -]{3,40}?) ${DAYS}.*$`,
      'iu',
    ),
    '',
  ],
  [
    /^I (?:go to|take|attend) (?<what>(?:an? |my )?[\p{L} -]{0,24}(?:class|classes|lessons?|club|choir|gym|practice|group|church|mosque|temple|synagogue|therapy))\b.*$/iu,
    'Goes to ',
  ],
  [
    /^(?:on my days? off |in my (?:free|spare) time |at weekends |on weekends )?I (?:usually|always|often|mostly) go (?<what>\p{L}+ing)\b.*$/iu,
    'Often goes ',
  ],
  [
    /^I(?:'ve| have)?(?: (?:just|recently|also|finally))* (?:started|begun|been) (?:taking|learning|doing|practi[sc]ing|playing|studying) (?<what>(?!(?:ever|my|\p{L}+ly\b|care|an? (?!.*(?:class|course|lesson))|for|with|care|a break|it|some time|things|time|on|the|well|great|so|better|good|really)\b)[\p{L} -]{3,40}?)(?: (?:for|since|lately|recently|this|every|at|with|and|to|again|in)\b.*)?$/iu,
    'Has taken up ',
  ],
  [
    /^I(?:'ve| have)?(?: (?:just|recently|also|finally))* (?:taken up|took up|picked up|got into|gotten into|started) (?<what>(?:an? |the )?(?:[\p{L}-]+ )?(?:yoga|pilates|gym|choir|band|running|jogging|pottery|painting|drawing|knitting|crochet|sewing|baking|gardening|climbing|bouldering|tennis|golf|chess|guitar|piano|violin|ukulele|drums|dancing|ballet|salsa|karate|judo|aikido|boxing|swimming|cycling|hiking|surfing|meditation|journaling|photography|woodworking|birdwatching|book club|running club|writing group|volunteering))\b.*$/iu,
    'Has taken up ',
  ],
  [
    /^I(?:'ve| have)?(?: (?:just|recently|also|finally))* joined (?<what>(?:an? |the )?(?:[\p{L}-]+ ){0,2}(?:gym|choir|band|club|team|class|orchestra|league))\b.*$/iu,
    'Has joined ',
  ],
  [
    /^I (?:usually |often |mostly |always )?(?:read|watch|listen to|play|collect|cook|bake|write|make|paint|draw) (?:a lot of|lots of|loads of|mostly|mainly) (?<what>.+)$/iu,
    'Often enjoys ',
  ],
  [
    /^I(?:'m| am) (?:currently |also )?learning (?<what>(?:to |how to )?(?!a lot|so much|more|about|that)[\p{L} -]{3,40})$/iu,
    'Is learning ',
  ],
  [/^I collect (?<what>.+)$/iu, 'Collects '],
  [
    /^I play (?<what>(?:the )?(?:guitar|piano|violin|cello|drums|flute|bass|trumpet|saxophone|ukulele|clarinet|football|soccer|basketball|tennis|volleyball|chess|badminton|rugby|hockey|golf|baseball|cricket|video games|board games))\b.*$/iu,
    'Plays ',
  ],
];

const practice: Rule = (body) => {
  for (const [pattern, head] of PRACTISES) {
    const groups = pattern.exec(body)?.groups;
    const what = objectOf(groups?.['what'] ?? '', 6);
    if (groups === undefined || what === null) continue;
    const verb = groups['verb'];
    return [[what, `${head === '' ? `${note(thirdVerb(verb ?? 'do'))} ` : head}${what}`, 'hobby']];
  }
  return [];
};

const SWEET =
  /\bI(?:'ve| have)(?: got)?(?: (?:such|quite|a bit of|always had|really))* a (?:huge |real |major |massive )?sweet tooth\b/iu;
const sweet: Rule = (body) => (SWEET.test(body) ? [['sweet things', 'Has a sweet tooth', 'likes']] : []);

/** In order of trust: the first that finds something speaks for the clause. */
const RULES: readonly Rule[] = [favourite, ofAll, hobby, likes, keen, hates, practice, sweet];
