-- Calls with an idempotency key: found by the key's hash, answered from `answer`, which is sealed with the key itself.
CREATE TABLE idempotent_call (
  key_hash bytea PRIMARY KEY CHECK (length(key_hash) = 32),
  request_hash bytea NOT NULL CHECK (length(request_hash) = 32),
  answer bytea,
  started_at_ms bigint NOT NULL
);
CREATE INDEX idempotent_call_started ON idempotent_call (started_at_ms);
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotent_call TO tomoshibi_system;

-- Jobs that failed for the last time.
CREATE TABLE dead_letter (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task text NOT NULL,
  payload jsonb NOT NULL,
  attempts integer NOT NULL,
  error text NOT NULL,
  died_at_ms bigint NOT NULL
);
GRANT SELECT, INSERT, DELETE ON dead_letter TO tomoshibi_system;

-- The queue's tables belong to graphile-worker and to the owner; these are the only doors to them.
CREATE FUNCTION enqueue_job(task text, payload json, run_at timestamptz, max_attempts integer, job_key text, priority integer)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM graphile_worker.add_job(
    task, payload, run_at => run_at, max_attempts => max_attempts, job_key => job_key, priority => priority);
END $$;
CREATE FUNCTION queued_jobs() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT count(*) FROM graphile_worker.jobs WHERE locked_at IS NULL AND attempts < max_attempts);
END $$;
REVOKE EXECUTE ON FUNCTION enqueue_job, queued_jobs FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enqueue_job TO tomoshibi_account, tomoshibi_system;
GRANT EXECUTE ON FUNCTION queued_jobs TO tomoshibi_system;
