// The sample's schema.sql, in the words and order of pg_dump: pre-data (types, functions, tables, sequences, views), then keys, indexes,
// triggers and foreign keys. All constraints are in this file, so data.sql must come in dependency order, as in Pagila.

import { foreignKeys, indexes, views } from "./sample-pagila-constraints.ts";
import { partitions, type SampleTable, tables } from "./sample-pagila-tables.ts";

export function sampleSchema(): string {
  const entries = [
    entry("public", "SCHEMA", "ALTER SCHEMA public OWNER TO postgres;", "-"),
    ...types,
    ...functions,
    ...tables.flatMap(tableEntries),
    ...partitions.map(partitionEntry),
    ...views.map(({ name, kind, query }) =>
      entry(name, kind, `CREATE ${kind} public.${name} AS\n${query};\n\n\n${owner(`TABLE public.${name}`)}`),
    ),
    ...partitions.map(({ name, from, to }) =>
      entry(
        name,
        "TABLE ATTACH",
        `ALTER TABLE ONLY public.payment ATTACH PARTITION public.${name} FOR VALUES FROM ('${from}') TO ('${to}');`,
      ),
    ),
    ...tables.filter(({ key }) => key !== null).map(keyEntry),
    ...indexes.map(({ name, definition }) => entry(name, "INDEX", `${definition};`)),
    entry("film film_fulltext_trigger", "TRIGGER", fulltextTrigger),
    ...tables.filter(({ columns }) => columns.some((column) => column.startsWith("last_update "))).map(triggerEntry),
    ...foreignKeys.map(foreignKeyEntry),
    entry(
      "SCHEMA public",
      "ACL",
      "REVOKE USAGE ON SCHEMA public FROM PUBLIC;\nGRANT ALL ON SCHEMA public TO PUBLIC;",
      "-",
    ),
  ];
  return entries.join("\n\n");
}

function entry(name: string, type: string, body: string, schema = "public"): string {
  return `--\n-- Name: ${name}; Type: ${type}; Schema: ${schema}; Owner: postgres\n--\n\n${body}\n`;
}

function owner(object: string): string {
  return `ALTER ${object} OWNER TO postgres;`;
}

const types = [
  // A name that is not ASCII: what copies it must quote it and keep its bytes.
  entry(
    "stückzahl",
    "DOMAIN",
    `CREATE DOMAIN public."stückzahl" AS integer\n\tCONSTRAINT "stückzahl_check" CHECK ((VALUE >= 0));\n\n\n${owner('DOMAIN public."stückzahl"')}`,
  ),
  entry(
    "mpaa_rating",
    "TYPE",
    `CREATE TYPE public.mpaa_rating AS ENUM (\n    'G',\n    'PG',\n    'PG-13',\n    'R',\n    'NC-17'\n);\n\n\n${owner("TYPE public.mpaa_rating")}`,
  ),
  entry(
    "year",
    "DOMAIN",
    `CREATE DOMAIN public.year AS integer\n\tCONSTRAINT year_check CHECK (((VALUE >= 1901) AND (VALUE <= 2155)));\n\n\n${owner("DOMAIN public.year")}`,
  ),
];

const functions = [
  entry(
    "set_last_update()",
    "FUNCTION",
    `CREATE FUNCTION public.set_last_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
-- A loader that looks for lines would stumble here:
-- COPY public.actor (actor_id) FROM stdin;
BEGIN
  NEW.last_update := now();
  RETURN NEW;
END;
$$;


${owner("FUNCTION public.set_last_update()")}`,
  ),
  entry(
    "open_rentals(integer)",
    "FUNCTION",
    `CREATE FUNCTION public.open_rentals(p_customer_id integer) RETURNS bigint
    LANGUAGE sql STABLE
    AS $_$
  SELECT count(*) FROM public.rental WHERE customer_id = $1 AND return_date IS NULL;
$_$;


${owner("FUNCTION public.open_rentals(p_customer_id integer)")}`,
  ),
  entry(
    "films_of_length(integer)",
    "FUNCTION",
    `CREATE FUNCTION public.films_of_length(p_minutes integer) RETURNS text
    LANGUAGE sql IMMUTABLE
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN (p_minutes < 60) THEN 'short; under an hour'::text
             ELSE 'long'::text
         END AS "case";
END;


${owner("FUNCTION public.films_of_length(p_minutes integer)")}`,
  ),
];

function tableEntries({ name, columns, suffix, sequence }: SampleTable): string[] {
  const body = `CREATE TABLE public.${name} (\n    ${columns.join(",\n    ")}\n)${suffix ?? ""};`;
  const table = entry(name, "TABLE", `${body}\n\n\n${owner(`TABLE public.${name}`)}`);
  if (sequence === null) return [table];
  const full = `public.${name}_${sequence}_seq`;
  const create = `CREATE SEQUENCE ${full}
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


${owner(`SEQUENCE ${full}`)}`;
  const short = full.slice("public.".length);
  return [
    table,
    entry(short, "SEQUENCE", create),
    entry(short, "SEQUENCE OWNED BY", `ALTER SEQUENCE ${full} OWNED BY public.${name}.${sequence};`),
    entry(
      `${name} ${sequence}`,
      "DEFAULT",
      `ALTER TABLE ONLY public.${name} ALTER COLUMN ${sequence} SET DEFAULT nextval('${full}'::regclass);`,
    ),
  ];
}

function partitionEntry({ name }: (typeof partitions)[number]): string {
  const { columns } = tables.find((table) => table.name === "payment")!;
  const own = columns.map((column) =>
    column.startsWith("payment_id ")
      ? "payment_id integer DEFAULT nextval('public.payment_payment_id_seq'::regclass) NOT NULL"
      : column,
  );
  const body = `CREATE TABLE public.${name} (\n    ${own.join(",\n    ")}\n);\n\n\n${owner(`TABLE public.${name}`)}`;
  return entry(name, "TABLE", body);
}

function keyEntry({ name, key }: SampleTable): string {
  const body = `ALTER TABLE ONLY public.${name}\n    ADD CONSTRAINT ${name}_pkey PRIMARY KEY (${key});`;
  return entry(`${name} ${name}_pkey`, "CONSTRAINT", body);
}

const fulltextTrigger =
  "CREATE TRIGGER film_fulltext_trigger BEFORE INSERT OR UPDATE ON public.film FOR EACH ROW " +
  "EXECUTE FUNCTION tsvector_update_trigger('fulltext', 'pg_catalog.english', 'title', 'description');";

function triggerEntry({ name }: SampleTable): string {
  const body = `CREATE TRIGGER set_last_update BEFORE UPDATE ON public.${name} FOR EACH ROW EXECUTE FUNCTION public.set_last_update();`;
  return entry(`${name} set_last_update`, "TRIGGER", body);
}

function foreignKeyEntry([table, column, target]: (typeof foreignKeys)[number]): string {
  const [targetTable, targetColumn] = target.split(".");
  const name = `${table}_${column}_fkey`;
  const body = `ALTER TABLE ONLY public.${table}
    ADD CONSTRAINT ${name} FOREIGN KEY (${column}) REFERENCES public.${targetTable}(${targetColumn}) ON UPDATE CASCADE ON DELETE RESTRICT;`;
  return entry(`${table} ${name}`, "FK CONSTRAINT", body);
}
