// Whatever changes between two lints, the one that may use what was kept finds what one from nothing finds. And where it may use it, it does.

import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { lintKept } from "../../../generator/lint/lint-kept.ts";
import type { LintRequest } from "../../../generator/lint/lint-request.ts";
import { createFolder } from "../../support/built-project.ts";
import { changes, dag, type Files, tagged } from "./kept-changes.ts";

describe("what changes is found", () => {
  it.each(changes)("$name", async ({ before, after, environment = {}, found }) => {
    const { root, lint } = project({ ...before, "dags/z-other.ts": tagged });
    await lint();
    write(root, after);
    const usual = { ...process.env };
    // What programs read of the environment, they read of their own process.
    Object.assign(process.env, environment);
    try {
      const kept = await lint({ environment: { ...process.env } });
      expect(kept).toEqual(await lint({ folder: undefined, environment: { ...process.env } }));
      expect(kept.diagnostics.map(({ text }) => text)).toEqual(found.map((text) => expect.stringContaining(text)));
      // And once more, from what was kept now.
      expect(await lint({ environment: { ...process.env } })).toEqual(kept);
    } finally {
      for (const name of Object.keys(environment)) {
        if (usual[name] === undefined) delete process.env[name];
        else process.env[name] = usual[name];
      }
    }
  });

  it("a link that leads elsewhere now", async () => {
    const { root, lint } = project({
      "dags/a.ts": dag("a", "tags", 'import { tags } from "../shared/tags.ts";'),
      "one/tags.ts": 'export const tags = ["t"];',
      "two/tags.ts": "export const tags: string[] = [];",
    });
    symlinkSync("one", join(root, "shared"));
    expect(texts(await lint())).toEqual([]);
    rmSync(join(root, "shared"));
    symlinkSync("two", join(root, "shared"));
    expect(texts(await lint())).toEqual(['DAG "a" has no tags']);
  });

  it("a module that is gone before the lint is done", async () => {
    const head =
      'import { rmSync } from "node:fs";\nimport { tags } from "../shared/tags.ts";\nrmSync(ROOT + "/shared/tags.ts");';
    const { lint } = project({
      "dags/a.ts": dag("a", "tags", head),
      "shared/tags.ts": "export const tags: string[] = [];",
    });
    expect(texts(await lint())).toContain('DAG "a" has no tags');
    expect(texts(await lint())).toEqual([expect.stringContaining('Could not resolve "../shared/tags.ts"')]);
  });

  it.each([
    ["a version", { version: "0.0.2" }],
    ["a variable", { environment: { ...process.env, FROM_HERE: "2" } }],
    ["a time zone", { environment: { ...process.env, TZ: "Asia/Tokyo" } }],
  ])("another %s: nothing kept is used", async (_, request) => {
    const { lint, forge } = project({ "dags/a.ts": dag("a", "[process.env.FROM_HERE ?? 't'].slice(1)") });
    await lint();
    forge("result.json", /has no tags/, "was kept");
    expect(texts(await lint())).toContain('DAG "a" was kept');
    expect(texts(await lint(request))).toContain('DAG "a" has no tags');
  });
});

describe("what does not change is not done again", () => {
  it("nothing changed: the result", async () => {
    const { lint, forge } = project({ "dags/a.ts": dag("a", "[]"), "dags/b.ts": dag("b", "[]") });
    await lint();
    forge("result.json", /DAG \\"a\\" has no tags/, "the kept result");
    expect(texts(await lint())).toEqual(["the kept result", 'DAG "b" has no tags']);
    expect(texts(await lint({ folder: undefined }))).toEqual(['DAG "a" has no tags', 'DAG "b" has no tags']);
  });

  it("one file changed: what was found in the others", async () => {
    const shared = {
      "shared/dag.ts":
        'import { Dag } from "dagwright";\nexport const make = (id: string) => new Dag(id, { tags: [] });\n',
    };
    const made = (id: string) => `import { make } from "../shared/dag";\nmake("${id}");\n`;
    const { root, lint, forge } = project({
      ...shared,
      "dags/a.ts": made("a"),
      "dags/b.ts": made("b"),
      "dags/c.ts": made("c"),
    });
    await lint();
    forge("parts.json", /DAG \\"a\\" has no tags/, "kept of a");
    forge("parts.json", /DAG \\"b\\" has no tags/, "kept of b");
    write(root, { "dags/b.ts": made("other") });
    const found = texts(await lint()).filter((text) => /tags|kept/.test(text));
    expect(found.sort()).toEqual(['DAG "c" has no tags', 'DAG "other" has no tags', "kept of a"]);
  });

  it("a broken file: the others are kept, and so is it when it is as before", async () => {
    const { root, lint, forge } = project({ "dags/a.ts": dag("a", "[]"), "dags/b.ts": dag("b", '["t"]') });
    await lint();
    forge("parts.json", /has no tags/, "was kept");
    write(root, { "dags/b.ts": "throw new Error('no');" });
    expect(texts(await lint())).toEqual(['DAG "a" was kept', expect.stringContaining("cannot be evaluated")]);
    write(root, { "dags/b.ts": dag("b", '["t"]') });
    forge("result.json", /has no tags/, "was kept, too");
    expect(texts(await lint())).toEqual(['DAG "a" was kept, too']);
  });
});

describe("where nobody can tell, nothing is kept", () => {
  it.each([
    ["another program", 'import { execSync } from "node:child_process";\nexecSync("true");'],
    ["all variables", "const all = { ...process.env };\nvoid all;"],
    ["an import of a value", "const name = 'node:os';\nawait import(name);"],
  ])("%s", async (_, head) => {
    const { root, lint } = project({ "dags/a.ts": dag("a", '["t"]', head) });
    await lint();
    expect(readdirSync(root)).not.toContain("kept");
  });
});

describe("what is wrong with the kept files", () => {
  const files = { "dags/a.ts": dag("a", "[]"), "dags/b.ts": dag("b", '["t"]') };
  const right = ['DAG "a" has no tags'];

  it.each(["result.json", "parts.json"])("%s is cut off anywhere, or is something else", async (name) => {
    const { root, lint } = project(files);
    await lint();
    const path = join(root, "kept", name);
    const whole = readFileSync(path, "utf8");
    const cuts = [0, 1, whole.length / 2, whole.length - 1].map((length) => whole.slice(0, length));
    for (const text of [...cuts, "null", "[]", "7", '"x"', "{}", '{"format":1}', whole.replace(/"id":"./, '"id":"?')]) {
      writeFileSync(path, text);
      write(root, { "dags/b.ts": dag("b", `["t", "${text.length}"]`) });
      expect(texts(await lint())).toEqual(right);
      expect(texts(await lint())).toEqual(right);
    }
  });

  it("a folder that cannot be made", async () => {
    const { root, lint } = project({ ...files, kept: "a file" });
    expect(texts(await lint())).toEqual(right);
    expect(readFileSync(join(root, "kept"), "utf8")).toBe("a file");
  });
});

function texts({ diagnostics }: Awaited<ReturnType<typeof lintKept>>): string[] {
  return diagnostics.map(({ text }) => text);
}

function project(files: Files) {
  const root = createFolder();
  write(root, files);
  const base: LintRequest = { root, folder: join(root, "kept"), environment: process.env, version: "0.0.1" };
  return {
    root,
    lint: async (request: Partial<{ [Key in keyof LintRequest]: LintRequest[Key] | undefined }> = {}) => {
      // A file that is as young as the lint is not relied upon.
      await new Promise((resolve) => setTimeout(resolve, 30));
      return lintKept({ ...base, ...request } as LintRequest);
    },
    /** Makes what was kept tell that it was. */
    forge: (name: string, found: RegExp, instead: string) => {
      const path = join(root, "kept", name);
      const text = readFileSync(path, "utf8");
      expect(text).toMatch(found);
      writeFileSync(path, text.replaceAll(new RegExp(found, "g"), instead));
    },
  };
}

function write(root: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (text === null) rmSync(join(root, path));
    else writeFileSync(join(root, path), text.replaceAll("ROOT", JSON.stringify(root)));
  }
}
