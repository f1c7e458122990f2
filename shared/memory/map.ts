import type { MemoryId } from '../entities.ts';
import type { MapLink, MapNode, Memory, MemoryMap } from './contract.ts';

/** The most nodes a map shows: the ones most is remembered about. */
const MOST_NODES = 120;

type Mapped = Pick<Memory, 'id' | 'subject' | 'attribute' | 'tags' | 'kind'>;

/** First words of attributes whose tags name a place, or a thing. */
const PLACES = new Set(['home', 'hometown', 'birthplace', 'travel', 'visited', 'place']);
const THINGS = new Set(['likes', 'dislikes', 'hobby', 'allergy', 'owns', 'wants']);
/** Tags that say what kind of memory it is, not what it is about. */
const GENERIC = new Set(
  [
    '名前 年齢 誕生日 記念日 住まい 出身 仕事 学校 健康 家族 友達 ペット 恋愛 約束 締め切り 予定 出来事 好き 嫌い 趣味 好み',
    'name age birthday anniversary home hometown work job school study health family friend friends pet love romance',
    'promise deadline plan plans event likes dislikes like dislike hobby preference preferences person companion allergy',
  ].flatMap((words) => words.split(' ')),
);

/**
 * People, places and things, with links where one memory speaks of both. Everything hangs on the person or the companion,
 * whichever the memory is about.
 */
export function mapOf(memories: readonly Mapped[]): MemoryMap {
  const nodes = new Map<string, { group: MapNode['group']; label: string; ids: Set<MemoryId> }>();
  const links = new Map<string, { from: string; to: string; ids: Set<MemoryId> }>();
  const touch = (group: MapNode['group'], label: string, memory: MemoryId): string => {
    const id = `${group}:${label.normalize('NFKC').toLowerCase()}`;
    const known = nodes.get(id);
    if (known) known.ids.add(memory);
    else nodes.set(id, { group, label, ids: new Set([memory]) });
    return id;
  };
  const link = (from: string, to: string, memory: MemoryId): void => {
    if (from === to) return;
    const [first, second] = from < to ? [from, to] : [to, from];
    const key = `${first}\n${second}`;
    const known = links.get(key);
    if (known) known.ids.add(memory);
    else links.set(key, { from: first, to: second, ids: new Set([memory]) });
  };
  for (const memory of memories) {
    const hub = touch(memory.subject === 'companion' ? 'companion' : 'person', '', memory.id);
    const spoken: string[] = [];
    if (memory.subject !== 'person' && memory.subject !== 'companion') {
      spoken.push(touch('people', memory.subject, memory.id));
    }
    for (const { group, label } of namedIn(memory)) {
      const node = touch(group, label, memory.id);
      if (!spoken.includes(node)) spoken.push(node);
    }
    // The first hangs on the one it is told of; the others on it.
    const [first, ...others] = spoken;
    if (first === undefined) continue;
    link(hub, first, memory.id);
    for (const other of others) link(first, other, memory.id);
  }
  const kept = [...nodes]
    .sort(([one, a], [other, b]) => b.ids.size - a.ids.size || (one < other ? -1 : 1))
    .slice(0, MOST_NODES);
  const shown = new Set(kept.map(([id]) => id));
  return {
    nodes: kept.map(([id, { group, label, ids }]): MapNode => ({ id, group, label, memoryIds: [...ids] })),
    links: [...links.values()]
      .filter(({ from, to }) => shown.has(from) && shown.has(to))
      .map(({ from, to, ids }): MapLink => ({ from, to, memoryIds: [...ids] })),
  };
}

function namedIn(memory: Mapped): { readonly group: MapNode['group']; readonly label: string }[] {
  const named: { group: MapNode['group']; label: string }[] = [];
  const [head = '', ...rest] = (memory.attribute ?? '').split(':');
  const tags = memory.tags.map((tag) => tag.trim()).filter((tag) => tag !== '' && !GENERIC.has(tag.toLowerCase()));
  const group = groupOf(head, rest);
  for (const label of tags) {
    if (label !== memory.subject && !named.some((one) => one.label === label)) named.push({ group, label });
  }
  const value = rest.at(-1) ?? '';
  if (group === 'thing' && named.length === 0 && value !== '') named.push({ group, label: value });
  return named;
}

/** What an attribute's tags are: names of people where it is about a name, else by its first word. */
function groupOf(head: string, rest: readonly string[]): MapNode['group'] {
  if (rest.includes('name')) return 'people';
  if (PLACES.has(head) || rest[0] === 'place') return 'place';
  return THINGS.has(head) ? 'thing' : 'topic';
}
