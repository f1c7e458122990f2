import type { ApiKeyScope, Role } from '#shared/account/permissions.ts';

/** Who makes a call, proven. */
export interface Identity {
  readonly accountId: string;
  readonly role: Role;
  /** The session of a signed-in device; null for an API key. */
  readonly sessionId: string | null;
  /** What an API key is narrowed to; null for a session, which has all the role has. */
  readonly scopes: readonly ApiKeyScope[] | null;
}
