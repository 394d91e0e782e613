// A model as the text of its Airflow file. The one importer of handlebars: it lays finished values out, nothing else.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Handlebars from "handlebars";
import type { DagModel } from "../../runtime/dag/model.ts";
import { airflowView, type EmitFacts } from "./airflow-view.ts";
import { findTemplate } from "./templates.ts";

let template: HandlebarsTemplateDelegate | undefined;

export function emitAirflow(model: DagModel, facts: EmitFacts): string {
  template ??= Handlebars.compile(readFileSync(fileURLToPath(findTemplate("airflow/dag.py.hbs")), "utf8"), {
    strict: true,
    noEscape: true,
  });
  const view = airflowView(model, facts);
  return template({
    ...view,
    hasStandardLibrary: view.usesNode || view.usesTimedelta,
  });
}
