// The hash that a DAG file and the build beside it must agree on. Apart from the manifest: the task process compares models instead, and is spared the
// start of OpenSSL.

import { createHash } from "node:crypto";
import { canonicalJson, type JsonValue } from "./json.ts";
import type { DagModel } from "./model.ts";

/** What a DAG is, in one string: two builds agree on it exactly when tasks of the one can run in the other. */
export function definitionHash(model: DagModel, chunk: string): string {
  const text = `${canonicalJson(model as unknown as JsonValue)}\n${chunk}\n`;
  return createHash("sha256").update(text).digest("hex");
}
