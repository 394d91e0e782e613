// The main job in both worlds: the same task states, XComs and rows, by content.

import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fingerprint } from "../../quickstart/fingerprint.ts";
import { airflowVersions, createAirflowHome, describeWithPython } from "../support/airflow.ts";
import { buildProject } from "../support/built-project.ts";
import { createPagilaProject, loadId, type PagilaProject, replicateId } from "../support/pagila-project.ts";
import { dagsTest } from "../support/standalone.ts";

interface WorldRun {
  readonly runState: string | null;
  readonly states: Readonly<Record<string, string | null>>;
  readonly xcoms: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What a world is, for this test: something that runs one DAG of the project. */
type World = (dagId: string) => Promise<WorldRun>;

const counts = { actor: 200, film: 1000, customer: 599, rental: 16044 };
const allSucceeded = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, "success"]));
const loadTasks = [
  "compute_hashes",
  "skip_if_already_loaded",
  "acquire_lock",
  "reset_public_schema",
  "ensure_postgres_role",
  "create_schema",
  "load_data_streaming",
  "verify_counts",
  "record_success",
  "release_lock",
];

describe("standalone", () => {
  it("loads, replicates, and skips the second load", async () => {
    const project = await createPagilaProject();
    await checkWorld(project, (id) => dagsTest(id, [], { cwd: project.root, environment: project.environment }));
  }, 120_000);
});

describeWithPython("real Airflow", () => {
  it.each(airflowVersions)(
    "%s loads, replicates, and skips the second load",
    async (version) => {
      const project = await createPagilaProject();
      const out = await buildProject(project.root);
      const airflow = createAirflowHome(version, join(out, "dags"), project.environment);
      symlinkSync(join(project.root, "include"), join(airflow.home, "include"));
      await checkWorld(project, async (id) => {
        const run = await airflow.dagsTest(id);
        expect(run.exitCode, run.output.slice(-4000)).toBe(0);
        expect(linesWith(run.output, project.source.connection.password!)).toEqual([]);
        return run;
      });
    },
    300_000,
  );
});

/** Under `dags test`, and only there, Airflow 3.0 prints its own requests to mask a secret. */
function linesWith(output: string, secret: string): string[] {
  return output.split("\n").filter((line) => line.includes(secret) && !line.includes("msg=MaskSecret("));
}

async function checkWorld(project: PagilaProject, run: World): Promise<void> {
  const loaded = await run(loadId);
  expect(loaded.states).toEqual(allSucceeded(loadTasks));
  expect(loaded.xcoms["verify_counts"]!["return_value"]).toMatchObject(counts);
  expect(loaded.xcoms["compute_hashes"]!["return_value"]).toEqual({
    schema: expect.stringMatching(/^[0-9a-f]{64}$/),
    data: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(loaded.xcoms["load_data_streaming"]!["return_value"]).toMatchObject({
    tables: { "public.rental": { rows: counts.rental } },
  });
  const [audit] = await project.source.query(`SELECT succeeded, actor_count, film_count, customer_count, rental_count,
    schema_sha256 IS NOT NULL AND data_sha256 IS NOT NULL AND loaded_at IS NOT NULL AS is_complete
    FROM pagila_support.pagila_load_audit`);
  expect(audit).toEqual({
    succeeded: true,
    actor_count: "200",
    film_count: "1000",
    customer_count: "599",
    rental_count: "16044",
    is_complete: true,
  });

  const replicated = await run(replicateId);
  expect(replicated.states).toEqual(
    allSucceeded(["ensure_postgres_role", "create_schema", "copy_tables", "compare_counts"]),
  );
  expect(replicated.xcoms["copy_tables"]!["return_value"]).toMatchObject({ spilled: false });
  const source = await fingerprint(project.source);
  const target = await fingerprint(project.target);
  const { "pagila_support.pagila_load_audit": _, ...pagila } = source;
  expect(target).toMatchObject(pagila);
  expect(Object.values(pagila).reduce((sum, { rows }) => sum + Number(rows), 0)).toBeGreaterThan(45_000);

  const second = await run(loadId);
  const [first, decider, ...others] = loadTasks;
  expect(second.states).toEqual({
    [first!]: "success",
    [decider!]: "success",
    ...Object.fromEntries(others.map((id) => [id, "skipped"])),
  });
  expect(second.runState).toBe("success");
}
