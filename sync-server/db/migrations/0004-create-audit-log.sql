-- Who did what to whom. Append-only; each entry's hash covers the one before it, so that nothing can be changed or taken out
-- unseen. What could lead to a person (values before and after, address, agent) lies in `detail`, of which the chain covers only a
-- salted digest: an account's deletion erases detail and salt, and the chain still holds.
CREATE TABLE audit_log (
  seq bigint PRIMARY KEY,
  at_ms bigint NOT NULL,
  actor_id uuid,
  subject_id uuid,
  action text NOT NULL,
  detail jsonb,
  salt bytea,
  detail_digest bytea NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL
);
CREATE INDEX audit_log_subject ON audit_log (subject_id, seq);

CREATE FUNCTION audit_hash(previous bytea, seq bigint, at_ms bigint, actor_id uuid, subject_id uuid, action text, detail_digest bytea)
RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sha256(previous || convert_to(
    seq || '|' || at_ms || '|' || COALESCE(actor_id::text, '') || '|' || COALESCE(subject_id::text, '') || '|' || action || '|', 'UTF8')
    || detail_digest)
$$;

CREATE FUNCTION append_audit(at_ms bigint, actor_id uuid, subject_id uuid, action text, detail jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  last audit_log%ROWTYPE;
  next_seq bigint;
  new_salt bytea := decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
  digest bytea;
  previous bytea;
BEGIN
  -- One entry at a time, in commit order: "audt".
  PERFORM pg_advisory_xact_lock(1635083380);
  SELECT * INTO last FROM audit_log ORDER BY seq DESC LIMIT 1;
  next_seq := COALESCE(last.seq, 0) + 1;
  previous := COALESCE(last.hash, '\x'::bytea);
  digest := sha256(new_salt || convert_to(detail::text, 'UTF8'));
  INSERT INTO audit_log VALUES (next_seq, at_ms, actor_id, subject_id, action, detail, new_salt, digest, previous,
    audit_hash(previous, next_seq, at_ms, actor_id, subject_id, action, digest));
END $$;

-- The first entry that does not fit; null when all do.
CREATE FUNCTION first_broken_audit() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT min(seq) FROM (
    SELECT seq, hash, detail, salt, detail_digest,
      lag(seq, 1, 0::bigint) OVER in_order + 1 AS wanted_seq,
      previous_hash = lag(hash, 1, '\x'::bytea) OVER in_order AS is_linked,
      audit_hash(previous_hash, seq, at_ms, actor_id, subject_id, action, detail_digest) AS wanted_hash
    FROM audit_log WINDOW in_order AS (ORDER BY seq)
  ) entry
  WHERE seq <> wanted_seq OR NOT is_linked OR hash <> wanted_hash
    OR (detail IS NOT NULL AND detail_digest <> sha256(salt || convert_to(detail::text, 'UTF8')))
$$;

CREATE FUNCTION erase_audit_details(account uuid) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  touched bigint;
BEGIN
  UPDATE audit_log SET detail = NULL, salt = NULL WHERE (subject_id = account OR actor_id = account) AND detail IS NOT NULL;
  GET DIAGNOSTICS touched = ROW_COUNT;
  RETURN touched;
END $$;

-- Not even the owner changes an entry, except to erase its detail.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.detail IS NULL AND NEW.salt IS NULL
    AND (NEW.seq, NEW.at_ms, NEW.action, NEW.detail_digest, NEW.previous_hash, NEW.hash)
      = (OLD.seq, OLD.at_ms, OLD.action, OLD.detail_digest, OLD.previous_hash, OLD.hash)
    AND NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id AND NEW.subject_id IS NOT DISTINCT FROM OLD.subject_id
  THEN RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the audit log is append-only';
END $$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log EXECUTE FUNCTION refuse_audit_change();

REVOKE EXECUTE ON FUNCTION append_audit, first_broken_audit, erase_audit_details FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_audit TO tomoshibi_account, tomoshibi_system;
GRANT EXECUTE ON FUNCTION first_broken_audit, erase_audit_details TO tomoshibi_system;
GRANT SELECT ON audit_log TO tomoshibi_system;
