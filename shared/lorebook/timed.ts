import type { CompiledEntry } from './compile.ts';

/**
 * Where an entry stands that fired earlier in this conversation:
 *
 *   fired ──sticky messages──▶ sticky ──then cooldown messages──▶ resting ──▶ free
 *
 * `sticky` for ever with `@@keep_activate_after_match`, `spent` for ever with `@@dont_activate_after_match`. An entry that fired
 * for the very message that is answered now (another variant is asked for) is as free as it was.
 */
export type TimedState = 'free' | 'sticky' | 'resting' | 'spent';

/** `firedAt` and `messageCount` count the messages of the thread: when it fired, and now. */
export function timedState(
  { fields, decorators }: Pick<CompiledEntry, 'fields' | 'decorators'>,
  firedAt: number | null,
  messageCount: number,
): TimedState {
  if (firedAt === null || firedAt >= messageCount) return 'free';
  if (decorators.keepAfterMatch) return 'sticky';
  if (decorators.onceOnly) return 'spent';
  const since = messageCount - firedAt;
  if (since < fields.sticky) return 'sticky';
  return since < fields.sticky + fields.cooldown ? 'resting' : 'free';
}

/** Whether it matters later that this entry fired. */
export function isTimed({ fields, decorators }: Pick<CompiledEntry, 'fields' | 'decorators'>): boolean {
  return fields.sticky > 0 || fields.cooldown > 0 || decorators.keepAfterMatch || decorators.onceOnly;
}
