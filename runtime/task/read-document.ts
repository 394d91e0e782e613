// The document, from the environment or, when it is large, from a file. Removes both from what the task's own children
// inherit, and the file from the disk.

import { readFileSync, rmSync } from "node:fs";
import type { Environment } from "../connections/environment.ts";
import { documentFileVariable, documentVariable, exitCodes, type TaskDocument } from "../contract.ts";
import { isKnownError, KnownError } from "../errors.ts";

/** Without a document there is no place for a result: the exit code and a line on stderr are all that can be left. */
export function readDocumentOrEnd(environment: NodeJS.ProcessEnv): TaskDocument {
  try {
    return readDocument(environment);
  } catch (error) {
    if (!isKnownError(error)) throw error;
    console.error(`error: ${error.message}`);
    process.exit(error.trouble.isRetryable === false ? exitCodes.failedForGood : exitCodes.failed);
  }
}

/** @throws KnownError when there is none: somebody started the file by hand. */
export function readDocument(environment: NodeJS.ProcessEnv): TaskDocument {
  const file = environment[documentFileVariable];
  const text = environment[documentVariable] ?? readDocumentFile(file);
  delete environment[documentVariable];
  delete environment[documentFileVariable];
  return parse(text, file ?? `environment variable ${documentVariable}`);
}

/**
 * Where the declared connections and variables are. What was too large for one environment string stays out of `process.env`: with it there no
 * child process of the handler's could be started.
 */
export function declaredEnvironment(document: TaskDocument, environment: NodeJS.ProcessEnv): Environment {
  return { ...environment, ...document.environment };
}

function readDocumentFile(path: string | undefined): string {
  if (path === undefined) {
    throw new KnownError({
      what: "this is the task process of a dagwright build; it is started by Airflow or by dagwright, not by hand",
      where: `environment variable ${documentVariable}`,
      found: "not set",
      remedy: "Run `npx dagwright dags test DAG_ID`",
      isRetryable: false,
    });
  }
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unreadable(path, (error as Error).message);
  } finally {
    removeFile(path);
  }
}

/** It may hold secrets: the less time it is there, the fewer can read it. */
function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Its folder may be read-only; the caller removes it as a whole.
  }
}

function parse(text: string, where: string): TaskDocument {
  try {
    return JSON.parse(text) as TaskDocument;
  } catch {
    // The parser's message would quote the text, which may hold secrets.
    throw unreadable(where, `${text.length} characters that are no JSON`);
  }
}

function unreadable(where: string, found: string): KnownError {
  return new KnownError({ what: "the task's document cannot be read", where, found, remedy: "Try the task again" });
}
