// What the parts of a target may be, each a text or an Airflow variable: what stands written out in the DAG file is held against more than its type.

import { isPort } from "../connections/port.ts";
import { type Shape, textOrVariable, wrong } from "../dag/shapes.ts";
import type { TextOrVariable } from "../dag/variable-ref.ts";

/** Written out, it is not empty: an empty host would be this machine, an empty database any. */
export const filled: Shape<TextOrVariable> = {
  findFaults: (value) =>
    value === "" ? [{ steps: [], problem: "is empty", remedy: "give it a value" }] : textOrVariable.findFaults(value),
};

export const port: Shape<TextOrVariable> = {
  findFaults: (value) =>
    typeof value === "string" && !isPort(value)
      ? wrong(value, "a port", "give a number from 1 to 65535, in quotes")
      : textOrVariable.findFaults(value),
};
