/** A piece of the vocabulary and its log probability. */
export type VocabularyEntry = readonly [piece: string, score: number];

/** The first entries are marks, not pieces. */
const RESERVED = 6;
const UNKNOWN = 0;

interface TrieNode {
  readonly next: Map<string, TrieNode>;
  /** Of the piece that ends here; -1 when none does. */
  index: number;
  score: number;
}

/**
 * Cuts a text into the pieces of greatest joint probability (SentencePiece's unigram model; Kudo 2018), as the encoder was
 * trained on. Answers with their numbers; letters it does not know are 0, a run of them once.
 */
export function createTokenizer(vocabulary: readonly VocabularyEntry[]): (text: string) => number[] {
  const root: TrieNode = { next: new Map(), index: -1, score: 0 };
  vocabulary.forEach(([piece, score], index) => {
    if (index < RESERVED) return;
    let node = root;
    for (const letter of piece) {
      const next = node.next.get(letter) ?? { next: new Map(), index: -1, score: 0 };
      node.next.set(letter, next);
      node = next;
    }
    node.index = index;
    node.score = score;
  });

  return (text) => {
    const letters = [...`\u2581${text.normalize('NFKC').replaceAll(' ', '\u2581')}`];
    /** By where a piece ends: the best score up to there, and the piece that ends there with where it began. */
    const best = new Float64Array(letters.length + 1);
    const pieces = new Int32Array(letters.length + 1);
    const starts = new Int32Array(letters.length + 1).fill(-1);
    const offer = (start: number, end: number, index: number, score: number): void => {
      const total = (best[start] ?? 0) + score;
      if ((starts[end] ?? -1) >= 0 && total < (best[end] ?? 0)) return;
      best[end] = total;
      pieces[end] = index;
      starts[end] = start;
    };
    for (let start = 0; start < letters.length; start += 1) {
      let found = false;
      let node = root.next.get(letters[start] ?? '');
      for (let end = start + 1; node !== undefined; end += 1) {
        if (node.index >= 0) {
          offer(start, end, node.index, node.score);
          found = true;
        }
        node = node.next.get(letters[end] ?? '');
      }
      if (!found) offer(start, start + 1, UNKNOWN, 0);
    }
    const tokens: number[] = [];
    for (let end = letters.length; end > 0;) {
      const piece = (starts[end] ?? -1) < 0 ? UNKNOWN : (pieces[end] ?? UNKNOWN);
      if (piece !== UNKNOWN || tokens.at(-1) !== UNKNOWN) tokens.push(piece);
      end = (starts[end] ?? -1) < 0 ? end - 1 : (starts[end] ?? 0);
    }
    return tokens.reverse();
  };
}
