// Where a program of others is: on PATH and in the places its packages use, each asked for its version; the newest that is new enough. What is
// missing or too old is said with everything that was found, and how to get what is needed.

import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { KnownError } from "../errors.ts";
import { findProgram } from "../executor/find-program.ts";
import { runTool } from "./run-tool.ts";
import { compareVersions } from "./tool-version.ts";

export interface ToolSearch {
  readonly name: string;
  /** The author's own folder: only it is looked into. */
  readonly folder?: string | undefined;
  /** Where packages put it, beside PATH; a `*` stands for any one folder's name. */
  readonly usualFolders: readonly string[];
  /** The version in what `--version` prints: `17.10`; undefined when another program goes by that name. */
  readonly readVersion: (printed: string) => string | undefined;
  /** The least version that serves, and what asks for it. */
  readonly least?: { readonly version: string; readonly reason: string } | undefined;
  /** How to get it: `apt-get install …`, a sentence. */
  readonly install: string;
  readonly signal: AbortSignal;
}

export interface FoundTool {
  readonly path: string;
  readonly version: string;
}

/** `--version` prints a line; a program that goes on forever is none of ours. */
const versionLimitMs = 10_000;
const maxVersionLines = 20;

/** The newest that is new enough. @throws KnownError (not retryable) that says what was found where, and what to install. */
export async function findTool(search: ToolSearch): Promise<FoundTool> {
  const paths = listCandidates(search, process.env);
  const asked = await Promise.all(paths.map(async (path) => ({ path, ...(await askVersion(path, search)) })));
  asked.sort((left, right) => compareVersions(right.version ?? "", left.version ?? ""));
  const found = asked.flatMap(({ path, version }) => (version === undefined ? [] : [{ path, version }]));
  const least = search.least?.version;
  const newest = found[0];
  if (newest && (least === undefined || compareVersions(newest.version, least) >= 0)) return newest;
  throw missing(search, asked);
}

/** Every file of that name that can be run, each once, in the order of the search. */
export function listCandidates({ name, folder, usualFolders }: ToolSearch, { PATH = "" }: NodeJS.ProcessEnv): string[] {
  const folders = folder === undefined ? [...PATH.split(delimiter), ...usualFolders.flatMap(expand)] : [folder];
  const paths = folders.filter((each) => each !== "").map((each) => findProgram(name, each));
  return [...new Set(paths.filter((path) => path !== undefined))];
}

function expand(pattern: string): string[] {
  const [before, after] = pattern.split("*");
  if (after === undefined) return [pattern];
  try {
    return readdirSync(before!).map((each) => join(before!, each, after));
  } catch {
    return [];
  }
}

interface Answer {
  readonly version: string | undefined;
  readonly said: string;
}

async function askVersion(path: string, { name, readVersion, signal }: ToolSearch): Promise<Answer> {
  const lines: string[] = [];
  const onLine = (line: string) => void (lines.length < maxVersionLines && lines.push(line));
  const limit = AbortSignal.any([signal, AbortSignal.timeout(versionLimitMs)]);
  try {
    const { code } = await runTool({
      tool: name,
      path,
      args: ["--version"],
      input: null,
      isClient: false,
      onLine,
      signal: limit,
    });
    const version = code === 0 ? readVersion(lines.join("\n")) : undefined;
    return { version, said: lines[0] ?? `nothing, exit code ${code}` };
  } catch (error) {
    signal.throwIfAborted();
    return { version: undefined, said: (error as Error).message };
  }
}

function missing(
  { name, folder, usualFolders, least, install }: ToolSearch,
  asked: readonly (Answer & { readonly path: string })[],
): KnownError {
  const wanted = least === undefined ? name : `${name} ${least.version} or newer`;
  const places = folder === undefined ? `PATH, ${usualFolders.join(", ")}` : folder;
  const seen = asked.map(
    ({ path, version, said }) => `${path} ${version ? `is ${version}` : `says ${JSON.stringify(said)}`}`,
  );
  return new KnownError({
    what: `${wanted} is not on this machine${least === undefined ? "" : `: ${least.reason}`}`,
    where: `looked in ${places}`,
    found: seen.length === 0 ? "none" : seen.join("; "),
    remedy: install,
    isRetryable: false,
  });
}
