/** A text as it is compared: width, case, marks and spaces do not count. */
export function bare(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/**
 * How alike two texts are, [0,1]: the share of letter trigrams they have in common (Dice). 1 for texts that differ in marks, case
 * and width only; symmetric. Texts of fewer than three letters are alike only when they are the same.
 */
export function likeness(one: string, other: string): number {
  const [a, b] = [bare(one), bare(other)];
  if (a === b) return 1;
  const [left, right] = [trigramsOf(a), trigramsOf(b)];
  if (left.total === 0 || right.total === 0) return 0;
  let shared = 0;
  for (const [gram, count] of left.counts) shared += Math.min(count, right.counts.get(gram) ?? 0);
  return (2 * shared) / (left.total + right.total);
}

/** Trigrams with how often each occurs: a text that says one thing five times is not the same as one that says it once. */
function trigramsOf(text: string): { readonly counts: ReadonlyMap<string, number>; readonly total: number } {
  const points = [...text];
  const counts = new Map<string, number>();
  for (let at = 0; at + 2 < points.length; at += 1) {
    const gram = points.slice(at, at + 3).join('');
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return { counts, total: Math.max(0, points.length - 2) };
}
