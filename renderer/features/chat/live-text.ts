/**
 * The words of a reply while they come: pieces stand at UTF-16 offsets of the whole, some may have been missed (the page was
 * reloaded, another conversation was shown), and the stored partial text fills in what was missed.
 */
export interface LiveText {
  /** Everything that is known without a gap from the beginning. */
  readonly text: string;
  /** Pieces that stand after a gap. */
  readonly later: readonly Piece[];
}

export interface Piece {
  readonly at: number;
  readonly text: string;
}

export const NO_WORDS: LiveText = { text: '', later: [] };

/** Takes in a new piece. With a gap before it, it waits (`later`) until the stored text reaches it. */
export function addPiece(live: LiveText, piece: Piece): LiveText {
  return join(live.text, [...live.later, piece]);
}

/** Takes in the whole as it is stored, which may be behind the pieces or ahead of them. */
export function learnText(live: LiveText, stored: string): LiveText {
  return join(stored.length > live.text.length ? stored : live.text, live.later);
}

function join(text: string, pieces: readonly Piece[]): LiveText {
  let whole = text;
  const later: Piece[] = [];
  for (const piece of pieces.toSorted((one, other) => one.at - other.at)) {
    if (piece.at > whole.length) later.push(piece);
    else if (piece.at + piece.text.length > whole.length) whole = whole.slice(0, piece.at) + piece.text;
  }
  return { text: whole, later };
}
