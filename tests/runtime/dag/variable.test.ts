// A variable as an operator's option: what the model, the Python and the task process get of it.

import { expect, it, vi } from "vitest";
import { taskCall } from "../../../generator/emit/task-call.ts";
import { documentVariable, type TaskDocument } from "../../../runtime/contract.ts";
import { Dag } from "../../../runtime/dag/dag.ts";
import { defineOperator } from "../../../runtime/dag/definition.ts";
import { describe } from "../../../runtime/dag/describe.ts";
import type { NodeTaskModel } from "../../../runtime/dag/model.ts";
import { secretVariable, textOrVariable } from "../../../runtime/dag/shapes.ts";
import { variable } from "../../../runtime/dag/variable.ts";
import type { TextOrVariable } from "../../../runtime/dag/variable-ref.ts";
import { nodeEnvironment } from "../../../runtime/executor/task-environment.ts";
import { readValue, showValue, variablesIn } from "../../../runtime/operators/variable-values.ts";
import { secretsGivenTo } from "../../../runtime/task/given-secrets.ts";
import { bashRequest } from "../../support/attempt.ts";
import { inTask } from "../../support/running-task.ts";

/** A task with an operator of these options. */
function taskWith(...values: TextOrVariable[]): NodeTaskModel {
  const options = { values: values.map(showValue) };
  const execute = async () => null;
  const operator = defineOperator({
    name: "any",
    options,
    inputs: {},
    connections: [],
    ...variablesIn(values),
    execute,
  });
  const dag = new Dag("any");
  dag.run("read", operator);
  return describe(dag).tasks[0] as NodeTaskModel;
}

it("is declared by its key, with its default", () => {
  const task = taskWith(variable("S3_PREFIX", { default: "" }), "plain", variable("S3_BUCKET"));
  expect(task).toMatchObject({
    options: { values: [{ variable: "S3_PREFIX" }, "plain", { variable: "S3_BUCKET" }] },
    variables: ["S3_BUCKET", "S3_PREFIX"],
    variableDefaults: { S3_PREFIX: "" },
  });
  expect(taskWith("plain")).not.toHaveProperty("variableDefaults");
});

it("shows its default in the Python", () => {
  const call = JSON.stringify(taskCall(taskWith(variable("S3_BUCKET", { default: "backups" })), "read"));
  expect(call).toContain("variable_defaults");
  expect(call).toContain("backups");
});

it("gives the task process its value, or the default, or says that there is none", () => {
  const task = taskWith(variable("S3_PREFIX", { default: "daily/" }), variable("S3_BUCKET"));
  const given = (environment: Record<string, string>) =>
    nodeEnvironment({ ...bashRequest("true"), task, environment, inheritedEnvironment: {} }, task);
  expect(given({ AIRFLOW_VAR_S3_BUCKET: "b" })).toMatchObject({
    AIRFLOW_VAR_S3_BUCKET: "b",
    AIRFLOW_VAR_S3_PREFIX: "daily/",
  });
  // An empty text is a value, as in Airflow.
  expect(given({ AIRFLOW_VAR_S3_BUCKET: "b", AIRFLOW_VAR_S3_PREFIX: "" })["AIRFLOW_VAR_S3_PREFIX"]).toBe("");
  expect(() => given({ AIRFLOW_VAR_S3_PREFIX: "x" })).toThrow(/the variable S3_BUCKET does not exist/);
});

it("is a secret where the operator says so, in the model, in the Python and in the task process", () => {
  const password = variable("MONGODB_PASS");
  const operator = defineOperator({
    name: "any",
    options: {},
    inputs: {},
    connections: [],
    ...variablesIn([variable("MONGODB_HOST")], [password, undefined]),
    execute: async () => null,
  });
  const dag = new Dag("any");
  dag.run("restore", operator);
  const task = describe(dag).tasks[0] as NodeTaskModel;
  expect(task).toMatchObject({ variables: ["MONGODB_HOST", "MONGODB_PASS"], secretVariables: ["MONGODB_PASS"] });
  expect(JSON.stringify(taskCall(task, "restore"))).toContain("secret_variables");
  const environment = { AIRFLOW_VAR_MONGODB_HOST: "db.example.com", AIRFLOW_VAR_MONGODB_PASS: "abcdefgh" };
  const given = nodeEnvironment({ ...bashRequest("true"), task, environment, inheritedEnvironment: {} }, task);
  const document = JSON.parse(given[documentVariable]!) as TaskDocument;
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  expect(secretsGivenTo(document)).toEqual(["abcdefgh"]);
  vi.unstubAllEnvs();
});

it("is demanded for a password, and without a default, which everybody could read", () => {
  expect(secretVariable.findFaults(variable("MONGODB_PASS"))).toEqual([]);
  for (const value of ["generated-4711", variable("MONGODB_PASS", { default: "generated-4711" })]) {
    const [fault] = secretVariable.findFaults(value);
    expect(fault!.remedy).toContain('variable("KEY")');
    expect(JSON.stringify(fault)).not.toContain("4711");
  }
});

it("is refused when it is empty, unless that is its default", async () => {
  const variables = { EMPTY: "", FULL: "text" };
  const read = (value: TextOrVariable) => inTask({ variables }, () => readValue(value));
  expect(await read(variable("FULL"))).toBe("text");
  expect(await read("")).toBe("");
  expect(await read(variable("EMPTY", { default: "" }))).toBe("");
  await expect(read(variable("EMPTY", { default: "x" }))).rejects.toThrow("the variable EMPTY is empty");
  await expect(read(variable("EMPTY"))).rejects.toThrow("npx dagwright variables set EMPTY");
});

it("is told from other values", () => {
  expect(textOrVariable.findFaults(variable("KEY"))).toEqual([]);
  expect(textOrVariable.findFaults("text")).toEqual([]);
  expect(textOrVariable.findFaults(7)).toMatchObject([{ problem: "is 7, not a string or a variable" }]);
});
