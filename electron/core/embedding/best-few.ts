export interface Scored {
  readonly place: number;
  readonly cosine: number;
}

/** The greatest few of many. */
export interface BestFew {
  /** What a score must be above to be among them. */
  threshold(): number;
  /** Only for a score above the threshold. */
  add(place: number, score: number): void;
  /** The greatest first; of equals the later place. */
  sorted(): Scored[];
}

/** A heap whose top is the least of the few. */
export function createBestFew(limit: number): BestFew {
  const places: number[] = [];
  const scores: number[] = [];
  const swap = (one: number, other: number): void => {
    [places[one], places[other]] = [places[other] ?? 0, places[one] ?? 0];
    [scores[one], scores[other]] = [scores[other] ?? 0, scores[one] ?? 0];
  };
  const sink = (): void => {
    for (let at = 0; ;) {
      const left = at * 2 + 1;
      const least = left + 1 < scores.length && (scores[left + 1] ?? 0) < (scores[left] ?? 0) ? left + 1 : left;
      if (least >= scores.length || (scores[least] ?? 0) >= (scores[at] ?? 0)) return;
      swap(at, least);
      at = least;
    }
  };
  const rise = (): void => {
    for (let at = scores.length - 1; at > 0;) {
      const parent = (at - 1) >>> 1;
      if ((scores[parent] ?? 0) <= (scores[at] ?? 0)) return;
      swap(at, parent);
      at = parent;
    }
  };
  return {
    threshold: () => (scores.length < limit ? Number.NEGATIVE_INFINITY : (scores[0] ?? 0)),
    add(place: number, score: number) {
      if (scores.length < limit) {
        places.push(place);
        scores.push(score);
        rise();
      } else {
        places[0] = place;
        scores[0] = score;
        sink();
      }
    },
    sorted: () =>
      places
        .map((place, index): Scored => ({ place, cosine: scores[index] ?? 0 }))
        .sort((one, other) => other.cosine - one.cosine || other.place - one.place),
  };
}
