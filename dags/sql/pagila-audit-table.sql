-- IF NOT EXISTS fails when two first runs create at once: they take turns. The key is any that all of them know: the first 8
-- bytes of sha256("dagwright.pagila-audit-table").
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(4291275903856372252);
  CREATE SCHEMA IF NOT EXISTS pagila_support;
  CREATE TABLE IF NOT EXISTS pagila_support.pagila_load_audit (
    run_id text NOT NULL,
    lease_token bigint NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    loaded_at timestamptz,
    schema_sha256 text,
    data_sha256 text,
    actor_count bigint,
    film_count bigint,
    customer_count bigint,
    rental_count bigint,
    succeeded boolean NOT NULL DEFAULT false,
    PRIMARY KEY (run_id, lease_token)
  );
END
$$;
