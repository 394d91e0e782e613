// Everything that has broken a loader of dumps, in one file that is right: what looks like a COPY, a semicolon or a terminator and is none.

export const nastyDump = `\uFEFF--
-- PostgreSQL database dump
--

\\restrict aB3
SET standard_conforming_strings = on;
/* a comment; /* nested; */ COPY t FROM stdin; */
SELECT 'it''s; -- not a comment', "odd;""name", E'a\\';b', e'c\\\\', U&'d\\', N'e\\';
SELECT E'first'
  -- goes on
  'second\\';still inside';
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $_$
COPY public.t (a) FROM stdin;
\\.
$__$ $_ $$; $_$;
CREATE FUNCTION g($1$ int) AS $é1$ ; $é$ ; $é1$;
CREATE OR REPLACE FUNCTION h(integer DEFAULT (1)) RETURNS int
 BEGIN ATOMIC
  SELECT CASE WHEN $1 > 0 THEN 1; ELSE CASE $1 WHEN 2 THEN 3 END END;
  SELECT (CASE WHEN true THEN 1 END);
 END;
CREATE PROCEDURE public.begin() LANGUAGE sql AS 'SELECT 1';
CREATE RULE r AS ON INSERT TO t DO (DELETE FROM u; DELETE FROM v);
SELECT a$b$c, 1-1, 4/2, 3 - -1, 2 */* x */3, 5--;
;
;;
COPY public."from stdin" ("copy;", b) FROM '/dev/null';
copy
  public."T"";x" /* why */ (a, "stdin")
  fRoM -- here
  sTdIn WITH (FORMAT text);\t
1\tone\\\\.
\\.x
x\\.
\\N\t
\\\\.
\\.
COPY empty FROM STDIN;
\\.
COPY crlf FROM STDIN;\r
1\r
\\.\r
SET standard_conforming_strings = off;
SELECT 'now a \\' is inside;';
- SELECT 1;
/ SELECT 2;
COPY last (a) FROM stdin;
no \\. here
\\.

--
-- PostgreSQL database dump complete
--

\\unrestrict aB3`;
