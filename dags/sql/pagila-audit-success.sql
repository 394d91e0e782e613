UPDATE pagila_support.pagila_load_audit
SET loaded_at = clock_timestamp(),
    schema_sha256 = current_setting('dagwright.hashes')::jsonb ->> 'schema',
    data_sha256 = current_setting('dagwright.hashes')::jsonb ->> 'data',
    actor_count = (current_setting('dagwright.counts')::jsonb ->> 'actor')::bigint,
    film_count = (current_setting('dagwright.counts')::jsonb ->> 'film')::bigint,
    customer_count = (current_setting('dagwright.counts')::jsonb ->> 'customer')::bigint,
    rental_count = (current_setting('dagwright.counts')::jsonb ->> 'rental')::bigint,
    succeeded = true
WHERE run_id = current_setting('dagwright.run_id')
  AND lease_token = current_setting('dagwright.lease_token')::bigint;
