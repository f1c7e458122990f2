/** Word lists of the English rules. Plain data of our own. */

const RELATIONS: readonly (readonly [path: string, words: string])[] = [
  ['mother', 'mother|mom|mum|mommy|mummy|mama'],
  ['father', 'father|dad|daddy|papa'],
  ['parents', 'parents|folks'],
  ['sister:elder', '(?:older|elder|big) sister'],
  ['sister:younger', '(?:younger|little|baby|kid) sister'],
  ['sister', '(?:twin )?sister'],
  ['brother:elder', '(?:older|elder|big) brother'],
  ['brother:younger', '(?:younger|little|baby|kid) brother'],
  ['brother', '(?:twin )?brother'],
  ['grandmother', 'grandmother|grandma|granny|nan|nana|gran'],
  ['grandfather', 'grandfather|grandpa|granddad|grandad'],
  ['aunt', 'aunt|auntie'],
  ['uncle', 'uncle'],
  ['son', '(?:older |younger |oldest |youngest )?son'],
  ['daughter', '(?:older |younger |oldest |youngest )?daughter'],
  ['child', 'twins|twin boys|twin girls|kids|children|kid|child|baby|toddler'],
  ['nephew', 'nephew'],
  ['niece', 'niece'],
  ['cousin', 'cousin'],
  ['husband', 'husband|hubby'],
  ['wife', 'wife'],
  ['partner', 'boyfriend|girlfriend|partner|fianc[eé]e?|ex'],
  ['in-law', '(?:mother|father|brother|sister)-in-law'],
  ['friend', '(?:best |old |close |good |childhood |school )?friend|roommate|flatmate|housemate|bestie'],
];

/** Alternatives for a pattern; longer kinds come first. */
export const RELATION = RELATIONS.map(([, words]) => words)
  .toSorted((a, b) => b.length - a.length)
  .join('|');
const PATHS = RELATIONS.map(([path, words]) => [path, new RegExp(`^(?:${words})$`, 'iu')] as const);

export function relationPath(word: string): string {
  return PATHS.find(([, pattern]) => pattern.test(word))?.[0] ?? 'friend';
}

export function isFriendPath(path: string): boolean {
  return path === 'friend';
}

const PETS: Readonly<Record<string, string>> = {
  cat: 'cat',
  kitten: 'cat',
  kitty: 'cat',
  dog: 'dog',
  puppy: 'dog',
  pup: 'dog',
  beagle: 'dog',
  labrador: 'dog',
  poodle: 'dog',
  corgi: 'dog',
  greyhound: 'dog',
  husky: 'dog',
  terrier: 'dog',
  spaniel: 'dog',
  retriever: 'dog',
  'german shepherd': 'dog',
  pug: 'dog',
  bulldog: 'dog',
  dachshund: 'dog',
  chihuahua: 'dog',
  tabby: 'cat',
  siamese: 'cat',
  rabbit: 'rabbit',
  bunny: 'rabbit',
  hamster: 'hamster',
  'guinea pig': 'guinea-pig',
  parrot: 'parrot',
  budgie: 'bird',
  bird: 'bird',
  goldfish: 'fish',
  turtle: 'turtle',
  tortoise: 'tortoise',
  snake: 'snake',
  lizard: 'lizard',
  gecko: 'lizard',
  ferret: 'ferret',
  horse: 'horse',
  pony: 'horse',
  rat: 'rat',
  hedgehog: 'hedgehog',
};
export const PET = Object.keys(PETS)
  .toSorted((a, b) => b.length - a.length)
  .join('|');
export function petPath(word: string): string {
  return `pet:${PETS[word.toLowerCase().replace(/s$/u, '')] ?? 'animal'}`;
}

export const OCCUPATION =
  '(?:[\\p{L}\\d-]+ ){0,3}(?:electrician|nurse|doctor|surgeon|dentist|vet|physician|paramedic|pharmacist|therapist|counsel+or|psychologist|teacher|professor|lecturer|tutor|engineer|developer|programmer|designer|architect|writer|author|journalist|editor|translator|librarian|lawyer|solicitor|barrister|paralegal|accountant|banker|analyst|consultant|manager|director|administrator|assistant|secretary|receptionist|chef|cook|baker|barista|waiter|waitress|bartender|server|artist|painter|illustrator|photographer|musician|singer|dancer|actor|actress|filmmaker|screenwriter|firefighter|police officer|officer|soldier|pilot|driver|mechanic|electrician|plumber|carpenter|builder|farmer|gardener|florist|hairdresser|stylist|barber|tailor|cashier|salesperson|salesman|marketer|entrepreneur|scientist|researcher|biologist|chemist|physicist|statistician|technician|clerk|coach|trainer|instructor|social worker|caretaker|carer|cleaner|freelancer|contractor|intern|apprentice|veterinarian|flight attendant|data scientist|product manager|civil servant|postman|plasterer|welder|stay-at-home (?:mom|mum|dad|parent)|student)';

export const ILLNESS =
  "(?:asthma|hay ?fever|diabetes|(?:high|low) blood pressure|migraines?|depression|anxiety|adhd|add|autism|insomnia|an[ae]mia|arthritis|eczema|psoriasis|epilepsy|ibs|crohn's|c[oe]+liac(?: disease)?|endometriosis|gout|tinnitus|vertigo|sciatica|scoliosis|ptsd|ocd|bipolar(?: disorder)?|dyslexia|cancer|lupus|fibromyalgia|chronic (?:back )?pain|a bad back|a heart condition|gastritis|acid reflux|vertigo)";
export const BODY =
  '(?:ankle|wrist|arm|leg|knee|shoulder|elbow|back|neck|foot|toe|finger|thumb|hand|hip|rib|ribs|collarbone|nose|jaw|hamstring|achilles|ligament|meniscus|muscle|tooth|hernia)';

/** What can never be what somebody likes, visits or buys. */
export const EMPTY_OBJECT =
  /^(?:it|that|this|these|those|them|him|her|you|your|yours|me|us|one|ones|some|any|everything|anything|something|nothing|stuff|things?|so|too|there|here|how|when|what|why|where|who|the way|the idea|the (?:fact|feeling|thought|sound|look|vibes?|energy)|all|both|myself|to (?:hear|see|know)|hearing|seeing (?:you|your)|talking to you|about it|of it|a lot|the same|each|every (?:bit|minute|moment|second)|more|that one|this one)\b/iu;
/** Points at what only that moment showed. */
export const POINTS_AWAY =
  /\b(?:you|your|yours|this|these|those|that (?:one|place|thing|way)|such|here|it|(?:with|to|at|in|of|for) that)\b/iu;

export const IRREGULAR_PRESENT: Readonly<Record<string, string>> = {
  have: 'has',
  "'ve got": 'has',
  do: 'does',
  go: 'goes',
  "'m": 'is',
  am: 'is',
  "'re": 'is',
  are: 'is',
  "'ll": 'will',
  "'ve": 'has',
};
