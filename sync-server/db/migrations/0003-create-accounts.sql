-- Every personal table: account_id → account ON DELETE CASCADE, and CALL protect_personal_table.

CREATE TABLE account (
  account_id uuid PRIMARY KEY,
  email text NOT NULL CHECK (length(email) <= 254),
  email_verified_at_ms bigint,
  display_name text NOT NULL DEFAULT '' CHECK (length(display_name) <= 60),
  locale text NOT NULL CHECK (locale IN ('ja', 'en')),
  role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'creator', 'moderator', 'admin')),
  suspended_at_ms bigint,
  created_at_ms bigint NOT NULL,
  -- The person asked for deletion; from then on it can still be undone.
  delete_after_ms bigint
);
CREATE UNIQUE INDEX account_email ON account (lower(email));
CREATE INDEX account_delete_after ON account (delete_after_ms) WHERE delete_after_ms IS NOT NULL;
CALL protect_personal_table('account', 'SELECT');
GRANT UPDATE (display_name, locale, delete_after_ms) ON account TO tomoshibi_account;

CREATE TABLE credential (
  account_id uuid PRIMARY KEY REFERENCES account ON DELETE CASCADE,
  -- argon2id, PHC format
  password_hash text NOT NULL,
  changed_at_ms bigint NOT NULL,
  -- Sealed with the server's secret; null: no second factor.
  totp_secret bytea,
  totp_confirmed_at_ms bigint,
  -- The last 30-second step whose code was used: no code works twice.
  totp_last_step bigint NOT NULL DEFAULT 0,
  -- SHA-256 of the codes not used yet
  recovery_hashes bytea[] NOT NULL DEFAULT '{}'
);
CALL protect_personal_table('credential', '');
GRANT SELECT (account_id, totp_confirmed_at_ms) ON credential TO tomoshibi_account;

CREATE TABLE device (
  device_id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  platform text NOT NULL CHECK (length(platform) <= 40),
  created_at_ms bigint NOT NULL,
  last_seen_at_ms bigint NOT NULL,
  revoked_at_ms bigint
);
CREATE INDEX device_account ON device (account_id);
CALL protect_personal_table('device', 'SELECT');
GRANT UPDATE (name) ON device TO tomoshibi_account;

-- Servers keep accounts in memory; this tells them, once a change has committed, to look again.
CREATE FUNCTION notify_account_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('account_changed', OLD.account_id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER account_changed AFTER UPDATE OR DELETE ON account FOR EACH ROW EXECUTE FUNCTION notify_account_changed();
CREATE TRIGGER account_changed AFTER UPDATE OF totp_confirmed_at_ms ON credential FOR EACH ROW EXECUTE FUNCTION notify_account_changed();

-- A signed-in device. All its refresh tokens are one family: one of them used twice ends it.
CREATE TABLE session (
  session_id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  device_id uuid NOT NULL REFERENCES device ON DELETE CASCADE,
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL,
  ended_at_ms bigint,
  ended_because text CHECK (ended_because IN ('signed_out', 'device_revoked', 'token_reused', 'password_changed', 'suspended', 'deleted'))
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_ended ON session (ended_at_ms) WHERE ended_at_ms IS NOT NULL;
CALL protect_personal_table('session', 'SELECT');

CREATE TABLE refresh_token (
  token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  session_id uuid NOT NULL REFERENCES session ON DELETE CASCADE,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  issued_at_ms bigint NOT NULL,
  used_at_ms bigint
);
CREATE INDEX refresh_token_session ON refresh_token (session_id);
CALL protect_personal_table('refresh_token', '');

CREATE TABLE passkey (
  passkey_id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  -- WebAuthn's credential id, base64url
  credential_id text NOT NULL UNIQUE,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  transports text[] NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  created_at_ms bigint NOT NULL,
  last_used_at_ms bigint
);
CREATE INDEX passkey_account ON passkey (account_id);
CALL protect_personal_table('passkey', 'SELECT, DELETE');

-- Links in mails and codes of the browser flow, by the hash of their secret; each works once.
CREATE TABLE one_time_code (
  code_hash bytea PRIMARY KEY CHECK (length(code_hash) = 32),
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  purpose text NOT NULL CHECK (purpose IN ('verify_email', 'reset_password', 'authorize')),
  -- What the code is bound to: the address to verify; the challenge and redirect of an authorisation.
  bound jsonb NOT NULL,
  expires_at_ms bigint NOT NULL
);
CREATE INDEX one_time_code_account ON one_time_code (account_id, purpose);
CALL protect_personal_table('one_time_code', '');

-- WebAuthn challenges waiting for their answer; signing in has no account yet.
CREATE TABLE passkey_challenge (
  challenge text PRIMARY KEY,
  account_id uuid REFERENCES account ON DELETE CASCADE,
  expires_at_ms bigint NOT NULL
);
CALL protect_personal_table('passkey_challenge', '');

CREATE TABLE api_key (
  key_id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
  secret_hash bytea NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
  scopes text[] NOT NULL,
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint,
  last_used_at_ms bigint,
  revoked_at_ms bigint
);
CREATE INDEX api_key_account ON api_key (account_id);
CALL protect_personal_table('api_key', 'SELECT');

-- Ed25519 keys that sign access tokens; the private half sealed with the server's secret.
CREATE TABLE signing_key (
  kid text PRIMARY KEY,
  public_jwk jsonb NOT NULL,
  sealed_private_jwk bytea NOT NULL,
  created_at_ms bigint NOT NULL
);
GRANT SELECT, INSERT, DELETE ON signing_key TO tomoshibi_system;

-- What remains of a deleted account: that, when and how much was deleted. Nothing in it leads to the person.
CREATE TABLE deletion_receipt (
  receipt_id uuid PRIMARY KEY,
  requested_at_ms bigint NOT NULL,
  deleted_at_ms bigint NOT NULL,
  row_counts jsonb NOT NULL
);
GRANT SELECT, INSERT ON deletion_receipt TO tomoshibi_system;
