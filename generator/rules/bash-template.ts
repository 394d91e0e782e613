// Airflow renders a bash command as a Jinja template; here it is meant as it is written.

import { argumentOfTask, type Rule } from "./rule.ts";

export const bashTemplate: Rule = {
  code: "bash-template",
  group: "validity",
  severity: "error",
  summary: "a bash command holds nothing that Airflow would take for a Jinja template or a template file",
  view: "dag",
  check: (dag) =>
    dag.model.tasks.flatMap((task, index) => {
      const problem = task.kind === "bash" ? findProblem(task.command) : undefined;
      return problem ? [{ at: argumentOfTask(dag, index, 1), ...problem }] : [];
    }),
};

function findProblem(command: string): { text: string; remedy: string } | undefined {
  const opener = /\{\{|\{%|\{#/.exec(command)?.[0];
  if (opener !== undefined) {
    const isLength = command.includes("${#");
    return {
      text: `the command contains ${JSON.stringify(opener)}, which Airflow reads as the beginning of a Jinja template`,
      remedy: isLength
        ? "count without it (set -- *.csv; echo $#), or in a task that is a function"
        : `put a pair of quotes between the two signs, as in ${opener[0]}''${opener[1]}, or do it in a task that is a function`,
    };
  }
  if (command.includes("\r")) {
    return {
      text: "the command contains a carriage return, which Airflow's templates turn into a line end",
      remedy: String.raw`write the line ends as \n; bash makes a carriage return of $'\r'`,
    };
  }
  const suffix = /\.(sh|bash)$/.exec(command)?.[0];
  if (suffix === undefined) return undefined;
  return {
    text: `the command ends in ${JSON.stringify(suffix)}, so Airflow would look for a template file of that name`,
    // Both worlds start it in an empty temporary folder, and neither tells it where the project is.
    remedy:
      "end the command with a space or an argument, and give the script's absolute path; start a script of the project in a task that is a function, by its projectPath",
  };
}
