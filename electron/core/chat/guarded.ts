import { endTags, parseTags, readTags, TAG_READING_START } from '#shared/chat/expression-tag.ts';
import type { ReplyFault } from '#shared/chat/guard/fault.ts';
import type { ReplyGuard } from '#shared/chat/guard/guard.ts';
import { estimateTokens } from '#shared/llm/tokens.ts';
import { LlmFailure, type Ladder, type LadderItem, type LadderRequest, type TokenCounts } from '../llm/llm.ts';

export type GuardedItem =
  | LadderItem
  /** A reply was refused before any of it was shown, and is asked for anew; what it used, estimated. */
  | ({
      readonly kind: 'refused';
      readonly faults: readonly ReplyFault[];
      readonly costMicroUsd: number | null;
    } & TokenCounts);

/**
 * What the ladder answers, held back until its first words are known to be no repetition and no leaving of the part; words that
 * are, are never shown, and the reply is asked for once more. The second one is shown as it comes, whatever it says. Own lines
 * (the reply bank's) are not judged: they are chosen with what was said before in mind.
 */
export async function* guardedAnswer(
  ladder: Ladder,
  request: LadderRequest,
  guard: ReplyGuard,
): AsyncGenerator<GuardedItem> {
  let held: LadderItem[] = [];
  let raw = '';
  let words = '';
  let reading = TAG_READING_START;
  let open = false;
  let answering: Extract<LadderItem, { kind: 'answering' }> | null = null;
  let faults: readonly ReplyFault[] | null = null;

  const judge = (ended: boolean): 'wait' | 'clear' | readonly ReplyFault[] => guard.judgeBeginning(words, ended);

  for await (const item of ladder.answer(request)) {
    if (item.kind === 'answering') {
      answering = item;
      if (item.rung === 'reply-bank') open = true;
    }
    if (open || item.kind === 'progress') {
      yield item;
      continue;
    }
    held.push(item);
    if (item.kind !== 'text') continue;
    raw += item.text;
    const read = readTags(reading, item.text);
    reading = read.reading;
    words += read.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
    const verdict = judge(false);
    if (verdict === 'wait') continue;
    if (verdict === 'clear') {
      open = true;
      yield* held;
      held = [];
      continue;
    }
    faults = verdict;
    break;
  }
  if (!open && faults === null) {
    words += endTags(reading)
      .map((part) => (part.kind === 'text' ? part.text : ''))
      .join('');
    const verdict = judge(true);
    if (verdict === 'clear' || verdict === 'wait') {
      yield* held;
      return;
    }
    faults = verdict;
  }
  if (faults === null) return;
  request.signal.throwIfAborted();

  const told = held.find((item) => item.kind === 'usage');
  const counts = told ?? {
    promptTokens: answering?.promptTokens ?? 0,
    cachedTokens: 0,
    completionTokens: estimateTokens(raw),
  };
  yield {
    kind: 'refused',
    faults,
    promptTokens: counts.promptTokens,
    cachedTokens: counts.cachedTokens,
    completionTokens: counts.completionTokens,
    costMicroUsd: told === undefined ? (answering?.costOf(counts) ?? null) : told.costMicroUsd,
  };
  const { scene } = request;
  let said = false;
  try {
    const again = {
      ...request,
      scene: { ...scene, rejected: [...scene.rejected, parseTags(raw).text.trim()], faults },
    };
    for await (const item of ladder.answer(again)) {
      if (item.kind === 'text') said = true;
      yield item;
    }
  } catch (error) {
    // Words that are not what they should be are more than none.
    if (!said && error instanceof LlmFailure) yield* held.filter((item) => item.kind !== 'usage');
    throw error;
  }
}
