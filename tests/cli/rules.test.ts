// `rules` and `explain`: the linter's rules, for people and for programs.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { rules } from "../../generator/rules/index.ts";
import { runCommandLine } from "../support/command-line.ts";

it("rules lists every rule with what it demands", async () => {
  const { exitCode, stdout } = await runCommandLine(["rules"]);
  expect(exitCode).toBe(0);
  for (const { code, summary } of rules) expect(stdout).toMatch(new RegExp(`^${code} .*${escaped(summary)}$`, "m"));
});

it("rules -o json is for programs", async () => {
  const { stdout } = await runCommandLine(["rules", "-o", "json"]);
  expect(JSON.parse(stdout).map(({ code }: { code: string }) => code)).toEqual(rules.map(({ code }) => code));
});

it("explain prints the rule's page", async () => {
  const page = readFileSync(new URL("../../docs/rules/cycle.md", import.meta.url), "utf8");
  expect(await runCommandLine(["explain", "cycle"])).toEqual({ exitCode: 0, stdout: page, stderr: "" });
});

it("explain of an unknown rule names the nearest", async () => {
  const { exitCode, stderr } = await runCommandLine(["explain", "tag-missing"]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: 'error: unknown rule: "tag-missing"\n  fix: Did you mean tags-missing?\n',
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
