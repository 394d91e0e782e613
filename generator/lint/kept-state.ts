// What one lint keeps for the next, on disk: two files in the project's own folder. The first has what decides whether anything changed, and
// the result; the second, much larger, what spares the work where something did. Whatever is wrong with them, they are as none.

import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LoadedConfig } from "../load/check-config.ts";
import { type Fingerprint, fingerprintFile, fingerprintText } from "../load/fingerprint.ts";
import type { ImportGraph } from "../load/import-graph.ts";
import { removeLeftOver } from "../load/left-over.ts";
import type { LoadedFile } from "../load/loaded.ts";
import type { FileFindings } from "./lint-project.ts";
import type { LintResult } from "./lint-request.ts";

/** Of the two files; another one is as none. */
const format = 1;

export interface KeptResult extends LintResult {
  readonly format: number;
  /** What made it: versions of this package and of Node. */
  readonly maker: string;
  /** The second file's, too. */
  readonly id: string;
  readonly dagFiles: readonly string[];
  /** By path, relative to the root or absolute: whatever could change the result. */
  readonly files: Readonly<Record<string, Fingerprint>>;
  readonly environment: Readonly<Record<string, Fingerprint>>;
  /** Null: it is the same wherever the command is typed. */
  readonly workingDirectory: string | null;
  /** Whether the result is that of all files, as long as nothing changes. */
  readonly isWhole: boolean;
}

export interface KeptParts {
  readonly id: string;
  readonly config: LoadedConfig;
  readonly configInputs: readonly string[];
  /** Paths among the result's: when one of these changes, nothing here holds. */
  readonly common: readonly string[];
  readonly graph: ImportGraph;
  readonly files: readonly KeptFile[];
}

export interface KeptFile extends FileFindings {
  readonly loaded: LoadedFile;
  /** See import-graph.ts. */
  readonly before: readonly string[];
}

export interface KeptPlace {
  readonly root: string;
  readonly folder: string;
  readonly maker: string;
}

export function readResult({ folder, maker }: KeptPlace): KeptResult | undefined {
  const kept = readJson(join(folder, resultFile)) as KeptResult | undefined;
  return kept?.format === format && kept.maker === maker ? kept : undefined;
}

export function readParts({ folder }: KeptPlace, { id }: KeptResult): KeptParts | undefined {
  const kept = readJson(join(folder, partsFile)) as KeptParts | undefined;
  return kept?.id === id ? kept : undefined;
}

/** Which of its files are others now. */
export function findChanged({ root }: KeptPlace, { files }: KeptResult): Set<string> {
  return new Set(Object.keys(files).filter((path) => fingerprintFile(root, path) !== files[path]));
}

export function isSameEnvironment(
  { environment, workingDirectory }: KeptResult,
  current: Readonly<Record<string, string | undefined>>,
): boolean {
  if (workingDirectory !== null && workingDirectory !== process.cwd()) return false;
  return Object.entries(environment).every(([name, value]) => fingerprintText(current[name]) === value);
}

/** The second file first: a result without its parts is of use, parts without their result are not. */
export function keep(
  { folder, maker }: KeptPlace,
  result: Omit<KeptResult, "format" | "maker" | "id">,
  parts: Omit<KeptParts, "id">,
): void {
  const id = randomUUID();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeLeftOver(folder, /\.part$/);
    writeWhole(join(folder, partsFile), JSON.stringify({ id, ...parts } satisfies KeptParts));
    writeWhole(join(folder, resultFile), JSON.stringify({ format, maker, id, ...result } satisfies KeptResult));
  } catch {
    // A folder that cannot be written, or a full disk: the next lint takes longer, and this one has its result.
  }
}

const resultFile = "result.json";
const partsFile = "parts.json";

/** Beside it, then renamed: whoever reads, reads one or the other. Two writers do not meet. */
function writeWhole(path: string, text: string): void {
  const part = `${path}.${process.pid}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, path);
  } finally {
    rmSync(part, { force: true });
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
