import { useCallback, useEffect, useRef, useState } from 'react';
import type { CoreClient } from '#shared/contract.ts';
import type { AppError } from '#shared/rpc/errors.ts';
import type { Translate } from '#shared/i18n/translate.ts';
import { showToast } from '../ui/toast.tsx';
import { useClient } from './connection.ts';
import { failureWords, toAppError } from './failure.ts';
import { useWords } from './words.ts';

export interface CommandOptions<I, O> {
  /** What to say when it is done, and how to take it back. */
  readonly done?: (output: O, input: I) => Done | null;
  /** The caller shows `error` itself: no toast. */
  readonly quiet?: boolean;
}

export interface Done {
  readonly text: string;
  readonly undo?: () => Promise<unknown>;
}

export interface CommandState<I, O> {
  /** Resolves with the output, or with undefined when it failed (and the person has been told). Never rejects. */
  readonly run: (input: I) => Promise<O | undefined>;
  readonly pending: boolean;
  readonly error: AppError | null;
}

/** A command of the contract with its state: `const remove = useCommand(client => client.characters.remove, …)`. */
export function useCommand<I, O>(
  select: (client: CoreClient) => (input: I) => Promise<O>,
  options: CommandOptions<I, O> = {},
): CommandState<I, O> {
  const { t } = useWords();
  const send = select(useClient());
  const [underWay, setUnderWay] = useState(0);
  const [error, setError] = useState<AppError | null>(null);
  const latest = useRef({ options, t });
  useEffect(() => {
    latest.current = { options, t };
  });
  const run = useCallback(
    async (input: I): Promise<O | undefined> => {
      setUnderWay((count) => count + 1);
      setError(null);
      try {
        const output = await send(input);
        const done = latest.current.options.done?.(output, input);
        if (done) tell(done, latest.current.t);
        return output;
      } catch (thrown) {
        const failure = toAppError(thrown);
        setError(failure);
        if (!latest.current.options.quiet) tellFailure(failure, latest.current.t);
        return undefined;
      } finally {
        setUnderWay((count) => count - 1);
      }
    },
    [send],
  );
  return { run, pending: underWay > 0, error };
}

/** Shows a failure as a toast that stays until it is closed; a full disk is told by a banner for as long as it is full. */
export function tellFailure(thrown: unknown, t: Translate): void {
  const failure = toAppError(thrown);
  if (failure.reason === 'disk_full') return;
  const words = failureWords(failure, t);
  showToast({
    tone: 'bad',
    text: words.title,
    detail: t('ui.adviceAndCode', { advice: words.advice, code: words.code }),
  });
}

function tell({ text, undo }: Done, t: Translate): void {
  if (undo === undefined) return showToast({ text });
  showToast({
    text,
    action: {
      label: t('ui.undo'),
      onPress: () => {
        undo().catch((thrown: unknown) => tellFailure(thrown, t));
      },
    },
  });
}
