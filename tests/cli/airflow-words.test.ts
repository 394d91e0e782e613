// What commands print, beside what Airflow's own print for the same line.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { airflowVersions, createAirflowHome, describeWithPython } from "../support/airflow.ts";
import { buildProject, createFolder } from "../support/built-project.ts";
import { runCommandLine } from "../support/command-line.ts";

/** In this order, in one home. */
const lines = [
  "jobs check",
  "jobs check --limit 0 --allow-multiple",
  "dags unpause yearly",
  "dags unpause yearly",
  "dags unpause in_february",
  "dags unpause by_hand",
  "dags next-execution yearly",
  "dags next-execution yearly -n 3",
  "dags next-execution in_february -n 3",
  "dags next-execution by_hand",
  "dags list-runs yearly",
  "dags pause yearly",
  "dags pause yearly",
  "variables set a 1",
  "variables get a",
  'variables set b {"c":1} -j',
  "variables get b",
  "variables get nothing -d some",
  "variables import variables.json",
  "variables import variables.json -a skip",
  "variables delete a",
  "pools set db 4 data",
  "pools delete db",
  "pools import pools.json",
];

/** Of these the table itself differs: it has no borders here, and other columns. */
const isTable = /^dags (un)?pause/;

const code = `
import contextlib, io, json, sys
from airflow.cli import cli_parser
parser = cli_parser.get_parser()
said = []
for line in json.loads(sys.argv[1]):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            args = parser.parse_args(line.split(" "))
            args.func(args)
        except SystemExit as end:
            if isinstance(end.code, str):
                out.write(end.code + "\\n")
    said.append(out.getvalue())
print("SAID" + json.dumps(said))
`;

describeWithPython("the words of commands", () => {
  it("are those of the newest Airflow", async () => {
    const root = createFolder();
    const dags = join(root, "dags");
    mkdirSync(dags);
    // Moments that no test run is near to.
    writeFileSync(
      join(dags, "seldom.ts"),
      `import { Dag } from "dagwright";
const shared = { startDate: "2024-01-01", timezone: "Europe/Vienna", tags: ["t"], defaultArgs: { retries: 2 } };
new Dag("yearly", { ...shared, schedule: "30 4 13 7 *" }).empty("nothing");
new Dag("in_february", { ...shared, schedule: { cron: "0 3 29 2 *", dataInterval: true } }).empty("nothing");
new Dag("by_hand", shared).empty("nothing");
`,
    );
    writeFileSync(join(root, "variables.json"), JSON.stringify({ a: "2", d: { value: [1], description: "e" } }));
    writeFileSync(join(root, "pools.json"), JSON.stringify({ one: { slots: 1, description: "" } }));
    const home = createAirflowHome(airflowVersions.at(-1)!, join(await buildProject(root), "dags"));
    await home.airflow("dags", "reserialize");
    const absolute = lines.map((line) => line.replace(/(\w+\.json)/, `${root}/$1`));
    const { output } = await home.python(code, JSON.stringify(absolute));
    const theirs = JSON.parse(/SAID(.*)/.exec(output)![1]!) as string[];
    for (const [index, line] of lines.entries()) {
      const { stdout, stderr } = await runCommandLine(line.split(" "), { cwd: root });
      const ours = stdout === "" ? stderr : stdout;
      if (isTable.test(line) && !ours.startsWith("No ")) {
        expect([line, /is_paused/.test(theirs[index]!)]).toEqual([line, /is_paused/.test(ours)]);
      } else expect([line, ours]).toEqual([line, theirs[index]]);
    }
  });
});
