// The Dockerfile of the standalone image: linted, of the one Node, and given all that the package is made of. CI builds and runs it.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeImage } from "../../generator/astro/runtime-image.ts";
import { describeWithPython } from "../support/airflow.ts";
import { createFolder } from "../support/built-project.ts";
import { hadolint } from "../support/hadolint.ts";
import { repository } from "./installed-package.ts";

const dockerfile = join(repository, "Dockerfile");
const lines = readFileSync(dockerfile, "utf8").split("\n");

describeWithPython("hadolint", () => {
  test("finds nothing in it", async () => {
    expect(await hadolint(dockerfile)).toBe("");
  });

  test("is really asked: what is wrong is found", async () => {
    const wrong = join(createFolder(), "Dockerfile");
    writeFileSync(wrong, lines.join("\n").replaceAll(nodeImage, "node:latest"));
    expect(await hadolint(wrong)).toContain("DL3007");
  });
});

test("every stage is of the one Node that the Astro image takes, too", () => {
  const images = lines.filter((line) => line.startsWith("FROM ")).map((line) => line.split(" ")[1]);
  expect(images.length).toBeGreaterThan(1);
  expect([...new Set(images)]).toEqual([nodeImage]);
});

test("it is not root that runs, and not through a shell", () => {
  expect(lines.filter((line) => line.startsWith("USER ")).at(-1)).toBe("USER 1000:1000");
  expect(lines).toContain('ENTRYPOINT ["dagwright"]');
});

test("the context holds every source that the package takes, and no secret, state or test", () => {
  const ignored = readFileSync(join(repository, ".dockerignore"), "utf8").split("\n");
  expect(ignored).toContain("*");
  const admitted = ignored.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  for (const path of admitted) expect(existsSync(join(repository, path)), path).toBe(true);
  const { files } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { files: string[] };
  for (const path of [...files, "package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json"]) {
    const source = path.replace(/^dist\//, "");
    expect(
      admitted.some((folder) => source === folder || source.startsWith(`${folder}/`)),
      path,
    ).toBe(true);
  }
});
