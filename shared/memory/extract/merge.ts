import { attributeValue } from './attribute.ts';
import type { ExtractedMemory } from './extracted-memory.ts';

/**
 * Whether two memories say the same: about the same one, in the same words or with the same answer to the same question.
 * What happened at different times is not the same, however alike it sounds.
 */
export function saysTheSame(a: ExtractedMemory, b: ExtractedMemory): boolean {
  if (a.subject !== b.subject) return false;
  if (a.attribute !== b.attribute) return false;
  if (a.validFromMs !== b.validFromMs && a.validFromMs !== null && b.validFromMs !== null) return false;
  return foldText(a.text) === foldText(b.text);
}

/** The same memories, each once: sources are joined, the greater importance stays. Order is that of first mention. */
export function mergeExtracted(memories: readonly ExtractedMemory[]): ExtractedMemory[] {
  const merged: ExtractedMemory[] = [];
  const byText = new Map<string, number[]>();
  for (const memory of memories) {
    const key = foldText(memory.text);
    const places = byText.get(key) ?? [];
    const place = places.find((each) => {
      const kept = merged[each];
      return kept !== undefined && saysTheSame(kept, memory);
    });
    const kept = place === undefined ? undefined : merged[place];
    if (place === undefined || kept === undefined) {
      byText.set(key, [...places, merged.length]);
      merged.push(memory);
    } else {
      merged[place] = join(kept, memory);
    }
  }
  return merged;
}

function join(a: ExtractedMemory, b: ExtractedMemory): ExtractedMemory {
  const seen = new Set<string>();
  const sources = [...a.sources, ...b.sources].filter((source) => {
    const key = `${source.messageId} ${source.start} ${source.end}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
  return {
    ...a,
    importance: Math.max(a.importance, b.importance),
    emotion: a.emotion ?? b.emotion,
    tags: [...new Set([...a.tags, ...b.tags])],
    validFromMs: a.validFromMs ?? b.validFromMs,
    validToMs: a.validFromMs === null ? b.validToMs : a.validToMs,
    sources,
  };
}

function foldText(text: string): string {
  return attributeValue(text).replaceAll(/[\s、。,.!！…]/gu, '');
}
