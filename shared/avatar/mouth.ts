/** A mouth: `open` 0 shut … 1 as wide as talking goes; `wide` -1 rounded (う・お) … 1 spread (い・え). */
export interface MouthShape {
  readonly open: number;
  readonly wide: number;
}

export const MOUTH_SHUT: MouthShape = { open: 0, wide: 0 };

/** How long one beat of speech lasts, in ms: about eight a second, the pace of easy Japanese. */
export const BEAT_MS = 122;

/** Words that wait to be mouthed, at most: text that streams faster than anyone speaks is skipped, not queued. */
export const MOUTH_QUEUE_BEATS = 14;

/**
 * Turns written text into beats of mouth movement. A kana is one beat with its own vowel, a letter group one beat per
 * vowel, a kanji one and a half; punctuation closes the mouth. Markup and spaces make no beat.
 */
export function mouthBeats(text: string): MouthShape[] {
  const beats: MouthShape[] = [];
  let consonants = 0;
  for (const character of text.normalize('NFKC').toLowerCase()) {
    const vowel = vowelOf(character);
    if (vowel !== null) {
      beats.push(VOWELS[vowel]);
      consonants = 0;
    } else if (character === 'ん' || character === 'ン' || character === 'っ' || character === 'ッ') {
      beats.push(HALF_SHUT);
    } else if (character === 'ー' || character === '~' || character === '〜') {
      const last = beats.at(-1);
      if (last !== undefined) beats.push(last);
    } else if (/[。、．，.,!?！？…\n]/u.test(character)) {
      if (beats.at(-1) !== MOUTH_SHUT) beats.push(MOUTH_SHUT);
    } else if (/\p{Script=Han}/u.test(character)) {
      const code = character.codePointAt(0) ?? 0;
      beats.push(VOWELS[KANJI_VOWELS[code % KANJI_VOWELS.length] ?? 'a']);
      if (code % 2 === 0) beats.push(VOWELS[KANJI_VOWELS[Math.floor(code / 8) % KANJI_VOWELS.length] ?? 'i']);
    } else if (/\p{Letter}|\p{Number}/u.test(character)) {
      consonants += 1;
      if (consonants >= 3) {
        beats.push(HALF_SHUT);
        consonants = 0;
      }
    }
  }
  return beats;
}

/** Speech that is being mouthed. Immutable: every function returns the next state. */
export interface MouthTrack {
  readonly beats: readonly MouthShape[];
  /** When the first of `beats` began, in ms. */
  readonly beatStartedAtMs: number;
}

export const MOUTH_QUIET: MouthTrack = { beats: [], beatStartedAtMs: 0 };

/** Adds streamed text. When more waits than a mouth can say, the oldest of the waiting beats are let go. */
export function feedMouth(track: MouthTrack, text: string, nowMs: number): MouthTrack {
  const current = advanceMouth(track, nowMs);
  const added = mouthBeats(text);
  if (added.length === 0) return current;
  if (current.beats.length === 0) return { beats: added.slice(-MOUTH_QUEUE_BEATS), beatStartedAtMs: nowMs };
  const waiting = [...current.beats.slice(1), ...added].slice(-(MOUTH_QUEUE_BEATS - 1));
  return { beats: [...current.beats.slice(0, 1), ...waiting], beatStartedAtMs: current.beatStartedAtMs };
}

/** Drops the beats that have been said by `nowMs`. */
export function advanceMouth(track: MouthTrack, nowMs: number): MouthTrack {
  const said = Math.floor((nowMs - track.beatStartedAtMs) / BEAT_MS);
  if (said <= 0 || track.beats.length === 0) return track;
  if (said >= track.beats.length) return MOUTH_QUIET;
  return { beats: track.beats.slice(said), beatStartedAtMs: track.beatStartedAtMs + said * BEAT_MS };
}

/**
 * The mouth at `nowMs`: each beat opens and half closes again, so that syllables can be seen. Shut when the track is
 * empty. `open` is in [0,1], `wide` in [-1,1].
 */
export function mouthAt(track: MouthTrack, nowMs: number): MouthShape {
  const current = advanceMouth(track, nowMs);
  const beat = current.beats[0];
  if (beat === undefined) return MOUTH_SHUT;
  const t = Math.min(1, Math.max(0, (nowMs - current.beatStartedAtMs) / BEAT_MS));
  return { open: beat.open * (0.45 + 0.55 * Math.sin(Math.PI * t)), wide: beat.wide };
}

type Vowel = 'a' | 'i' | 'u' | 'e' | 'o';

const VOWELS: Readonly<Record<Vowel, MouthShape>> = {
  a: { open: 1, wide: 0.15 },
  i: { open: 0.4, wide: 1 },
  u: { open: 0.38, wide: -0.8 },
  e: { open: 0.62, wide: 0.6 },
  o: { open: 0.72, wide: -0.6 },
};
const HALF_SHUT: MouthShape = { open: 0.12, wide: 0 };
const KANJI_VOWELS: readonly Vowel[] = ['a', 'i', 'o', 'e', 'u', 'a', 'o'];

const KANA_ROWS: Readonly<Record<Vowel, string>> = {
  a: 'あかさたなはまやらわがざだばぱぁゃゎ',
  i: 'いきしちにひみりぎじぢびぴぃ',
  u: 'うくすつぬふむゆるぐずづぶぷぅゅゔ',
  e: 'えけせてねへめれげぜでべぺぇ',
  o: 'おこそとのほもよろをごぞどぼぽぉょ',
};

function vowelOf(character: string): Vowel | null {
  if (character === 'a' || character === 'i' || character === 'u' || character === 'e' || character === 'o') {
    return character;
  }
  const code = character.codePointAt(0) ?? 0;
  const hiragana = code >= 0x30a1 && code <= 0x30f6 ? String.fromCodePoint(code - 0x60) : character;
  for (const vowel of ['a', 'i', 'u', 'e', 'o'] as const) {
    if (KANA_ROWS[vowel].includes(hiragana)) return vowel;
  }
  return null;
}
