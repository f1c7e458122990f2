/** Whether a schema's result says exactly what went in. A property that is undefined counts as absent. */
export function isUnchanged(before: unknown, after: unknown): boolean {
  if (Object.is(before, after)) return true;
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return false;
  if (Array.isArray(before) !== Array.isArray(after)) return false;
  const left = definedEntries(before);
  const right = definedEntries(after);
  if (left.size !== right.size) return false;
  for (const [key, value] of left) if (!right.has(key) || !isUnchanged(value, right.get(key))) return false;
  return true;
}

function definedEntries(value: object): Map<string, unknown> {
  return new Map(Object.entries(value).filter(([, part]) => part !== undefined));
}
