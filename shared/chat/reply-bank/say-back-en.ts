/**
 * What a person told, turned round: "I went there with my sister" → "you went there with your sister". Null unless
 * that is certain: a question, words about us, more than a breath of words, or no subject of their own.
 */
export function sayBackEn(message: string): string | null {
  if (message.includes('?') || message.length > 240) return null;
  const text = message
    .toWellFormed()
    .replaceAll(/[’‘]/gu, "'")
    .replaceAll(/[\p{Extended_Pictographic}\u200d\ufe0f]/gu, '')
    .replaceAll(/\s+/gu, ' ');
  const sentences = text
    .split(/[.!…\n;:()"]+|\s[-–—]+\s/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /\p{L}{2}/u.test(sentence));
  for (const sentence of sentences.toReversed()) {
    const turned = fromSentence(sentence);
    if (turned !== null) return turned;
  }
  return null;
}

/** An answer in a few words, as a noun phrase to take up; null when it is anything else. */
export function namedAnswerEn(message: string): string | null {
  const bare = message
    .toWellFormed()
    .replaceAll(/[.!…\p{Extended_Pictographic}]+/gu, '')
    .trim()
    .replace(
      /^(?:yeah|yes|yep|oh|well|um+|uh+|hmm+|mostly|probably|maybe|i think|i guess|just|it's|it was|it is)[, ]+/iu,
      '',
    )
    .replace(/^(?:mostly|probably|maybe|just) /iu, '');
  const words = bare.split(/\s+/u);
  if (bare.length < 3 || bare.length > 28 || words.length > 4 || !/^[\p{L}\p{N}' -]+$/u.test(bare)) return null;
  if (
    /^(?:i|i'm|i've|yeah|yes|yep|yup|mhm|hmm|but|and|because|that|this|hehe|mostly|it's|we|you|it|he|she|they|that|this|there|what|who|why|how|when|where|no|not|nah|nope|ok|okay|sure|thanks|thank|hi|hey|hello|bye|good|great|nice|cool|lol|haha|same|true|right|really|very|so|too|never|always|maybe|nothing|everything|something|dunno|idk|fine|bad|sad|happy|tired|sorry|please|let's|kind|sort|can|could|do|did|don't|is|are|was|wow|ugh|almost|exactly|definitely|totally|absolutely)\b/iu.test(
      bare,
    )
  )
    return null;
  if (COARSE.test(bare) || words.some((word) => VERBISH.test(word))) return null;
  return bare
    .replace(
      /^(?:a|an|the|some|one|two|three|four|five|with|without|from|about|only|just|still|lots|more|my|our|his|her|their|in|on|at|for|by|to|another|every|both|all|no|most|first|second|last|blue|red|green|black|white)\b/iu,
      (word) => word.toLowerCase(),
    )
    .replaceAll(/\b(?:my|our)\b/giu, 'your');
}

/** What a person hopes: "I hope she likes it" → "she likes it". Null when the message is no hope. */
export function hopedEn(message: string): string | null {
  const hope = /^(?:well |and |so |but )?i (?:really |just |do )?hope (?!you|so|not)(.{4,60}?)[.!…\s]*$/iu.exec(
    message.toWellFormed().replaceAll(/[’‘]/gu, "'"),
  )?.[1];
  return hope === undefined || message.includes('?') || COARSE.test(hope) ? null : turnedRound(hope);
}

const COARSE =
  /\b(?:fuck\w*|shit\w*|bitch\w*|cunt\w*|dick|cock|pussy|porn|sex|arse|ass|suicide|kill\w*|die|dying|rape\w*)\b/iu;
const VERBISH =
  /^(?:is|are|was|were|am|be|been|have|has|had|do|does|did|will|would|can|could|should|\w+ed|went|got|told|said|made|ate|slept|think|know|guess|love|like|hate|want|need)$/iu;
const MOST_WORDS = 11;
const OPENING =
  /^(?:so|and|but|well|anyway|yeah|yes|yep|no|nah|oh|ah|ok|okay|hmm+|ugh|actually|honestly|also|then|plus|guess what|basically|today|hey|hi|lol|haha|morning|evening|omg|like|tbh|mostly|luckily|sadly|apparently|turns out|thanks|hello|right|true|exactly)\b[, ]*/iu;

function fromSentence(sentence: string): string | null {
  let text = sentence;
  for (let time = 0; time < 3 && OPENING.test(text); time += 1) text = text.replace(OPENING, '');
  // What follows these is a reason or another matter.
  text = text
    .replace(
      /,? (?:but|because|cause|cos|since|although|though|(?<!wonder |know |sure )if|so (?=(?:i|we|he|she|they|it|my|the)\b)|and then|and now|which|when) .*$/iu,
      '',
    )
    .replace(/,? and (?:i|we|it|he|she|they|my|the)\b.*$/iu, '');
  text = text
    .replace(/,.*$/u, '')
    .replace(/\s(?:lol|haha|though|tho|anyway|really|i guess|i think|too|either|again|now|you know|yay)$/iu, '')
    .trim();
  text = text.replace(
    /^(next time|next week|next month|tomorrow|tonight|yesterday|last night|this morning|this afternoon),? (.+)$/iu,
    (_all, when: string, rest: string) => `${rest} ${when.toLowerCase()}`,
  );
  const words = text.split(' ');
  if (words.length < 2 || text.length < 7 || words.length > MOST_WORDS || COARSE.test(text)) return null;
  if (
    /\b(?:you|your|yours|yourself|u|ur|this(?! (?:morning|week|evening|afternoon|year|month))|here|wish|think(?! of| about)|guess|know (?:that|what|how|why|it)|mean|thank|sorry|love|miss|told you|feel like|let's|maybe|gonna have to)\b/iu.test(
      text,
    )
  )
    return null;
  if (/^(?:i|i'm|im|i've|ive|i'd|i'll|my|we|we're|we've|our)\s/iu.test(text)) return turnedRound(text);
  // Of others and of things nothing turns round but the speaker: "she is against it", "the park was lovely".
  if (
    /^(?:he|she|they|he's|she's|they're|they'll|it's|it|the|there|there's|everyone|everybody|nobody|no one|someone|people|his|her|their|[a-z]+ing)\s/iu.test(
      text,
    ) &&
    (words.length >= 3 || /^\w+'/u.test(text)) &&
    /\b(?:is|was|are|were|has|had|can't|won't|doesn't|didn't|isn't|wasn't|\w+ed|\w+'s|\w+'re|\w+'ll|said|got|went|fell|gave|told|keeps?|made|came|took|\w+s)\b/iu.test(
      text,
    )
  )
    return turnedRound(`${text.charAt(0).toLowerCase()}${text.slice(1)}`);
  // The subject left out: "tried a new place today".
  if (
    /^(?:went|tried|made|ate|had|got|saw|watched|read|bought|cooked|finished|started|met|lost|won|broke|forgot|found|played|walked|ran|slept|missed|baked|learned|cleaned|called|visited|passed|failed|took|spent|stayed|came|drove|booked|signed|planted|fixed|wrote|cut|dropped|spilled)\s/iu.test(
      text,
    )
  )
    return turnedRound(`I ${text.charAt(0).toLowerCase()}${text.slice(1)}`);
  return null;
}

const TURN: Readonly<Record<string, string>> = {
  i: 'you',
  "i'm": "you're",
  im: "you're",
  "i've": "you've",
  ive: "you've",
  "i'd": "you'd",
  "i'll": "you'll",
  we: 'you',
  "we're": "you're",
  "we've": "you've",
  me: 'you',
  us: 'you',
  my: 'your',
  our: 'your',
  mine: 'yours',
  ours: 'yours',
  myself: 'yourself',
  am: 'are',
};

function turnedRound(text: string): string | null {
  const words = text.split(' ');
  const turned = words.map((word, at) => {
    const lower = word.toLowerCase();
    if (lower === 'was' && /^(?:i|we)$/iu.test(words[at - 1] ?? '')) return 'were';
    if (lower === "wasn't" && /^i$/iu.test(words[at - 1] ?? '')) return "weren't";
    return Object.hasOwn(TURN, lower) ? (TURN[lower] ?? word) : word;
  });
  const said = turned.join(' ');
  // A clause that hangs in the air is no clause.
  return /\b(?:the|a|an|to|of|at|in|on|with|and|or|for|my|your|is|are|was|were|that|very|so)$/iu.test(said) ||
    said.length > 70
    ? null
    : said;
}
