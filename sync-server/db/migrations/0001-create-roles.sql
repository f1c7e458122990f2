-- Two roles do all of the server's work, neither owns anything:
--   tomoshibi_account  one account's own rows (row-level security), set for each transaction
--   tomoshibi_system   all accounts' rows: signing in, jobs, operations
-- Roles belong to the whole cluster, so another database may have made them already.
DO $$ BEGIN
  CREATE ROLE tomoshibi_account NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
  CREATE ROLE tomoshibi_system NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

-- Whoever migrates may also serve, when there is no login of its own for that.
DO $$ BEGIN
  IF NOT pg_has_role(current_user, 'tomoshibi_account', 'SET') OR NOT pg_has_role(current_user, 'tomoshibi_system', 'SET') THEN
    EXECUTE format('GRANT tomoshibi_account, tomoshibi_system TO %I', current_user);
  END IF;
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO tomoshibi_account, tomoshibi_system;

-- The account of this transaction; null when none was set, and then no row is anybody's.
CREATE FUNCTION app_account_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT NULLIF(current_setting('app.account_id', true), '')::uuid $$;

-- Every table with a person's rows is handed to this, once, by the migration that creates it: it must have account_id.
-- `rights` are what the account itself may do with its rows.
CREATE PROCEDURE protect_personal_table(personal regclass, rights text DEFAULT 'SELECT, INSERT, UPDATE, DELETE')
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', personal);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', personal);
  EXECUTE format(
    'CREATE POLICY own_rows ON %s TO tomoshibi_account USING (account_id = app_account_id()) WITH CHECK (account_id = app_account_id())',
    personal);
  EXECUTE format('CREATE POLICY all_rows ON %s TO tomoshibi_system USING (true) WITH CHECK (true)', personal);
  IF rights <> '' THEN
    EXECUTE format('GRANT %s ON %s TO tomoshibi_account', rights, personal);
  END IF;
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO tomoshibi_system', personal);
END $$;
REVOKE EXECUTE ON PROCEDURE protect_personal_table FROM PUBLIC;
