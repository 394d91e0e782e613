// Which collections of an archive may be restored. Users, roles, the server's own settings and code that it would run are refused, all of them
// named: mongorestore would take most of them, and pass over some without a word.

import { type ArchiveNamespace, namespaceOf } from "./mongo-archive-list.ts";

export interface NamespaceRules {
  /** `db.collection` or `db.*`: restored, whatever it is. */
  readonly allow: readonly string[];
  /** `db.collection` or `db.*`: left out. */
  readonly exclude: readonly string[];
  /** The only database that may be in the archive; null: any. */
  readonly database: string | null;
}

export interface JudgedNamespaces {
  readonly restored: readonly ArchiveNamespace[];
  readonly excluded: readonly string[];
  readonly refused: readonly { readonly namespace: string; readonly reason: string }[];
}

export function judgeNamespaces(namespaces: readonly ArchiveNamespace[], rules: NamespaceRules): JudgedNamespaces {
  const isExcluded = (namespace: ArchiveNamespace) => rules.exclude.some((pattern) => fits(pattern, namespace));
  const restored = namespaces.filter((namespace) => !isExcluded(namespace));
  return {
    restored,
    excluded: namespaces.filter(isExcluded).map(namespaceOf),
    refused: restored.flatMap((namespace) => {
      const reason = rules.allow.some((pattern) => fits(pattern, namespace))
        ? undefined
        : reasonAgainst(namespace, rules);
      return reason === undefined ? [] : [{ namespace: namespaceOf(namespace), reason }];
    }),
  };
}

/** What `allow` and `exclude` hold. */
export function isNamespacePattern(text: string): boolean {
  return /^[^.*]*\.(\*|[^*]+)$/.test(text);
}

function fits(pattern: string, { database, collection }: ArchiveNamespace): boolean {
  return pattern === `${database}.*` || pattern === `${database}.${collection}`;
}

function reasonAgainst(
  { database, collection, type, metadata }: ArchiveNamespace,
  rules: NamespaceRules,
): string | undefined {
  if (database === "") return "an operation log, which mongorestore passes over";
  if (["admin", "config", "local"].includes(database)) return "the server's own: users, roles and settings";
  if (collection.startsWith("$")) return "users and roles of one database";
  if (collection === "system.js") return "code that the server runs";
  if (collection.startsWith("system.")) return "the server's own";
  if (holdsCode(metadata)) return `code that the server runs, in its ${type === "view" ? "view" : "options"}`;
  if (rules.database !== null && database !== rules.database) return `of another database than ${rules.database}`;
  return undefined;
}

/** As text, whatever the nesting: a name may be written with escapes, and twice. */
function holdsCode(metadata: string): boolean {
  const plain = metadata.replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return /"\$(function|accumulator|where|code)"/.test(plain);
}
