// Texts as a terminal may see them: it must not obey what stands in a connection or a description.

/** One cell's text, on one line. Airflow's words for what is no text: `True`, a list with commas, nothing for null. */
export function printable(value: unknown): string {
  return textOf(value).replaceAll(/\p{Cc}/gu, (control) => escapeControl(control));
}

/** Of JSON, or of YAML with its texts in double quotes, whose writers leave alone what follows ASCII: the same value, in visible signs. */
export function escapeControls(text: string): string {
  return text.replaceAll(/[\u007f-\u009f]/g, escapeCode);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return value.map(textOf).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** JSON's own short forms, where it has any. */
function escapeControl(control: string): string {
  return control < " " ? JSON.stringify(control).slice(1, -1) : escapeCode(control);
}

function escapeCode(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
