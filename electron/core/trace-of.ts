/**
 * What a log may hold of an unexpected error: its name, where it was thrown, and the same of its causes. Never its message,
 * which may hold a person's text or a secret.
 */
export function traceOf(error: unknown): string {
  const parts: string[] = [];
  for (let current = error; parts.length < 3 && current !== undefined;) {
    if (!(current instanceof Error)) {
      parts.push(typeof current);
      break;
    }
    const frames = (current.stack ?? '').split('\n').filter((line) => /^ {4}at .+:\d+:\d+\)?$/.test(line));
    parts.push([current.name, ...frames.slice(0, 5)].join('\n'));
    current = current.cause;
  }
  return parts.join('\ncaused by ');
}
