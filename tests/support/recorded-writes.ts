// What a process did to the files of a folder, call by call, and what it said meanwhile: recorded by strace, for losses of power that are
// thought out afterwards. Only its main thread's calls, which are all of its store's.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";

/** Containers may refuse to trace. */
export const canRecord = spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;

/** Before the command. The process keeps the number that it was started with. */
export function recordInto(file: string): string[] {
  const calls = "pwrite64,write,fsync,fdatasync,ftruncate,unlink,openat";
  return ["strace", "-D", "-y", "-xx", "-s", "131072", "-e", `trace=${calls}`, "-e", "signal=none", "-o", file];
}

export type RecordedCall =
  | { readonly kind: "create" | "remove"; readonly file: string }
  /** Of a file, or of the folder: then of what was made and removed there. */
  | { readonly kind: "sync"; readonly file: string }
  | { readonly kind: "write"; readonly file: string; readonly position: number; readonly bytes: Buffer }
  | { readonly kind: "truncate"; readonly file: string; readonly length: number }
  /** Printed: a promise from here on. */
  | { readonly kind: "say"; readonly text: string };

/** @param isMeant of a file's name, in this folder. @throws Error at a call that this cannot replay. */
export function readRecord(record: string, folder: string, isMeant: (name: string) => boolean): RecordedCall[] {
  const calls: RecordedCall[] = [];
  for (const line of readFileSync(record, "latin1").split("\n")) {
    const call = parseCall(line);
    if (call === undefined) continue;
    const isOfFolder = call.kind === "sync" && call.file === folder;
    if (call.kind === "say" || isOfFolder || (dirname(call.file) === folder && isMeant(basename(call.file))))
      calls.push(call);
  }
  return calls;
}

/** `pwrite64(21</a/file>, "\x00…", 24, 32) = 24`, with every text in hexadecimal. Undefined for one that failed or does not matter. */
function parseCall(line: string): RecordedCall | undefined {
  const [, name, given, result] = /^(\w+)\((.*)\) += (-?\d+)/.exec(line) ?? [];
  if (name === undefined || Number(result) < 0) return undefined;
  const [, descriptor, path = ""] = /^(\d+)<([^>]*)>/.exec(given!) ?? [];
  const file = readHexadecimal(path);
  switch (name) {
    case "openat": {
      const created = /"([^"]*)", [A-Z_|]*O_CREAT/.exec(given!)?.[1];
      return created === undefined ? undefined : { kind: "create", file: readHexadecimal(created) };
    }
    case "unlink":
      return { kind: "remove", file: readHexadecimal(given!.slice(1, -1)) };
    case "fsync":
    case "fdatasync":
      return { kind: "sync", file };
    case "ftruncate":
      return { kind: "truncate", file, length: Number(given!.split(", ").at(-1)) };
    case "pwrite64":
    case "write": {
      const bytes = Buffer.from(readHexadecimal(/"([^"]*)"/.exec(given!)![1]!), "latin1");
      if (descriptor === "1") return { kind: "say", text: bytes.toString("utf8") };
      if (name === "write") return undefined;
      return {
        kind: "write",
        file,
        position: Number(given!.split(", ").at(-1)),
        bytes: bytes.subarray(0, Number(result)),
      };
    }
    default:
      return undefined;
  }
}

function readHexadecimal(text: string): string {
  return text.replaceAll(/\\x([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
