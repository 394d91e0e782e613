// The texts of a model that tell a reader what is done, and change nothing that runs. The generator finds some of them in comments, which
// no bundle has: the task process takes them from the manifest before it compares.

import { deepFreeze } from "./json.ts";
import type { DagModel, TaskModel } from "./model.ts";

export interface Docs extends Pick<DagModel, "description" | "docMd"> {
  /** Parallel to the tasks of the model. */
  readonly tasks: readonly Pick<TaskModel, "docMd">[];
}

/** The model with these texts, where it has none of its own. */
export function withDocs(model: DagModel, docs: Docs): DagModel {
  const tasks = model.tasks.map((task, index) => ({ ...docMdOf(docs.tasks[index]), ...task }));
  return deepFreeze({ ...docMdOf(docs), ...model, description: model.description ?? docs.description, tasks });
}

function docMdOf(text: Pick<TaskModel, "docMd"> | undefined): Pick<TaskModel, "docMd"> {
  return text?.docMd === undefined ? {} : { docMd: text.docMd };
}
