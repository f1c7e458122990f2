import { asData, beginning } from './prompt-text.ts';
import type { PromptWords } from './prompt-words.ts';
import type { PromptMessage, Scene, SceneTurn } from './scene.ts';

/**
 * The turns before `end`, as many of the newest as cost at most `most`. Cutting at the very oldest that fits would move
 * the cut with every new turn. Instead it stays at a chosen turn until that one no longer fits: the turn with the least
 * rank in the older half of what fits (winnowing: Schleimer, Wilkerson and Aiken, 2003). It needs no memory of the last
 * cut, and holds for any stretch of the thread it is given.
 */
export function historyOf(
  turns: readonly SceneTurn[],
  end: number,
  turnAt: (index: number) => PromptMessage | null,
  cost: (message: PromptMessage) => number,
  most: number,
): { readonly history: PromptMessage[]; readonly firstTurn: number } {
  /** What fits, the newest first. */
  const fitting: { readonly index: number; readonly message: PromptMessage | null; readonly tokens: number }[] = [];
  let total = 0;
  let whole = true;
  for (let index = end - 1; index >= 0 && whole; index -= 1) {
    const message = turnAt(index);
    const tokens = message === null ? 0 : cost(message);
    whole = total + tokens <= most;
    if (!whole) break;
    total += tokens;
    fitting.push({ index, message, tokens });
  }
  fitting.reverse();
  let first = 0;
  let passed = 0;
  if (!whole) {
    for (const [place, { index, tokens }] of fitting.entries()) {
      if (passed > total / 2) break;
      if (rank(turns[index]) < rank(turns[fitting[first]?.index ?? -1])) first = place;
      passed += tokens;
    }
  }
  const kept = fitting.slice(first);
  return {
    history: kept.flatMap(({ message }) => (message === null ? [] : [message])),
    firstTurn: kept[0]?.index ?? end,
  };
}

/**
 * The messages of a history after which it is said again who speaks: each `every`-th from where the history begins, so that they
 * stay the same as it grows. None when undefined, and never the last.
 */
export function anchorPlaces(history: readonly PromptMessage[], every: number | undefined): ReadonlySet<PromptMessage> {
  return new Set(every === undefined ? [] : history.slice(0, -1).filter((_, index) => (index + 1) % every === 0));
}

/** What the turns before the history were about, as much of it as `fits`, the newest first. */
export function summaryOf(
  scene: Scene,
  firstTurn: number,
  words: PromptWords,
  message: (role: PromptMessage['role'], content: string) => PromptMessage,
  fits: (message: PromptMessage) => boolean,
): PromptMessage[] {
  const lines = (scene.summaries ?? [])
    .filter(({ from }) => from < firstTurn)
    .flatMap((summary) => summary.lines)
    .map(({ author, text }) => ({ author, text: beginning(asData(text).replaceAll(/\s+/g, ' ').trim(), 400) }))
    .filter(({ text }) => text !== '');
  let best: PromptMessage[] = [];
  for (let from = lines.length - 1; from >= 0; from -= 1) {
    const made = message('system', words.earlier(lines.slice(from)));
    if (!fits(made)) break;
    best = [made];
  }
  return best;
}

/** A number that belongs to a turn and looks like chance; a person's turns come first, for a history to begin with one. */
function rank(turn: SceneTurn | undefined): number {
  if (turn === undefined) return 2;
  let hash = 0x811c9dc5;
  for (const letter of `${turn.atMs}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return hash / 2 ** 32 + (turn.author === 'person' ? 0 : 1);
}
