// The bundler takes along whatever a module could import. A build has the large drivers only where an operator needs them.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { type BundledProject, bundleProject } from "../../../generator/load/bundle.ts";
import { createFolder } from "../../support/built-project.ts";

const plain = `import { Dag } from "dagwright";
import { hashFiles, sql } from "dagwright/operators";
const dag = new Dag("plain");
dag.run("hash", hashFiles({ a: "package.json" }));
dag.run("sql", sql({ connection: "db", text: "SELECT 1" }));
`;
const withS3 = `import { Dag } from "dagwright";
import { s3LatestObject } from "dagwright/operators";
new Dag("with_s3").run("find", s3LatestObject({ bucket: "backups" }));
`;

test("S3's SDK is in the bundle where an operator needs it, and only there; nothing is in it that no entry leads to", async () => {
  const before = await bundleOf({ "dags/plain.ts": plain });
  expect(sdkIn(before)).toEqual([]);
  expect(unreached(before)).toEqual([]);

  const both = await bundleOf({ "dags/plain.ts": plain, "dags/with-s3.ts": withS3 });
  expect(sdkIn(both)).toHaveLength(1);
  expect(reachedFrom(both, "dags/with-s3.ts")).toContain(sdkIn(both)[0]);
  expect(unreached(both)).toEqual([]);

  // Now that this process has met the SDK.
  const after = await bundleOf({ "dags/plain.ts": plain });
  expect([...after.bundle.files.keys()].sort()).toEqual([...before.bundle.files.keys()].sort());
  expect(after.bundle.files).toEqual(before.bundle.files);
});

async function bundleOf(files: Readonly<Record<string, string>>): Promise<BundledProject> {
  const root = createFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return bundleProject(root, Object.keys(files));
}

function sdkIn({ bundle }: BundledProject): string[] {
  return [...bundle.files]
    .filter(([path, code]) => path.endsWith(".mjs") && Buffer.from(code).includes("ListObjectsV2Command"))
    .filter(([, code]) => code.length > 500_000)
    .map(([path]) => path);
}

function reachedFrom({ bundle, importsOf }: BundledProject, file: string): string[] {
  const reached = new Set([bundle.chunks.get(file)!]);
  for (const path of reached) for (const to of importsOf.get(path) ?? []) reached.add(to);
  return [...reached];
}

function unreached(project: BundledProject): string[] {
  const { chunks, files, taskMain } = project.bundle;
  const reached = new Set([...[...chunks.keys()].flatMap((file) => reachedFrom(project, file)), taskMain]);
  for (const path of reached) for (const to of project.importsOf.get(path) ?? []) reached.add(to);
  return [...files.keys()].filter((path) => !reached.has(path.replace(/\.map$/, "")));
}
