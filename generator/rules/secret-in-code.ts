// A secret in a DAG file is in the repository, in the build, and on every worker: known forms of keys, and values of names that tell of one.

import type { Finding, Rule } from "./rule.ts";

/** Forms that are nothing else. */
const forms: readonly { readonly name: string; readonly match: RegExp }[] = [
  { name: "a private key", match: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/ },
  { name: "an AWS access key", match: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { name: "a GitHub token", match: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})\b/ },
  { name: "a Slack token", match: /\bxox[abprs]-[A-Za-z0-9-]{10,}/ },
  { name: "a Databricks token", match: /\bdapi[0-9a-f]{32}\b/ },
  { name: "a password in a URI", match: /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"'`$]*:(?!\/)[^\s/@"'`${}]{3,}@/i },
];
/** `password: "…"`, `const apiKey = "…"` */
const named =
  /(?<name>\b\w*(?:password|passwd|secret|api_?key|access_?key|private_?key|auth_?token|access_?token|token)\w*)["']?\s*[:=]\s*(?<quote>["'`])(?<value>[^"'`\n]{8,})\k<quote>/gi;
/** Bits for each character: English text has about 4 at the length of a key, but few different ones; keys have more. */
const leastEntropy = 3;

export const secretInCode: Rule = {
  code: "secret-in-code",
  group: "convention",
  severity: "error",
  summary: "no password, key or token stands in a DAG file",
  view: "file",
  check: async (file, sources) => {
    const lines = (sources.textOf(file) ?? "").split("\n");
    return lines.flatMap((text, index) =>
      findSecrets(text).map(({ column, what }) => finding(what, { file, line: index + 1, column })),
    );
  },
};

interface Found {
  readonly column: number;
  readonly what: string;
}

function findSecrets(text: string): Found[] {
  const known = forms.flatMap(({ name, match }): Found[] => {
    const found = match.exec(text);
    return found ? [{ column: found.index + 1, what: name }] : [];
  });
  if (known.length > 0) return known;
  return [...text.matchAll(named)].flatMap((found) => {
    const { name, value } = found.groups as Record<"name" | "value", string>;
    // Names of connections and variables, and sentences, are no secrets.
    const isSecret = entropyOf(value) >= leastEntropy && /\d/.test(value) && !/\s/.test(value);
    return isSecret ? [{ column: found.index + 1, what: `the value of ${name}` }] : [];
  });
}

/** Shannon's, in bits for each character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / [...text].length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}

function finding(what: string, call: Finding["at"]["call"]): Finding {
  const remedy =
    "put it into a connection or a variable, which are read when the task runs; and change it: it was in the code";
  return { at: { call }, text: `${what} looks like a secret`, remedy };
}
