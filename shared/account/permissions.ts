/** Who a person is to the server, each with all that the one before may do. */
export const ROLES = ['user', 'creator', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Everything that can be allowed. Each route of the server names one, or is public. */
export const PERMISSIONS = [
  'account.read',
  'account.write',
  'session.manage',
  'api_key.manage',
  'sync.read',
  'sync.write',
  'llm.use',
  'catalogue.publish',
  'catalogue.review',
  'account.moderate',
  'audit.read',
  'ops.read',
  'role.grant',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What a key of a third-party client may be given; the rest needs the person, signed in. */
export const API_KEY_SCOPES = ['account.read', 'sync.read', 'sync.write', 'llm.use'] as const satisfies Permission[];
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

const USER: readonly Permission[] = [
  'account.read',
  'account.write',
  'session.manage',
  'api_key.manage',
  'sync.read',
  'sync.write',
  'llm.use',
];
const CREATOR: readonly Permission[] = [...USER, 'catalogue.publish'];
const MODERATOR: readonly Permission[] = [...CREATOR, 'catalogue.review', 'account.moderate'];

/** The one place that says who may do what. */
const GRANTED: Record<Role, ReadonlySet<Permission>> = {
  user: new Set(USER),
  creator: new Set(CREATOR),
  moderator: new Set(MODERATOR),
  admin: new Set(PERMISSIONS),
};

/** Whether a role, narrowed by an API key's scopes where there are any, includes a permission. */
export function isPermitted(permission: Permission, role: Role, scopes: readonly ApiKeyScope[] | null): boolean {
  if (!GRANTED[role].has(permission)) return false;
  return scopes === null || scopes.some((scope) => scope === permission);
}
