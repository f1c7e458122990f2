import { createContext, use, useSyncExternalStore } from 'react';
import { present } from '#shared/base/assert.ts';
import type { CoreClient } from '#shared/contract.ts';

/** `lost` after having been open: it is being opened again by itself. `refused`: the page has no valid token, and trying again is of no use. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused';

/** The way to the core, whichever host it runs in. `app/connect.ts` opens it. */
export interface Connection {
  /** The same object, with the same functions, for the page's life. While not open its calls reject with `unavailable`. */
  readonly client: CoreClient;
  state(): ConnectionState;
  /** Called after every change of state. Returns the unsubscriber. */
  onState(listener: () => void): () => void;
}

export const ConnectionContext = createContext<Connection | null>(null);

export function useConnection(): Connection {
  return present(use(ConnectionContext), 'the connection');
}

export function useClient(): CoreClient {
  return useConnection().client;
}

export function useConnectionState(): ConnectionState {
  const connection = useConnection();
  return useSyncExternalStore(connection.onState, connection.state);
}
