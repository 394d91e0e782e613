// Task ids as Python variables: free identifiers stay as they are; what Python or the file itself uses is never hidden.

import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { pythonNames } from "../../../generator/emit/python-names.ts";
import { describeWithPython } from "../../support/airflow.ts";
import { pythonIn } from "../../support/python-environments.ts";

it("an id that is a free identifier is its own name; any other gets the nearest one", () => {
  const ids = ["load", "load-2", "2nd", "a.b", "a_b", "class", "DAG", "print", "__file__"];
  expect(Object.fromEntries(pythonNames(ids))).toEqual({
    load: "load",
    "load-2": "load_2",
    "2nd": "_2nd",
    "a.b": "a_b_2",
    a_b: "a_b",
    class: "class_",
    DAG: "DAG_",
    print: "print_",
    __file__: "__file___",
  });
});

describeWithPython("Python", () => {
  it("no keyword and no builtin of Python is a variable", () => {
    const code = "import builtins, keyword; print(*keyword.kwlist, *keyword.softkwlist, *dir(builtins))";
    const ids = [...new Set(execFileSync(pythonIn("ruff"), ["-c", code], { encoding: "utf8" }).trim().split(" "))];
    expect(ids.length).toBeGreaterThan(150);
    const names = pythonNames(ids);
    expect(ids.filter((id) => names.get(id) === id)).toEqual([]);
  });
});
