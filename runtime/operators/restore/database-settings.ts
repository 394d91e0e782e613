// What belongs to a database and not to its content: settings (also of roles in it), grants, comment, connection limit. Dumps do not hold it without
// --create, so it is carried from the old database to the one that takes its place; what this login may not carry is named.

import type { PostgresSession } from "../../connections/postgres.ts";
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

/** Each element is a name of its own; as one text they would be one name. Source: variable_is_guc_list_quote in dumputils.c. */
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
  return rows.map(({ role, setting }): Carrying => {
    const end = setting.indexOf("=");
    const [name, value] = [setting.slice(0, end), setting.slice(end + 1)];
    // Not as it is: who may set it may have any text in it (`SET … FROM CURRENT`).
    const values = lists.includes(name) ? splitList(value) : [value];
    const shown = values.map((element) => session.escapeLiteral(element)).join(", ");
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

/** As the server splits lists of names: quoted ones may hold anything, others are folded. What is no list is one text. */
function splitList(value: string): string[] {
  const elements = value.match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? [];
  if (value === "" || elements.join(",") !== value) return [value];
  return elements.map((element) => {
    const text = element.trim();
    return /^"(?:[^"]|"")*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();
  });
}

/** Null is the default, which has some for PUBLIC; the fresh one has none. */
async function grantsOf(session: PostgresSession, from: DatabaseRow, to: string): Promise<Carrying[]> {
  const { rows } = await session.query<{ grantee: string | null; privilege: string; grantable: boolean }>(
    `SELECT CASE a.grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(a.grantee) END AS grantee,
            a.privilege_type AS privilege, a.is_grantable AS grantable
       FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a WHERE d.oid = $1`,
    [from.oid],
  );
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
    ...(from.datconnlimit >= 0 ? [change("the connection limit", `CONNECTION LIMIT ${from.datconnlimit}`)] : []),
    ...(from.datistemplate ? [change("that it is a template", "IS_TEMPLATE true")] : []),
  ];
}
