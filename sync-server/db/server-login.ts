import pg from 'pg';

const LOGIN = 'tomoshibi_server';

/**
 * Makes sure of a login for serving that owns nothing and, until it takes one of the two roles for a transaction, may do nothing.
 * For clusters of our own, after `migrate`. Returns its address.
 */
export async function ensureServerLogin(ownerUrl: string, password: string): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [LOGIN]);
    const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
    await client.query(`${verb} ROLE ${LOGIN} LOGIN NOINHERIT PASSWORD ${pg.escapeLiteral(password)}`);
    await client.query(`GRANT tomoshibi_account, tomoshibi_system TO ${LOGIN}`);
  } finally {
    await client.end();
  }
  const url = new URL(ownerUrl);
  url.username = LOGIN;
  url.password = password;
  return url.href;
}
