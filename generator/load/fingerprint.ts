// The state of files and variables, by content: a time or a size can stay the same over a change, and a restored folder has other times.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";

/** Null: it does not exist. */
export type Fingerprint = string | null;

/** Of a file by its content, of a folder by the names in it. @param path relative to the root, or absolute. */
export function fingerprintFile(root: string, path: string): Fingerprint {
  const absolute = resolve(root, path);
  try {
    return hashText(readFileSync(absolute));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    // What cannot be read says so; that it becomes readable is a change.
    return code === "EISDIR" ? fingerprintFolder(absolute) : `${code}`;
  }
}

export function fingerprintText(text: string | undefined): Fingerprint {
  return text === undefined ? null : hashText(text);
}

function fingerprintFolder(path: string): string {
  try {
    return hashText(readdirSync(path).sort().join("\0"));
  } catch (error) {
    return `${(error as NodeJS.ErrnoException).code}`;
  }
}

export function hashText(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("base64url");
}

/** A clock of files may be some milliseconds behind. */
const clockMs = 10;

/** Whether it was written since then: what was read meanwhile may be what was there before or after. @param since milliseconds since 1970. */
export function isTouchedSince(path: string, since: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.ctimeMs > since - clockMs;
}
