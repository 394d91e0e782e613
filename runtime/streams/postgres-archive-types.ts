// Which objects of an archive may be restored without being asked for: those that bring no code of their own. Views, defaults and checks can call
// functions, so it is the functions that are refused, and what runs, loads or reaches something: triggers, rules, languages, servers.
// Source: the descriptions in pg_dump.c, releases 9.0 to 18.

/** Never run: pg_restore leaves them out without `--create`, and because of `--no-acl`. */
export const leftOutTypes = ["DATABASE", "DATABASE PROPERTIES", "ACL", "DEFAULT ACL"] as const;

/** What an archive may hold by default. */
export const harmlessTypes = [
  // Settings of the restoring session: encoding, strings, search path.
  "ENCODING",
  "STDSTRINGS",
  "SEARCHPATH",
  "SCHEMA",
  "TABLE",
  "TABLE ATTACH",
  "TABLE DATA",
  "SEQUENCE",
  "SEQUENCE OWNED BY",
  "SEQUENCE SET",
  "INDEX",
  "INDEX ATTACH",
  "CONSTRAINT",
  "CHECK CONSTRAINT",
  "FK CONSTRAINT",
  "DEFAULT",
  // Enums, composites, ranges; a base type is of C functions, and those are refused.
  "TYPE",
  "SHELL TYPE",
  "DOMAIN",
  "VIEW",
  "MATERIALIZED VIEW",
  "MATERIALIZED VIEW DATA",
  "COLLATION",
  "STATISTICS",
  "STATISTICS DATA",
  "COMMENT",
  // Takes rights away only; the policies that give some are refused.
  "ROW SECURITY",
  // Of templates that the server has; templates and parsers are C code.
  "TEXT SEARCH CONFIGURATION",
  "TEXT SEARCH DICTIONARY",
  "BLOB",
  "BLOBS",
  "BLOB METADATA",
  ...leftOutTypes,
] as const;

/** What the author may allow: code, what makes it run, and what reaches other places. */
export const allowableTypes = [
  "ACCESS METHOD",
  "AGGREGATE",
  "BLOB COMMENTS",
  "CAST",
  "CONVERSION",
  "EVENT TRIGGER",
  "EXTENSION",
  "FOREIGN DATA WRAPPER",
  "FOREIGN TABLE",
  "FUNCTION",
  "OPERATOR",
  "OPERATOR CLASS",
  "OPERATOR FAMILY",
  "POLICY",
  "PROCEDURAL LANGUAGE",
  "PROCEDURE",
  "PUBLICATION",
  "PUBLICATION TABLE",
  "PUBLICATION TABLES IN SCHEMA",
  "RULE",
  "SECURITY LABEL",
  "SERVER",
  "SUBSCRIPTION",
  "SUBSCRIPTION TABLE",
  "TEXT SEARCH PARSER",
  "TEXT SEARCH TEMPLATE",
  "TRANSFORM",
  "TRIGGER",
  "USER MAPPING",
] as const;

export type AllowableType = (typeof allowableTypes)[number];

/** Of what the author allows, that which is code of the archive's own: its effects cannot be judged any more. */
export const codeTypes: readonly string[] = ["FUNCTION", "PROCEDURE", "PROCEDURAL LANGUAGE", "EXTENSION"];

/** With data of its own in the archive: anything else with data would have them run as SQL. */
export const dataTypes: readonly string[] = ["TABLE DATA", "BLOBS", "BLOB COMMENTS"];
