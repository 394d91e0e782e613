INSERT INTO pagila_support.pagila_load_audit (run_id, lease_token)
VALUES (current_setting('dagwright.run_id'), current_setting('dagwright.lease_token')::bigint);
