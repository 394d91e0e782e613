// How many columns of a terminal a text takes. The one importer of string-width.

import stringWidth from "string-width";

export function textWidth(text: string): number {
  return stringWidth(text);
}
