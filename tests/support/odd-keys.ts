// Foreign keys of every kind between tables that refer to one another, and rows that keep them. `version` is that of the server.

export function oddKeys(version: 16 | 18): string {
  return `
CREATE SCHEMA "Odd.Schema";
CREATE TABLE "Odd.Schema"."Pär""ent" (id integer PRIMARY KEY, a integer, "B b" text, UNIQUE (a, "B b"));
CREATE TABLE child (
  id integer PRIMARY KEY, parent integer, a integer, "B b" text,
  CONSTRAINT "Odd ""key"".name" FOREIGN KEY (parent) REFERENCES "Odd.Schema"."Pär""ent" ON DELETE CASCADE ON UPDATE SET NULL,
  CONSTRAINT full_match FOREIGN KEY (a, "B b") REFERENCES "Odd.Schema"."Pär""ent" (a, "B b") MATCH FULL DEFERRABLE,
  CONSTRAINT some_columns FOREIGN KEY (a, "B b") REFERENCES "Odd.Schema"."Pär""ent" (a, "B b")
    ON DELETE SET NULL ("B b") ON UPDATE RESTRICT DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT defaults FOREIGN KEY (parent) REFERENCES "Odd.Schema"."Pär""ent" ON DELETE SET DEFAULT (parent));
COMMENT ON CONSTRAINT "Odd ""key"".name" ON child IS 'it''s a \\ comment';

-- The definition of a key names no index: it would find the older one.
CREATE TABLE twice (id integer NOT NULL);
CREATE UNIQUE INDEX older ON twice (id);
ALTER TABLE twice ADD PRIMARY KEY (id);
CREATE TABLE to_twice (id integer CONSTRAINT by_primary_key REFERENCES twice);

CREATE TABLE self (id integer PRIMARY KEY, up integer CONSTRAINT upwards REFERENCES self);
CREATE TABLE parts (id integer, up integer, PRIMARY KEY (id), CONSTRAINT parts_up FOREIGN KEY (up) REFERENCES parts) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
CREATE TABLE parts_rest PARTITION OF parts DEFAULT PARTITION BY LIST (id);
CREATE TABLE parts_rest_rest PARTITION OF parts_rest DEFAULT;
CREATE TABLE to_parts (part integer CONSTRAINT to_parts_part REFERENCES parts ON DELETE CASCADE);
CREATE TABLE from_parts (id integer, parent integer, CONSTRAINT from_parts_parent FOREIGN KEY (parent) REFERENCES self) PARTITION BY LIST (id);
CREATE TABLE from_parts_1 PARTITION OF from_parts FOR VALUES IN (1);
CREATE TABLE from_parts_rest PARTITION OF from_parts DEFAULT;
ALTER TABLE from_parts_1 ADD CONSTRAINT of_one_partition FOREIGN KEY (id) REFERENCES self;

ALTER TABLE child ADD CONSTRAINT not_valid FOREIGN KEY (id) REFERENCES self NOT VALID;
COMMENT ON CONSTRAINT not_valid ON child IS 'later';
${version < 18 ? "" : "ALTER TABLE child ADD CONSTRAINT unenforced FOREIGN KEY (id) REFERENCES parts NOT ENFORCED;"}
ALTER TABLE child ADD CONSTRAINT switched_off FOREIGN KEY (parent) REFERENCES self;
DO $$ DECLARE name text; BEGIN
  SELECT quote_ident(tgname) INTO name FROM pg_trigger t JOIN pg_constraint c ON c.oid = tgconstraint
   WHERE conname = 'switched_off' AND tgrelid = 'child'::regclass ORDER BY tgname LIMIT 1;
  EXECUTE 'ALTER TABLE child DISABLE TRIGGER ' || name; END $$;

CREATE TABLE joined (id integer, parent integer) PARTITION BY LIST (id);
CREATE TABLE joined_1 (id integer, parent integer, CONSTRAINT own_name FOREIGN KEY (parent) REFERENCES self);
ALTER TABLE joined ADD CONSTRAINT joined_parent FOREIGN KEY (parent) REFERENCES self;
ALTER TABLE joined ATTACH PARTITION joined_1 DEFAULT;

INSERT INTO "Odd.Schema"."Pär""ent" VALUES (1, 1, 'x'), (2, 2, 'y');
INSERT INTO twice VALUES (1); INSERT INTO to_twice VALUES (1);
INSERT INTO self SELECT n, n % 3 + 1 FROM generate_series(1, 30) n;
INSERT INTO child VALUES (1, 1, 1, 'x'), (2, 2, NULL, NULL), (3, NULL, 2, 'y');
INSERT INTO parts SELECT n, n % 3 + 1 FROM generate_series(1, 30) n;
INSERT INTO to_parts SELECT generate_series(1, 30);
INSERT INTO from_parts SELECT n, n FROM generate_series(1, 3) n;
INSERT INTO joined VALUES (1, 1);
`;
}
