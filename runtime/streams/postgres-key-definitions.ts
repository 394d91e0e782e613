// Foreign keys between tables as statements that drop them and add them again, and with all that the catalog says about each: so that
// one can tell whether a key that was added again is the key that was there.

import type { PostgresSession } from "../connections/postgres.ts";
import { withEmptySearchPath } from "./postgres-catalog.ts";

export interface KeyDefinition {
  /** With its schema: the table, or the one partition of it, that the constraint is on. */
  readonly relation: string;
  /** As SQL writes it. */
  readonly constraint: string;
  readonly drop: string;
  /** The constraint, then its comment if it has one. */
  readonly add: readonly string[];
  /** Why it has to stay, as far as the catalog tells. */
  readonly obstacle: string | null;
  /** It, its parts in partitions, their comments and triggers, as the catalog has them; without what is new for each new object. */
  readonly state: string;
}

/**
 * Those whose both ends are among the tables or their partitions and that are checked for each row, in the order of their making. What
 * partitions inherit is part of their parent's. None in a session whose `session_replication_role` leaves keys unchecked.
 *
 * One that is NOT VALID is checked for new rows, which adding it again as NOT VALID would not do.
 */
export function readKeyDefinitions(session: PostgresSession, tables: readonly string[]): Promise<KeyDefinition[]> {
  return withEmptySearchPath(session, async () => (await session.query<KeyDefinition>(statement, [tables])).rows);
}

const relation = "format('%I.%I', n.nspname, r.relname)";
const alterTable = `format('ALTER TABLE %s%s', CASE WHEN r.relkind = 'p' THEN '' ELSE 'ONLY ' END, ${relation})`;

/** `conenforced` exists from PostgreSQL 18. A partitioned table's own key must be altered without ONLY. */
const statement = `
  WITH RECURSIVE tables AS (SELECT to_regclass(name)::oid AS oid FROM unnest($1::text[]) AS t (name)),
  family AS (
    SELECT k.oid AS root, k.oid FROM pg_constraint k
     WHERE k.contype = 'f' AND k.conparentid = 0
       AND coalesce(pg_partition_root(k.conrelid), k.conrelid) IN (SELECT oid FROM tables)
       AND coalesce(pg_partition_root(k.confrelid), k.confrelid) IN (SELECT oid FROM tables)
       AND coalesce(to_jsonb(k) ->> 'conenforced', 'true')::boolean
       AND current_setting('session_replication_role') <> 'replica'
    UNION ALL
    SELECT f.root, k.oid FROM family f JOIN pg_constraint k ON k.conparentid = f.oid),
  states AS (
    SELECT f.root, jsonb_agg(to_jsonb(k) - '{oid,conparentid}'::text[] || jsonb_build_object(
             'comment', obj_description(k.oid, 'pg_constraint'),
             'triggers', (SELECT jsonb_agg(to_jsonb(t) - '{oid,tgname,tgparentid,tgconstraint}'::text[]
                                           ORDER BY t.tgrelid, t.tgfoid, t.tgtype)
                            FROM pg_trigger t WHERE t.tgconstraint = k.oid))
             ORDER BY k.conrelid, k.confrelid, k.conname)::text AS state
      FROM family f JOIN pg_constraint k ON k.oid = f.oid GROUP BY f.root)
  SELECT ${relation} AS relation, quote_ident(k.conname) AS constraint,
         format('%s DROP CONSTRAINT %I', ${alterTable}, k.conname) AS drop,
         array_remove(ARRAY[
           format('%s ADD CONSTRAINT %I %s', ${alterTable}, k.conname, pg_get_constraintdef(k.oid)),
           'COMMENT ON CONSTRAINT ' || quote_ident(k.conname) || ' ON ' || ${relation} || ' IS '
             || quote_literal(obj_description(k.oid, 'pg_constraint'))], NULL) AS add,
         CASE WHEN NOT k.convalidated THEN 'NOT VALID'
              WHEN NOT (pg_has_role(r.relowner, 'USAGE') AND (
                          has_table_privilege(k.confrelid, 'REFERENCES')
                          OR NOT EXISTS (SELECT FROM unnest(k.confkey) AS c (number)
                                          WHERE NOT has_column_privilege(k.confrelid, c.number, 'REFERENCES'))))
              THEN 'not the login''s to drop and add' END AS obstacle,
         s.state
    FROM states s JOIN pg_constraint k ON k.oid = s.root
    JOIN pg_class r ON r.oid = k.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
   ORDER BY k.oid`;
