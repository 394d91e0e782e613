// The project's baseline on disk: `dagwright-baseline.json`, committed beside the configuration.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Baseline } from "../generator/lint/baseline.ts";
import { KnownError } from "../runtime/errors.ts";
import { explainFileErrors } from "../runtime/file-errors.ts";

export const baselineFile = "dagwright-baseline.json";
const version = 1;

/** Empty where there is none. @throws KnownError when the file is no baseline. */
export function readBaseline(root: string): Baseline {
  const path = join(root, baselineFile);
  if (!existsSync(path)) return {};
  const text = explainFileErrors("the baseline cannot be read", baselineFile, () => readFileSync(path, "utf8"));
  const document = parse(text) as { version?: unknown; findings?: unknown } | undefined;
  if (document?.version === version && isBaseline(document.findings)) return document.findings;
  throw new KnownError({
    what: "the file is no baseline",
    where: baselineFile,
    found: `${text.slice(0, 40)}${text.length > 40 ? "…" : ""}`,
    remedy: "Write it anew: dagwright lint --update-baseline",
    isRetryable: false,
  });
}

export function writeBaseline(root: string, findings: Baseline): void {
  const text = `${JSON.stringify({ version, findings }, null, 2)}\n`;
  explainFileErrors("the baseline cannot be written", baselineFile, () =>
    writeFileSync(join(root, baselineFile), text),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBaseline(value: unknown): value is Baseline {
  return isRecordOf(value, (codes) => isRecordOf(codes, (texts) => isRecordOf(texts, Number.isInteger)));
}

function isRecordOf(value: unknown, isPart: (part: unknown) => boolean): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isPart);
}
