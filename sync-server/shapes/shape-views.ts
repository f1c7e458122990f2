/** What an account sees of a table: these columns of its own rows. */
export interface ShapeView {
  readonly table: string;
  readonly columns: readonly string[];
  /** `$1` is the account's id. */
  readonly where: string;
}

const OWN = 'account_id = $1';

/**
 * Every shape there is, by name. A name stays; what it stands for is decided here and nowhere else. Secrets are in no column list,
 * and a table that is not named is in no shape.
 */
const SHAPE_VIEWS: Readonly<Record<string, ShapeView>> = {
  account: {
    table: 'public.account',
    columns: [
      'account_id',
      'email',
      'email_verified_at_ms',
      'display_name',
      'locale',
      'role',
      'created_at_ms',
      'delete_after_ms',
    ],
    where: OWN,
  },
  device: {
    table: 'public.device',
    columns: ['device_id', 'account_id', 'name', 'platform', 'created_at_ms', 'last_seen_at_ms', 'revoked_at_ms'],
    where: OWN,
  },
};

export function findShapeView(name: string): ShapeView | undefined {
  return Object.hasOwn(SHAPE_VIEWS, name) ? SHAPE_VIEWS[name] : undefined;
}
