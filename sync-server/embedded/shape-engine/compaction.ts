import type { StoredEntry } from './log-store.ts';

/**
 * A shorter log that leads every reader, from whatever offset, to the same rows: of each key it keeps the last delete, the insert
 * after it and one update with everything that changed since. Kept entries stay at their offsets; merged ones carry no transaction.
 */
export function compact(entries: readonly StoredEntry[], chunkBytes: number): StoredEntry[] {
  const kept: (Message | undefined)[] = entries.map((entry) => JSON.parse(entry.body) as Message);
  const changed = new Set<number>();
  const histories = new Map<string, History>();
  for (const [index, message] of kept.entries()) {
    if (!message) continue;
    const history = histories.get(message.key) ?? { places: [], update: null };
    histories.set(message.key, history);
    switch (message.headers.operation) {
      case 'delete':
        for (const place of history.places) kept[place] = undefined;
        history.places = [index];
        history.update = null;
        break;
      case 'insert':
        history.places.push(index);
        history.update = null;
        break;
      case 'update': {
        const earlier = history.update === null ? undefined : kept[history.update];
        if (earlier && history.update !== null) {
          kept[index] = merge(earlier, message);
          changed.add(index);
          kept[history.update] = undefined;
        }
        history.places = [...history.places.filter((place) => place !== history.update), index];
        history.update = index;
        break;
      }
    }
  }
  let size = 0;
  return entries.flatMap((entry, index) => {
    const message = kept[index];
    if (!message) return [];
    const body = changed.has(index) ? JSON.stringify(message) : entry.body;
    size += Buffer.byteLength(body) + 1;
    const endsChunk = size >= chunkBytes;
    if (endsChunk) size = 0;
    return [{ lsn: entry.lsn, op: entry.op, body, endsChunk }];
  });
}

type Values = Readonly<Record<string, string | null>>;

interface Message {
  readonly key: string;
  readonly value: Values;
  readonly old_value?: Values;
  readonly headers: { readonly operation: 'insert' | 'update' | 'delete'; readonly txids?: readonly number[] };
}

interface History {
  /** Where the key's kept messages are. */
  places: number[];
  /** The update that a later one merges with. */
  update: number | null;
}

function merge(earlier: Message, later: Message): Message {
  const { txids: _, ...headers } = later.headers;
  const value = { ...earlier.value, ...later.value };
  if (!earlier.old_value || !later.old_value) return { key: later.key, value, headers };
  return { key: later.key, value, old_value: { ...later.old_value, ...earlier.old_value }, headers };
}
