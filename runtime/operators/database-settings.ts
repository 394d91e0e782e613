// What belongs to a database and not to its content: settings (also of roles in it), grants, comment, connection limit. Dumps do not hold it without
// --create, so it is carried from the old database to the one that takes its place; what this login may not carry is named.

import type { PostgresSession } from "../connections/postgres.ts";
import type { DatabaseRow } from "./fresh-database.ts";

/** Copies them; what could not be copied, in words. */
export async function carryOver(session: PostgresSession, from: DatabaseRow, to: string): Promise<string[]> {
  const statements = [
    ...(await settingsOf(session, from, to)),
    ...(await grantsOf(session, from, to)),
    ...(await commentOf(session, from, to)),
    ...limitsOf(session, from, to),
  ];
  const lost: string[] = [];
  for (const { text, what } of statements) {
    await session.query(text).catch((error: Error) => lost.push(`${what}: ${error.message}`));
  }
  return lost;
}

interface Carrying {
  readonly text: string;
  /** For the log, when it fails. */
  readonly what: string;
}

/** The server keeps these as lists, already quoted. Source: variable_is_guc_list_quote in dumputils.c. */
const lists = [
  "local_preload_libraries",
  "search_path",
  "session_preload_libraries",
  "shared_preload_libraries",
  "temp_tablespaces",
  "unix_socket_directories",
];

async function settingsOf(session: PostgresSession, from: DatabaseRow, to: string): Promise<Carrying[]> {
  const { rows } = await session.query<{ role: string | null; setting: string }>(
    `SELECT (SELECT rolname FROM pg_roles r WHERE r.oid = s.setrole) AS role, unnest(s.setconfig) AS setting
       FROM pg_db_role_setting s WHERE s.setdatabase = $1 ORDER BY s.setrole`,
    [from.oid],
  );
  return rows.map(({ role, setting }) => {
    const end = setting.indexOf("=");
    const [name, value] = [setting.slice(0, end), setting.slice(end + 1)];
    const shown = lists.includes(name) && value !== "" ? value : session.escapeLiteral(value);
    const database = session.escapeIdentifier(to);
    const whose =
      role === null ? `DATABASE ${database}` : `ROLE ${session.escapeIdentifier(role)} IN DATABASE ${database}`;
    const parameter = name
      .split(".")
      .map((part) => session.escapeIdentifier(part))
      .join(".");
    const what = `the setting ${name}${role === null ? "" : ` of ${role}`}`;
    return { what, text: `ALTER ${whose} SET ${parameter} TO ${shown}` };
  });
}

/** Null is the default, which the fresh one has by itself. */
async function grantsOf(session: PostgresSession, from: DatabaseRow, to: string): Promise<Carrying[]> {
  const { rows } = await session.query<{ grantee: string | null; privilege: string; grantable: boolean }>(
    `SELECT CASE a.grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(a.grantee) END AS grantee,
            a.privilege_type AS privilege, a.is_grantable AS grantable
       FROM pg_database d, aclexplode(d.datacl) a WHERE d.oid = $1`,
    [from.oid],
  );
  const { rows: isSet } = await session.query("SELECT 1 FROM pg_database WHERE oid = $1 AND datacl IS NOT NULL", [
    from.oid,
  ]);
  if (isSet.length === 0) return [];
  const database = session.escapeIdentifier(to);
  return [
    { what: "the grants of PUBLIC", text: `REVOKE ALL ON DATABASE ${database} FROM PUBLIC` },
    ...rows.map(({ grantee, privilege, grantable }) => {
      const whom = grantee === null ? "PUBLIC" : session.escapeIdentifier(grantee);
      const text = `GRANT ${privilege} ON DATABASE ${database} TO ${whom}${grantable ? " WITH GRANT OPTION" : ""}`;
      return { what: `the grant of ${privilege} to ${grantee ?? "PUBLIC"}`, text };
    }),
  ];
}

async function commentOf(session: PostgresSession, from: DatabaseRow, to: string): Promise<Carrying[]> {
  const { rows } = await session.query<{ text: string | null }>("SELECT shobj_description($1, 'pg_database') AS text", [
    from.oid,
  ]);
  const text = rows[0]?.text;
  if (!text) return [];
  return [
    {
      what: "the comment",
      text: `COMMENT ON DATABASE ${session.escapeIdentifier(to)} IS ${session.escapeLiteral(text)}`,
    },
  ];
}

function limitsOf(session: PostgresSession, from: DatabaseRow, to: string): Carrying[] {
  const change = (what: string, option: string) => ({
    what,
    text: `ALTER DATABASE ${session.escapeIdentifier(to)} ${option}`,
  });
  return [
    ...(from.datconnlimit > 0 ? [change("the connection limit", `CONNECTION LIMIT ${from.datconnlimit}`)] : []),
    ...(from.datistemplate ? [change("that it is a template", "IS_TEMPLATE true")] : []),
  ];
}
