-- Roles belong to the whole server, so no lock of one database keeps out a load into another one that creates it meanwhile:
-- who comes second waits for the first one's commit, and then has the role.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'postgres') THEN
    CREATE ROLE postgres;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END
$$;
