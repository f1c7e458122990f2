import pg from 'pg';

export type Listen = (channel: string, listener: (payload: string) => void) => Promise<() => void>;

export interface Listener {
  /** Resolves when Postgres has confirmed the channel. After a lost connection every listener hears '' once: it may have missed some. */
  readonly listen: Listen;
  close(): Promise<void>;
}

const RETRY_MS = 500;
const KEEP_ALIVE_MS = 30_000;

/** One connection for all LISTENs, made at the first one and made again when lost. */
export function openListener(url: string, onError: (error: unknown) => void): Listener {
  const channels = new Map<string, Set<(payload: string) => void>>();
  let client: Promise<pg.Client> | null = null;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;

  const connect = async (): Promise<pg.Client> => {
    const fresh = new pg.Client({ connectionString: url, keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS });
    fresh.on('error', onError);
    fresh.on('end', () => {
      client = null;
      if (!isClosed) retry = setTimeout(reconnect, RETRY_MS).unref();
    });
    fresh.on('notification', ({ channel, payload }) => {
      for (const listener of channels.get(channel) ?? []) listener(payload ?? '');
    });
    await fresh.connect();
    for (const channel of channels.keys()) await fresh.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    return fresh;
  };

  const reconnect = (): void => {
    if (isClosed || channels.size === 0) return;
    client = connect();
    client.then(
      () => {
        for (const listeners of channels.values()) for (const listener of listeners) listener('');
      },
      (error: unknown) => {
        onError(error);
        client = null;
        retry = setTimeout(reconnect, RETRY_MS).unref();
      },
    );
  };

  return {
    async listen(channel, listener) {
      const listeners = channels.get(channel);
      if (listeners) listeners.add(listener);
      else {
        channels.set(channel, new Set([listener]));
        if (client) await (await client).query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      }
      client ??= connect();
      await client;
      return () => channels.get(channel)?.delete(listener);
    },
    async close() {
      isClosed = true;
      clearTimeout(retry);
      const last = await client?.catch(() => null);
      await last?.end().catch(() => undefined);
    },
  };
}
