// A value as YAML that every reader takes for the same one: PyYAML's YAML 1.1 reads `no`, `1_000`, `12:30` and `=` otherwise than 1.2 does.

import { loadYaml } from "../runtime/yaml.ts";

/** No reader takes such a text for anything but a text, unless it is one of the words. */
const isPlainText = /^[\p{L}_][\p{L}\p{M}\p{N}_./ -]*$/u;
const isWord = /^(y|n|yes|no|on|off|true|false|null)$/i;

export function formatYaml(value: unknown): string {
  const yaml = loadYaml();
  const document = new yaml.Document(value, { aliasDuplicateObjects: false });
  yaml.visit(document, {
    Scalar: (_, scalar) => {
      const text = scalar.value;
      if (typeof text === "string" && (isWord.test(text) || !isPlainText.test(text))) scalar.type = "QUOTE_DOUBLE";
    },
  });
  // A line of the output for each of the value's, however long.
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
}
