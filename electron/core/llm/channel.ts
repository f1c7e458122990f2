/** Items handed from whoever makes them to one reader, in order, each once. */
export interface Channel<T> {
  push(item: T): void;
  /** Ends it: what was pushed is still read, then `error` is thrown or, without one, reading ends. */
  end(error?: Error): void;
  /** The next item, or undefined at the end. */
  next(): Promise<T | undefined>;
}

export function createChannel<T>(): Channel<T> {
  const items: T[] = [];
  let ended: { readonly error: Error | undefined } | null = null;
  let wake = (): void => undefined;
  return {
    push(item) {
      if (ended === null) items.push(item);
      wake();
    },
    end(error) {
      ended ??= { error };
      wake();
    },
    async next() {
      for (;;) {
        const item = items.shift();
        if (item !== undefined) return item;
        if (ended !== null) {
          if (ended.error !== undefined) throw ended.error;
          return undefined;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
