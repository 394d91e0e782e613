// A value as YAML that every reader takes for the same one: PyYAML's YAML 1.1 reads `no`, `1_000`, `12:30` and `=` otherwise than 1.2 does.

import { loadYaml } from "../runtime/yaml.ts";

/** No reader takes such a text for anything but a text, but for words like `yes`, which the package knows and quotes. */
const isPlainText = /^[\p{L}_][\p{L}\p{M}\p{N}_./ -]*$/u;

export function formatYaml(value: unknown): string {
  const yaml = loadYaml();
  // By 1.1 it quotes more words.
  const document = new yaml.Document(value, { version: "1.1", aliasDuplicateObjects: false });
  yaml.visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === "string" && !isPlainText.test(scalar.value)) scalar.type = "QUOTE_DOUBLE";
    },
  });
  // A line of the output for each of the value's, however long.
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
}
