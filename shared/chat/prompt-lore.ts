import { asData } from './prompt-text.ts';
import type { PromptWords } from './prompt-words.ts';
import type { PromptMessage, Scene, SceneLore } from './scene.ts';

/** World info as messages, each with its place. */
export interface PromptLore {
  /** The system message with what stands before the character and after it. */
  withSystem(system: PromptMessage): PromptMessage;
  /** What stands around the reminder, which is this prompt's author's note. */
  readonly aboveReminder: readonly PromptMessage[];
  readonly belowReminder: readonly PromptMessage[];
  /** History with what stands between its messages. `after` messages follow it and count from the newest too. */
  withHistory(history: readonly PromptMessage[], after: number): PromptMessage[];
  /** What follows the newest message. */
  readonly afterNewest: readonly PromptMessage[];
  /** Of all of it, at most what was asked for. */
  readonly tokens: number;
}

/**
 * A scene's world info, as much as costs at most `most`: what does not fit is left out whole. At a depth of 0 it follows the
 * newest message, at 1 it stands before it, and so on; beyond the oldest it stands before that.
 */
export function loreOf(
  scene: Scene,
  words: PromptWords,
  message: (role: PromptMessage['role'], content: string) => PromptMessage,
  cost: (message: PromptMessage) => number,
  most: number,
): PromptLore {
  const fitting: { readonly lore: SceneLore; readonly text: string; readonly message: PromptMessage }[] = [];
  let tokens = 0;
  for (const lore of scene.lore ?? []) {
    const text = asData(lore.text).trim();
    if (text === '') continue;
    // A line that somebody says stands as it is; the rest is marked as what it is.
    const said = lore.position === 'depth' && lore.role !== 'system';
    const made = said ? message(lore.role, text) : message('system', words.lore(text));
    const price = cost(made);
    if (tokens + price > most) continue;
    tokens += price;
    fitting.push({ lore, text, message: made });
  }
  /** What stands at one place, under one heading. */
  const at = (...positions: SceneLore['position'][]): PromptMessage[] => {
    const texts = fitting.filter(({ lore }) => positions.includes(lore.position)).map(({ text }) => text);
    return texts.length === 0 ? [] : [message('system', words.lore(texts.join('\n\n')))];
  };
  const deep = fitting.filter(({ lore }) => lore.position === 'depth');
  // What is gone on with has to stay last.
  const least = scene.continuing ? 1 : 0;
  const depthOf = ({ depth, fromOldest }: SceneLore): number => (fromOldest ? Infinity : Math.max(least, depth));
  return {
    withSystem(system) {
      const parts = [...at('before'), system, ...at('after', 'examplesTop', 'examplesBottom')];
      return { ...system, content: parts.map(({ content }) => content).join('\n\n') };
    },
    aboveReminder: at('noteTop'),
    belowReminder: [...at('noteBottom'), ...deep.filter(({ lore }) => depthOf(lore) === 1).map((one) => one.message)],
    withHistory(history, after) {
      const placed = new Map<number, PromptMessage[]>();
      for (const { lore, message: made } of deep) {
        if (depthOf(lore) <= after) continue;
        const place = lore.fromOldest ? lore.depth : history.length - (lore.depth - after);
        const within = Math.min(history.length, Math.max(0, place));
        placed.set(within, [...(placed.get(within) ?? []), made]);
      }
      return [...history, null].flatMap((one, index) => [...(placed.get(index) ?? []), ...(one === null ? [] : [one])]);
    },
    afterNewest: deep.filter(({ lore }) => depthOf(lore) === 0).map((one) => one.message),
    tokens,
  };
}
