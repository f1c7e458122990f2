/** All keys of a book, to be found in one pass over a text. */
export interface KeyIndex {
  /** Calls `found(pattern, start)` for every occurrence of every key: `pattern` is the key's place in what the index was made of. */
  search(text: string, found: (pattern: number, start: number) => void): void;
}

/**
 * An Aho–Corasick automaton (1975) over UTF-16 units. Reading a text costs one or two look-ups a unit and one call an
 * occurrence, however many keys there are. Edges lie in one open-addressed table of (node, unit): some 20 bytes a unit of key.
 * The keys are distinct; an empty one is never found.
 */
export function createKeyIndex(keys: readonly string[]): KeyIndex {
  const units = keys.reduce((sum, key) => sum + key.length, 0);
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, units * 2)));
  const mask = size - 1;
  /** node · 65,536 + unit + 1; 0 is empty. A double holds it exactly for 2^36 nodes. */
  const edgeKeys = new Float64Array(size);
  const edgeNodes = new Int32Array(size);
  const slotOf = (node: number, unit: number): number => {
    const key = node * 65_536 + unit + 1;
    let slot = (Math.imul(node, 0x9e3779b1) ^ Math.imul(unit + 1, 0x85ebca6b)) & mask;
    for (let held = edgeKeys[slot]; held !== 0 && held !== key; held = edgeKeys[slot]) slot = (slot + 1) & mask;
    return slot;
  };
  const child = (node: number, unit: number): number => edgeNodes[slotOf(node, unit)] ?? 0;

  // The root is 0; so 0 also says "no edge".
  const firstChild = new Int32Array(units + 1);
  const sibling = new Int32Array(units + 1);
  const unitOf = new Uint16Array(units + 1);
  const pattern = new Int32Array(units + 1).fill(-1);
  let nodes = 1;
  keys.forEach((key, index) => {
    let node = 0;
    for (let at = 0; at < key.length; at += 1) {
      const unit = key.charCodeAt(at);
      const slot = slotOf(node, unit);
      let next = edgeNodes[slot] ?? 0;
      if (next === 0) {
        next = nodes;
        nodes += 1;
        edgeKeys[slot] = node * 65_536 + unit + 1;
        edgeNodes[slot] = next;
        unitOf[next] = unit;
        sibling[next] = firstChild[node] ?? 0;
        firstChild[node] = next;
      }
      node = next;
    }
    if (node !== 0) pattern[node] = index;
  });

  /** The longest proper suffix that is a node, and the nearest of those that is a key (0: none). */
  const fallback = new Int32Array(nodes);
  const shorter = new Int32Array(nodes);
  const queue = new Int32Array(nodes);
  let [head, tail] = [0, 1];
  while (head < tail) {
    const node = queue[head] ?? 0;
    head += 1;
    for (let next = firstChild[node] ?? 0; next !== 0; next = sibling[next] ?? 0) {
      queue[tail] = next;
      tail += 1;
      if (node === 0) continue;
      const unit = unitOf[next] ?? 0;
      let back = fallback[node] ?? 0;
      while (back !== 0 && child(back, unit) === 0) back = fallback[back] ?? 0;
      const end = child(back, unit);
      fallback[next] = end;
      shorter[next] = (pattern[end] ?? -1) >= 0 ? end : (shorter[end] ?? 0);
    }
  }
  const lengths = Int32Array.from(keys, (key) => key.length);

  return {
    search(text, found) {
      let node = 0;
      for (let at = 0; at < text.length; at += 1) {
        const unit = text.charCodeAt(at);
        let next = child(node, unit);
        while (next === 0 && node !== 0) {
          node = fallback[node] ?? 0;
          next = child(node, unit);
        }
        node = next;
        for (let end = (pattern[node] ?? -1) >= 0 ? node : (shorter[node] ?? 0); end !== 0; end = shorter[end] ?? 0) {
          const index = pattern[end] ?? 0;
          found(index, at + 1 - (lengths[index] ?? 0));
        }
      }
    },
  };
}
