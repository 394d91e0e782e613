// Bytes that a program prints → lines for the log: UTF-8, of bounded length, without what would move a terminal's cursor.

import { StringDecoder } from "node:string_decoder";

/** The rest of a longer line is left out: a statement of megabytes says no more than its beginning. */
export const maxLineLength = 8_192;

export interface Lines {
  write(chunk: Buffer): void;
  /** Passes on the last line, when it has no end. */
  end(): void;
}

export function createLines(onLine: (line: string) => void): Lines {
  const decoder = new StringDecoder("utf8");
  let line = "";
  let left = 0;

  const hold = (text: string) => {
    const fits = text.slice(0, maxLineLength - line.length);
    line += fits;
    left += text.length - fits.length;
  };
  const pass = () => {
    const shown = cleanOf(line.endsWith("\r") ? line.slice(0, -1) : line);
    const cut = left > 0 ? `… (${left} characters more)` : "";
    line = "";
    left = 0;
    if (shown !== "") onLine(`${shown}${cut}`);
  };
  const take = (text: string) => {
    const parts = text.split("\n");
    for (const part of parts.slice(0, -1)) {
      hold(part);
      pass();
    }
    hold(parts.at(-1)!);
  };

  return {
    write: (chunk) => take(decoder.write(chunk)),
    end() {
      hold(decoder.end());
      pass();
    },
  };
}

/** Names in a dump are somebody else's text. Tabs may stay; half a character at the cut may not. */
function cleanOf(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, "\ufffd").toWellFormed();
}
