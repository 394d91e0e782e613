// What getContext() returns, from the document.

import type { TaskContext } from "../context.ts";
import type { TaskDocument } from "../contract.ts";
import { deepFreeze } from "../dag/json.ts";

export function contextOf(document: TaskDocument, signal: AbortSignal): TaskContext {
  const { run } = document;
  const facts = deepFreeze({
    dagId: document.dagId,
    taskId: document.taskId,
    runId: run.id,
    tryNumber: document.tryNumber,
    mapIndex: document.mapIndex,
    runType: run.type,
    logicalDate: run.logicalDate,
    dataIntervalStart: run.dataIntervalStart,
    dataIntervalEnd: run.dataIntervalEnd,
    runAfter: run.runAfter,
    params: document.params,
    conf: document.conf,
  });
  return Object.freeze({ ...facts, signal });
}
