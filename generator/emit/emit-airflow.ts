// A model as the text of its Airflow file.

import type { DagModel } from "../../runtime/dag/model.ts";
import { airflowView, type EmitFacts } from "./airflow-view.ts";
import { renderTemplate } from "./templates.ts";

export function emitAirflow(model: DagModel, facts: EmitFacts): string {
  const view = airflowView(model, facts);
  return renderTemplate("airflow/dag.py.hbs", {
    ...view,
    hasStandardLibrary: view.usesNode || view.usesTimedelta,
  });
}
