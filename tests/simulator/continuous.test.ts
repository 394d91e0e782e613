// Lives of a DAG that runs without end: its runs follow each other, one at a time, whatever dies and however the clock is set.

import { expect, it } from "vitest";
import type { Manifest } from "../../runtime/manifest.ts";
import { madeDag } from "../support/made-dag.ts";
import { simulate } from "./simulation.ts";

const lives = 100;
const lengthMs = 300_000;

it(`${lives} lives of a continuous DAG hold every promise, and it never stands still`, async () => {
  const happened = new Set<string>();
  for (let seed = 0; seed < lives; seed++) {
    const model = madeDag(
      [
        { id: "a", retries: 1, retryDelay: 1 },
        { id: "b", upstream: ["a"] },
      ],
      {
        schedule: { kind: "continuous" },
        startDate: seed % 2 === 0 ? "2026-02-28T23:59:50" : null,
        maxActiveRuns: 1,
        isPausedUponCreation: false,
      },
    );
    const dags = [{ model, definition: "1", chunk: "", file: "dags/made.ts" }];
    const manifest: Manifest = { version: 1, bundles: [], dags };
    const { store, runs, seen } = await simulate({
      seed,
      manifest,
      lengthMs,
      without: ["trigger", "pause", "pool", "by hand"],
    });
    store.close();
    expect(runs, `seed ${seed}`).toBeGreaterThan(1);
    for (const what of seen) happened.add(what);
  }
  expect(happened).toContain("the clock jumps");
});
