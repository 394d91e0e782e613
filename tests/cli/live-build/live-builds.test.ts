// A project that is edited while it is watched: what becomes live, what stays, and what is said.

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dagFile, limitMs, startLiveProject } from "../../support/live-project.ts";
import { waitUntil } from "../../support/processes.ts";

describe("edited DAG files", () => {
  it("are built when they change, come, move and go", async () => {
    const project = startLiveProject({ "dags/a.ts": dagFile("a") });
    const first = await project.builds.first();
    expect(first).toMatchObject({ broken: [], kept: [] });
    expect(project.dagIds()).toEqual(["a"]);
    const before = project.dag("a")!.definition;

    project.write({ "dags/a.ts": dagFile("a", 'dag.bash("more", "echo 2");\n') });
    await project.untilBuilt(({ buildFolder }) => buildFolder !== first.buildFolder);
    expect(project.dag("a")!.model.tasks.map(({ id }) => id)).toEqual(["say", "more"]);
    expect(project.dag("a")!.definition).not.toBe(before);

    project.write({ "dags/deep/er/b.ts": dagFile("b") });
    await waitUntil(() => project.dagIds().join() === "a,b", limitMs);
    // In a folder that did not exist when it began.
    project.write({ "dags/deep/er/c.ts": dagFile("c") });
    await waitUntil(() => project.dagIds().join() === "a,b,c", limitMs);
    renameSync(join(project.root, "dags/deep"), join(project.root, "dags/other"));
    await waitUntil(() => project.dag("b")?.file === "dags/other/er/b.ts", limitMs);
    project.remove("dags/other");
    await waitUntil(() => project.dagIds().join() === "a", limitMs);
  });

  it("are not built anew in another way when they are as before", async () => {
    const project = startLiveProject({ "dags/a.ts": dagFile("a") });
    const first = await project.builds.first();
    project.write({ "dags/a.ts": dagFile("other") });
    await project.untilBuilt(({ buildFolder }) => buildFolder !== first.buildFolder);
    project.write({ "dags/a.ts": dagFile("a") });
    await project.untilBuilt(({ buildFolder }) => buildFolder === first.buildFolder);
  });

  it("are replaced by editors with a rename", async () => {
    const project = startLiveProject({ "dags/a.ts": dagFile("a") });
    await project.untilBuilt();
    for (const id of ["second", "third"]) {
      writeFileSync(join(project.root, "dags/a.ts.tmp"), dagFile(id));
      renameSync(join(project.root, "dags/a.ts.tmp"), join(project.root, "dags/a.ts"));
      await waitUntil(() => project.dagIds().join() === id, limitMs);
    }
  });

  it("make two builds at most when hundreds of them change at once", async () => {
    const numbers = Array.from({ length: 200 }, (_, number) => number);
    const files = (rest: string) =>
      Object.fromEntries(numbers.map((number) => [`dags/d${number}.ts`, dagFile(`d${number}`, rest)]));
    const project = startLiveProject(files(""));
    await project.untilBuilt();
    project.write(files('dag.bash("more", "echo 2");\n'));
    const isNew = (number: number) => project.dag(`d${number}`)!.model.tasks.length === 2;
    await waitUntil(() => numbers.every(isNew), limitMs);
    expect(project.told.length - 1).toBeLessThanOrEqual(2);
    // The last one is the last.
    project.write({ "dags/e.ts": dagFile("e") });
    await waitUntil(() => project.dagIds().includes("e"), limitMs);
    expect(project.told.length - 1).toBeLessThanOrEqual(3);
  });
});

describe("a broken file", () => {
  const broken = `${dagFile("b")}throw new Error("not yet");\n`;

  it("is told with its place, and its DAGs go on as they were last, until it is mended", async () => {
    const project = startLiveProject({ "dags/a.ts": dagFile("a"), "dags/b.ts": dagFile("b") });
    const { buildFolder } = await project.builds.first();
    project.write({ "dags/b.ts": broken });
    const build = await project.untilBuilt(({ broken }) => broken.length === 1);
    expect(build.broken).toEqual([
      {
        file: "dags/b.ts",
        text: expect.stringMatching(/^dags\/b\.ts:5:7 import-error .*: not yet\n {2}fix: /),
      },
    ]);
    expect(build.kept).toEqual([{ dagId: "b", file: "dags/b.ts", buildFolder }]);
    expect(project.dagIds()).toEqual(["a"]);

    project.write({ "dags/a.ts": dagFile("a2"), "dags/b.ts": `${dagFile("b")}const = 1;\n` });
    const later = await project.untilBuilt(
      ({ broken }) => /:5:7 import-error/.test(broken[0]?.text ?? "") && project.dagIds().join() === "a2",
    );
    expect(later.broken[0]!.text).toMatch(/^dags\/b\.ts:5:7 import-error dags\/b\.ts cannot be bundled: /);
    expect(later.kept).toEqual([{ dagId: "b", file: "dags/b.ts", buildFolder }]);

    project.write({ "dags/b.ts": dagFile("b") });
    await project.untilBuilt(({ broken, kept }) => broken.length === 0 && kept.length === 0);
    expect(project.dagIds()).toEqual(["a2", "b"]);
  });

  it("keeps its DAGs over a restart, too", async () => {
    const project = startLiveProject({ "dags/a.ts": dagFile("a"), "dags/b.ts": dagFile("b") });
    const { buildFolder } = await project.builds.first();
    await project.builds.stop();
    project.write({ "dags/b.ts": broken });
    const { startLiveBuilds } = await import("../../../cli/live-build/start-live-builds.ts");
    const again = startLiveBuilds({ projectRoot: project.root, version: "0.0.0", stderr: () => {} });
    try {
      expect((await again.first()).kept).toEqual([{ dagId: "b", file: "dags/b.ts", buildFolder }]);
    } finally {
      await again.stop();
    }
  });

  it("keeps nothing of a DAG that another file has now", async () => {
    const project = startLiveProject({ "dags/a.ts": dagFile("a"), "dags/b.ts": dagFile("b") });
    await project.builds.first();
    project.write({ "dags/c.ts": dagFile("b"), "dags/b.ts": broken });
    await project.untilBuilt(({ broken, kept }) => broken.length === 1 && kept.length === 0);
    expect(project.dag("b")!.file).toBe("dags/c.ts");
  });

  it("is told once for all that is wrong in it, and for an id that another file has", async () => {
    const project = startLiveProject({
      "dags/a.ts": dagFile("a"),
      "dags/b.ts": 'import { Dag } from "dagwright";\nnew Dag("b c");\nnew Dag("d/e");\n',
      "dags/c.ts": dagFile("a"),
    });
    const { broken } = await project.builds.first();
    expect(broken.map(({ file }) => file)).toEqual(["dags/a.ts", "dags/b.ts", "dags/c.ts"]);
    expect(broken[0]!.text).toMatch(/^dags\/a\.ts:1:1 duplicate-id DAG id "a" is taken by another file/);
    expect(broken[1]!.text).toMatch(/^dags\/b\.ts:2:\d+ invalid-id .*\n {2}fix: .*\ndags\/b\.ts:3:\d+ invalid-id /);
    expect(broken[2]!.text).toMatch(/^dags\/c\.ts:3:\d+ duplicate-id /);
  });
});

describe("what DAG files import", () => {
  it("is watched where it lies: modules beside the folder, SQL, data that is read, and what is missing", async () => {
    const imports = `import { owner } from "../shared/owner";\nimport sql from "../sql/one.sql";\nimport { readFileSync } from "node:fs";\n`;
    const rest = `new Dag(readFileSync("FOLDER/include/name.txt", "utf8") + owner + sql.trim());\n`;
    const project = startLiveProject({
      "shared/owner.ts": 'export const owner = "o1";\n',
      "sql/one.sql": "s1\n",
      "include/name.txt": "n1",
      "dags/a.ts": dagFile("a"),
    });
    await project.builds.first();
    project.write({ "dags/a.ts": `${imports}${dagFile("a")}${rest.replace("FOLDER", project.root)}` });
    const untilMade = (id: string) => waitUntil(() => project.dagIds().includes(id), limitMs);
    await untilMade("n1o1s1");
    project.write({ "shared/owner.ts": 'export const owner = "o2";\n' });
    await untilMade("n1o2s1");
    project.write({ "sql/one.sql": "s2\n" });
    await untilMade("n1o2s2");
    project.write({ "include/name.txt": "n2" });
    await untilMade("n2o2s2");
    // Taken before shared/owner.ts, were it there.
    project.write({ "shared/owner.tsx": 'export const owner = "o3";\n' });
    await untilMade("n2o3s2");
    project.write({ "dags/b.ts": `import { id } from "../not/yet/there.js";\n${dagFile("b")}new Dag(id);\n` });
    await project.untilBuilt(({ broken }) => broken.length === 1);
    mkdirSync(join(project.root, "not/yet"), { recursive: true });
    project.write({ "not/yet/there.ts": 'export const id = "there";\n' });
    await untilMade("there");
  });

  it("may be a package that is installed later", async () => {
    const project = startLiveProject({ "dags/a.ts": `import { id } from "names";\n${dagFile("a")}new Dag(id);\n` });
    await project.untilBuilt(({ broken }) => broken.length === 1);
    project.write({
      "node_modules/names/package.json": '{ "name": "names", "type": "module", "exports": "./index.js" }',
      "node_modules/names/index.js": 'export const id = "installed";\n',
      "node_modules/.package-lock.json": "{}",
    });
    await waitUntil(() => project.dagIds().includes("installed"), limitMs);
  });
});

describe("when nothing can be built", () => {
  it("says why, keeps what was live, and goes on when the configuration is mended", async () => {
    const config = (airflow: string) =>
      `import { defineConfig } from "dagwright";\nexport default defineConfig({ airflow: ["${airflow}"] });\n`;
    const project = startLiveProject({ "dags/a.ts": dagFile("a"), "dagwright.config.ts": config("3.2") });
    const first = await project.builds.first();
    project.write({ "dagwright.config.ts": config("2.0") });
    expect(await project.untilFailed()).toMatchObject({ found: expect.stringContaining("2.0") });
    project.write({ "dagwright.config.ts": "export default {" });
    await waitUntil(() => project.told.length === 3, limitMs);
    expect(await project.untilFailed()).toMatchObject({
      where: expect.stringMatching(/^dagwright\.config\.ts:\d+:\d+$/),
    });
    project.write({ "dagwright.config.ts": config("3.2") });
    expect(await project.untilBuilt()).toEqual(first);
  });

  it("waits for the first build until there is something to build", async () => {
    const project = startLiveProject({ "package.json": "{}" });
    expect(await project.untilFailed()).toMatchObject({ what: "no DAG files" });
    project.write({ "dags/a.ts": dagFile("a") });
    expect((await project.builds.first()).broken).toEqual([]);
  });

  it("keeps what was live when the dags folder goes, and sees it come back", async () => {
    const project = startLiveProject({ "dags/a.ts": dagFile("a") });
    const { buildFolder } = await project.builds.first();
    rmSync(join(project.root, "dags"), { recursive: true });
    expect(await project.untilFailed()).toMatchObject({ what: "no DAG files" });
    expect(project.dagIds()).toEqual(["a"]);
    project.write({ "dags/b.ts": dagFile("b") });
    await project.untilBuilt((build) => build.buildFolder !== buildFolder);
    project.write({ "dags/b.ts": dagFile("c") });
    await waitUntil(() => project.dagIds().join() === "c", limitMs);
  });
});

it("does not build for ever where a DAG file writes what it reads", async () => {
  const writes = `import { readFileSync, writeFileSync } from "node:fs";\nconst path = "FOLDER/dags/count.json";\nlet count = 0;\ntry { count = JSON.parse(readFileSync(path, "utf8")); } catch {}\nwriteFileSync(path, String(count + 1));\n`;
  const project = startLiveProject({ "dags/b.ts": dagFile("b") });
  await project.builds.first();
  project.write({ "dags/a.ts": writes.replace("FOLDER", project.root) + dagFile("a") });
  await waitUntil(() => project.dagIds().includes("a"), limitMs);
  // An edit is seen at once, however rare its own builds have become.
  project.write({ "dags/b.ts": dagFile("c") });
  await waitUntil(() => project.dagIds().includes("c"), limitMs);
});
