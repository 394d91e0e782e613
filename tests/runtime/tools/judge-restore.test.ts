import { expect, test } from "vitest";
import { judgeRestore } from "../../../runtime/tools/judge-restore.ts";
import { createRestoreListener } from "../../../runtime/tools/pg-restore-report.ts";

const dropOfNothing = [
  "pg_restore: from TOC entry 215; 1259 16385 TABLE actor postgres",
  'pg_restore: error: could not execute query: ERROR:  relation "public.actor" does not exist',
  "Command was: DROP TABLE public.actor;",
];
const dropOfConstraint = [
  'pg_restore: error: could not execute query: ERROR:  relation "public.actor" does not exist',
  "Command was: ALTER TABLE ONLY public.actor DROP CONSTRAINT actor_pkey;",
];
const dropOfSchema = [
  'pg_restore: error: could not execute query: ERROR:  schema "sales" does not exist',
  "Command was: DROP SCHEMA sales;",
];
const createRefused = [
  'pg_restore: error: could not execute query: ERROR:  type "citext" does not exist',
  "LINE 2:     name citext",
  "                 ^",
  "Command was: CREATE TABLE public.t (",
  "    name citext",
  ");",
];
const dropRefused = [
  "pg_restore: error: could not execute query: ERROR:  cannot drop table a because other objects depend on it",
  "DETAIL:  view v depends on table a",
  "HINT:  Use DROP ... CASCADE to drop the dependent objects too.",
  "Command was: DROP TABLE public.a;",
];
const copyFailed = [
  'pg_restore: error: COPY failed for table "notes": ERROR:  invalid input syntax for type integer: "x"',
  'CONTEXT:  COPY notes, line 1, column id: "x"',
];
const unknownSetting = [
  'pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"',
  "Command was: SET transaction_timeout = 0;",
];
const ignored = (count: number) => [`pg_restore: warning: errors ignored on restore: ${count}`];

type Row = readonly [string, number | NodeJS.Signals, readonly string[], "fresh" | "in_place", string | null];

test.each<Row>([
  ["success", 0, ["pg_restore: connecting to database for restore"], "fresh", null],
  ["success, but errors", 0, createRefused, "fresh", "pg_restore reported errors and success"],
  [
    "drops of nothing, in place",
    1,
    [...dropOfNothing, ...dropOfConstraint, ...dropOfSchema, ...ignored(3)],
    "in_place",
    null,
  ],
  [
    "drops of nothing, where --if-exists was given",
    1,
    [...dropOfNothing, ...ignored(1)],
    "fresh",
    "the restore had errors",
  ],
  ["a setting of a newer release", 1, [...unknownSetting, ...ignored(1)], "fresh", null],
  [
    "a setting, and a real error",
    1,
    [...unknownSetting, ...createRefused, ...ignored(2)],
    "fresh",
    "the restore had errors",
  ],
  [
    "a create that was refused",
    1,
    [...dropOfNothing, ...createRefused, ...ignored(2)],
    "in_place",
    "the restore had errors",
  ],
  ["a drop that was refused", 1, [...dropRefused, ...ignored(1)], "in_place", "the restore had errors"],
  [
    "data that were refused",
    1,
    [...copyFailed, ...ignored(1)],
    "fresh",
    "the archive is damaged or cut off, or does not fit the server",
  ],
  ["more errors than were understood", 1, [...dropOfNothing, ...ignored(2)], "in_place", "pg_restore failed"],
  ["an end before the last line", 1, dropOfNothing, "in_place", "pg_restore failed"],
  [
    "an archive that is cut",
    1,
    ["pg_restore: error: could not read from input file: end of file"],
    "fresh",
    "the archive is damaged or cut off, or does not fit the server",
  ],
  [
    "a login that is refused",
    1,
    [
      'pg_restore: error: connection to server at "::1", port 5432 failed: FATAL:  password authentication failed for user "u"',
    ],
    "fresh",
    "PostgreSQL refuses the login",
  ],
  [
    "a login that is refused at the second address",
    1,
    [
      'pg_restore: error: connection to server at "db" (::1), port 5432 failed: Connection refused',
      "\tIs the server running on that host and accepting TCP/IP connections?",
      'connection to server at "db" (127.0.0.1), port 5432 failed: FATAL:  password authentication failed for user "u"',
    ],
    "fresh",
    "PostgreSQL refuses the login",
  ],
  [
    "a server that went away",
    1,
    ["pg_restore: error: could not execute query: server closed the connection unexpectedly"],
    "fresh",
    "the connection to PostgreSQL was cut",
  ],
  [
    "a disk that is full",
    1,
    ['pg_restore: error: COPY failed for table "a": ERROR:  could not extend file "base/1/2": No space left on device'],
    "fresh",
    "the server's disk is full",
  ],
  [
    "a tool without TLS",
    1,
    ['pg_restore: error: sslmode value "require" invalid when SSL support is not compiled in'],
    "fresh",
    "this pg_restore was built without TLS, which the connection needs",
  ],
  ["killed", "SIGKILL", [], "fresh", "pg_restore was killed"],
  ["not executable", 126, [], "fresh", "pg_restore cannot run"],
  ["a wrapper without its program", 127, [], "fresh", "pg_restore cannot run"],
  ["another code", 3, [], "fresh", "pg_restore failed"],
])("%s", (_, end, lines, mode, what) => {
  const listener = createRestoreListener(mode);
  for (const line of lines) listener.take(line);
  const ended = typeof end === "number" ? { code: end, killedBy: null } : { code: null, killedBy: end };
  const { trouble } = judgeRestore(ended, listener.report());
  expect(trouble?.what ?? null).toBe(what);
});

test("more drops of nothing than are kept are all counted, and one error among them is found", () => {
  const many = 1_500;
  const drops = Array.from({ length: many }, () => dropOfNothing).flat();
  const judge = (lines: readonly string[]) => {
    const listener = createRestoreListener("in_place");
    for (const line of lines) listener.take(line);
    return judgeRestore({ code: 1, killedBy: null }, listener.report());
  };
  expect(judge([...drops, ...ignored(many)])).toEqual({ trouble: undefined, harmless: many });
  const refused = judge([...drops, ...createRefused, ...ignored(many + 1)]);
  expect(refused.trouble).toMatchObject({ what: "the restore had errors", found: expect.stringMatching(/^1 error: /) });
  const all = Array.from({ length: many }, () => createRefused).flat();
  expect(judge([...all, ...ignored(many)]).trouble!.found).toMatch(/^1,500 errors: .*; …$/);
});

test("what was harmless is counted, what was not is shown with its object", () => {
  const listener = createRestoreListener("in_place");
  for (const line of [
    ...dropOfNothing,
    "pg_restore: from TOC entry 216; 1259 1 TABLE t postgres",
    ...createRefused,
    ...ignored(2),
  ])
    listener.take(line);
  const { harmless, trouble } = judgeRestore({ code: 1, killedBy: null }, listener.report());
  expect(harmless).toBe(1);
  expect(trouble!.found).toMatch(
    /^1 error: could not execute query: ERROR: {2}type "citext" does not exist .*\(at 216; 1259 1 TABLE t postgres\)$/,
  );
});

test.each([
  ['CONTEXT:  COPY notes, line 1, column id: "secret"', "CONTEXT:  COPY notes, line 1, column id"],
  ['CONTEXT:  COPY notes, line 12: "1	secret"', "CONTEXT:  COPY notes, line 12"],
  ["DETAIL:  Key (email)=(secret) already exists.", "DETAIL:  Key (email)=(…) already exists."],
  ["DETAIL:  Failing row contains (1, secret).", "DETAIL:  Failing row contains (…)"],
  ['CONTEXT:  JSON data, line 1: {"a": "secret', "CONTEXT:  JSON data, line 1"],
  ['COPY notes, line 1, column body: "secret"', "COPY notes, line 1, column body"],
  [
    "DETAIL:  Partition key of the failing row contains (at) = (secret).",
    "DETAIL:  Partition key of the failing row contains (at)=(…)",
  ],
  ['DETAIL:  Token "secret" is invalid.', "DETAIL:  …"],
  ["DETAIL:  Failing row contains (1, secret depends on it).", "DETAIL:  Failing row contains (…)"],
  ["DETAIL:  Key (a)=(x) already exists. secret) already exists.", "DETAIL:  Key (a)=(…) already exists."],
  ['DETAIL:  Key (a)=(secret) is not present in table "b".', 'DETAIL:  Key (a)=(…) is not present in table "b".'],
  ["DETAIL:  view v depends on table a", "DETAIL:  view v depends on table a"],
  [
    'pg_restore: error: could not execute query: ERROR:  invalid input syntax for type integer: "secret"',
    'pg_restore: error: could not execute query: ERROR:  invalid input syntax for type integer: "…"',
  ],
  ["secret, the second line of a value).", "…"],
  [
    'pg_restore: error: COPY failed for table "a": ERROR:  value "secret" is out of range for type integer',
    'pg_restore: error: COPY failed for table "a": ERROR:  value "…" is out of range for type integer',
  ],
  [
    'pg_restore: error: COPY failed for table "a": ERROR:  new row for relation "a" violates check constraint "c"',
    'pg_restore: error: COPY failed for table "a": ERROR:  new row for relation "a" violates check constraint "c"',
  ],
  [
    'pg_restore: error: COPY failed for table "a": ERROR:  invalid input syntax for type integer: "secret"',
    'pg_restore: error: COPY failed for table "a": ERROR:  invalid input syntax for type integer: "…"',
  ],
])("values of rows are taken out: %s", (line, shown) => {
  const listener = createRestoreListener("in_place");
  listener.take('pg_restore: error: COPY failed for table "a": ERROR:  something');
  expect(listener.take(line).shown).toBe(shown);
  expect(JSON.stringify(listener.report())).not.toContain("secret");
});

test.each(["USER MAPPING - USER MAPPING app SERVER s", "SUBSCRIPTION - sub postgres"])(
  "statements with passwords are taken out: %s",
  (entry) => {
    const listener = createRestoreListener("fresh");
    listener.take(`pg_restore: from TOC entry 9; 1418 16385 ${entry}`);
    listener.take("pg_restore: error: could not execute query: ERROR:  permission denied");
    const shown = [
      "LINE 1: … password 'secret'",
      "Command was: CREATE USER MAPPING FOR app OPTIONS (",
      "    password 'secret'",
      ");",
    ];
    expect(shown.map((line) => listener.take(line).shown)).toEqual(["…", "Command was: …", "…", "…"]);
    expect(JSON.stringify(listener.report())).not.toContain("secret");
    listener.take("pg_restore: from TOC entry 10; 1259 16385 TABLE public t postgres");
    listener.take("pg_restore: error: could not execute query: ERROR:  permission denied");
    expect(listener.take("Command was: CREATE TABLE t ();").shown).toBe("Command was: CREATE TABLE t ();");
  },
);

test("the object that the tool is at", () => {
  const listener = createRestoreListener("in_place");
  expect(listener.current()).toBeUndefined();
  listener.take('pg_restore: creating TABLE "public.odd ""name"');
  expect(listener.current()).toBe('public.odd ""name');
  listener.take('pg_restore: processing data for table "public.actor"');
  expect(listener.current()).toBe("public.actor");
  expect(listener.take("pg_restore: warning: something").kind).toBe("warning");
});
