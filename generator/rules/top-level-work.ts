// A DAG file only defines: what it does beside that is done at every lint and build, and before every task, wherever that runs. A definition
// that depends on it differs from the one that was built, and its tasks refuse to run.

import type { Finding, Rule } from "./rule.ts";

/** What is called → why that is no definition. */
const work: readonly { readonly match: RegExp; readonly does: string }[] = [
  { match: /^(Date\.now|Date|performance\.now|Temporal\.Now\..+)$/, does: "reads the clock" },
  {
    match: /^(Math\.random|(crypto\.)?(randomUUID|randomBytes|randomInt|getRandomValues))$/,
    does: "is another value every time",
  },
  { match: /^process\.env$/, does: "reads the environment, which differs between machines" },
  {
    match: /^((fs|fsPromises)\.\w+|(read|write|append)File(Sync)?|(readdir|exists|stat)Sync)$/,
    does: "reads or writes files",
  },
  {
    match: /^(fetch|(child_process\.)?(exec|execSync|execFile|execFileSync|spawn|spawnSync))$/,
    does: "talks to the world",
  },
];
/** With arguments it is a fixed moment. */
const clock = "new Date";
/** Whether it is worth to load the static view, which costs a good part of a second. */
const hint =
  /\b(Date|performance|Temporal|random|getRandomValues|process|fs|fsPromises|\w+Sync|\w+File|fetch|exec|spawn)\b/;

export const topLevelWork: Rule = {
  code: "top-level-work",
  group: "convention",
  severity: "error",
  summary: "a DAG file reads no clock, chance, environment, file or network while it defines",
  view: "file",
  check: async (file, sources) => {
    if (!hint.test(sources.textOf(file) ?? "")) return [];
    const view = await sources.staticView();
    return view.findTopLevelWork(file).flatMap(({ what, arguments: count, line, column }): Finding[] => {
      const does = what === clock && count === 0 ? "reads the clock" : work.find(({ match }) => match.test(what))?.does;
      if (does === undefined) return [];
      const text = `${what} at the top level of a DAG file ${does}`;
      const remedy = "do it in a handler, where getContext() has the run's dates; or write the value down";
      return [{ at: { call: { file, line, column } }, text, remedy }];
    });
  },
};
