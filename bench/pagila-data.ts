// The dumps that are loaded and replicated: Pagila itself where its files are, else the generated sample, and ten times the sample.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { projectRoot } from "../quickstart/project-root.ts";
import { writeSamplePagila } from "../quickstart/sample-pagila.ts";

export interface PagilaData {
  readonly subject: string;
  /** Holds schema.sql and data.sql. */
  readonly folder: string;
}

const largeScale = 10;

export async function preparePagilaData(atEnd: (remove: () => Promise<void>) => void): Promise<PagilaData[]> {
  const scratch = mkdtempSync(join(tmpdir(), "dagwright-bench-data-"));
  atEnd(async () => rmSync(scratch, { recursive: true, force: true }));
  const large = join(scratch, "large");
  await writeSamplePagila(large, { seed: 1, scale: largeScale });
  return [await pagilaOnce(scratch), { subject: `sample × ${largeScale}`, folder: large }];
}

async function pagilaOnce(scratch: string): Promise<PagilaData> {
  const named = process.env["DAGWRIGHT_PAGILA"];
  const real = resolve(named ?? join(projectRoot, "..", "shared", "data", "pagila"));
  if (existsSync(join(real, "data.sql"))) return { subject: "Pagila", folder: real };
  if (named !== undefined) throw new Error(`DAGWRIGHT_PAGILA: ${real} has no data.sql`);
  const folder = join(scratch, "sample");
  await writeSamplePagila(folder, { seed: 1 });
  return { subject: "sample", folder };
}
