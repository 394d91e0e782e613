// Texts that break quoting, templates, shells, files and encodings; the same ones for the same seed.

import type { Random } from "./random.ts";

/** Whole characters only: what else there is (half a character, NUL) is refused, not carried. */
const pieces: readonly string[] = [
  ..."\"'`\\\n\r\t\f\v\b\x1b\x7f\x85\u00a0\u2028\u2029\ufeff\ufffe\u202e\u0301\u200b{}%#$&;|<>()[]*?~!=+-_.,:/ abcNUxd019éßΩЖ日😀𝕏",
  '"""',
  "'''",
  "\r\n",
  "\\N{BULLET}",
  "\\u0041",
  "\\",
  '\\"',
  "{{ 7*7 }}",
  "{{ ds }}",
  "{% raw %}",
  "{% endraw %}",
  "{# no #}",
  "{{",
  "}}",
  "$" + "{#a[@]}",
  "%(a)s",
  "%s",
  "{0}",
  "$(touch canary)",
  "`touch canary`",
  "; touch canary",
  "&& touch canary",
  "\nimport os; os.system('touch canary')\n",
  '"); touch canary; ("',
  "# comment",
  "None",
  "True",
  "<script>",
  ".sh",
  ".bash",
  ".md",
  "../",
  "__classname__",
];

export function oddText(random: Random, maxPieces = 12): string {
  return Array.from({ length: random.integer(maxPieces + 1) }, () => random.pick(pieces)).join("");
}
