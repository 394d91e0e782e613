// What a statement of an archive calls, as far as it can be told from its text: functions that every server has and that reach beyond the
// database. When in doubt, it does: a name in a string counts as well.

/** Of the server, or of its contrib modules: they read or write files, other servers, other sessions, or run SQL that is given as text. */
const reaching = [
  "lo_(?:import|export)",
  "pg_read_(?:binary_)?file",
  "pg_ls_\\w+",
  "pg_stat_file",
  "pg_file_\\w+",
  "pg_logdir_ls",
  "pg_hba_file_rules",
  "pg_ident_file_mappings",
  "pg_show_all_file_settings",
  "pg_(?:terminate|cancel)_backend",
  "pg_reload_conf",
  "pg_rotate_logfile",
  "pg_promote",
  "pg_switch_wal",
  "pg_backup_\\w+",
  "pg_(?:copy|create|drop)_\\w*slot\\w*",
  "pg_logical_\\w+",
  "pg_replication_\\w+",
  "set_config",
  "dblink\\w*",
  "(?:query|cursor|table|schema|database)_to_xml\\w*",
  "ts_(?:stat|rewrite)",
  "crosstab\\w*",
  "connectby",
  "xpath_table",
];
/** A comment may stand between a name and its parenthesis; pg_dump writes none there. */
const calls = new RegExp(String.raw`\b(${reaching.join("|")})"?\s*(?:\(|--|/\*)`, "i");
/** A name written in numbers: pg_dump writes none. */
const hiddenName = /u&"/i;

/** In words, or undefined. @param words the statement's first ones, in lower case. */
export function findReach(text: string, words: string): string | undefined {
  // It has a string and nothing that could call.
  if (words.startsWith("comment on")) return undefined;
  if (hiddenName.test(text)) return 'has a name in escapes, U&"…"';
  const found = calls.exec(text)?.[1];
  return found === undefined ? undefined : `calls ${found}, which reaches beyond the database`;
}
