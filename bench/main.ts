// Measures one thing beside its peers, in one run, and prints medians: `npm run bench -- NAME [--rounds N] [--sizes N,N] [--json]`.

import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import { benchmarks } from "./index.ts";
import { describeMachine } from "./machine.ts";
import { measure } from "./measure.ts";
import { type Report, renderReport } from "./render-report.ts";

const maxRounds = 1000;
const maxSize = 100_000;
const interrupted = 130;

try {
  for (const chosen of readArguments(process.argv.slice(2))) {
    const report = await run(chosen);
    process.stdout.write(chosen.json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report));
  }
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 2;
}

interface Chosen {
  readonly benchmark: Benchmark;
  readonly rounds: number;
  readonly sizes: readonly number[];
  readonly json: boolean;
}

/** A name, or what the names of several begin with. */
function readArguments(typed: string[]): Chosen[] {
  const { values, positionals } = parseArgs({
    args: typed,
    allowPositionals: true,
    options: { rounds: { type: "string" }, sizes: { type: "string" }, json: { type: "boolean", default: false } },
  });
  const [wanted = "", ...others] = positionals;
  const found = benchmarks.filter(({ name }) => name === wanted || name.startsWith(`${wanted}-`));
  if (found.length === 0 || others.length > 0) {
    const list = benchmarks.map(({ name, summary }) => `  ${name.padEnd(22)}${summary}`).join("\n");
    throw new Error(`name one benchmark: npm run bench -- NAME [--rounds N] [--sizes N,N] [--json]\n${list}`);
  }
  return found.map((benchmark) => ({
    benchmark,
    rounds: readRounds(benchmark, values.rounds),
    sizes: readSizes(benchmark, values.sizes),
    json: values.json,
  }));
}

function readRounds(benchmark: Benchmark, typed: string | undefined): number {
  const rounds = Number(typed ?? benchmark.rounds);
  if (isCount(rounds, maxRounds)) return rounds;
  throw new Error(`--rounds is ${JSON.stringify(typed)}. Give a whole number from 1 to ${maxRounds}.`);
}

function readSizes(benchmark: Benchmark, typed: string | undefined): readonly number[] {
  if (typed === undefined) return benchmark.sizes ?? [];
  const sizes = typed.split(",").map(Number);
  if (benchmark.sizes && sizes.every((size) => isCount(size, maxSize))) return sizes;
  throw new Error(
    benchmark.sizes
      ? `--sizes is ${JSON.stringify(typed)}. Give whole numbers from 1 to ${maxSize}, e.g. 50,1000.`
      : `${benchmark.name} takes no --sizes. Leave it out.`,
  );
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}

async function run({ benchmark, rounds, sizes }: Chosen): Promise<Report> {
  const removals: (() => Promise<void>)[] = [];
  const removeAll = async () => {
    for (const remove of removals.splice(0).reverse()) await remove();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => removeAll().finally(() => process.exit(interrupted)));
  }
  try {
    const { comparisons, versions, notes } = await benchmark.setUp((remove) => removals.push(remove), sizes);
    const machine = describeMachine();
    const results = [];
    for (const comparison of comparisons) {
      console.error(`${comparison.subject}: ${comparison.candidates.map(({ name }) => name).join(" | ")}`);
      results.push({ subject: comparison.subject, measured: await measure(comparison, rounds) });
    }
    const ofSizes = sizes.length > 0 ? ` --sizes ${sizes.join(",")}` : "";
    const command = `npm run bench -- ${benchmark.name} --rounds ${rounds}${ofSizes}`;
    return { benchmark: benchmark.name, command, date: new Date().toISOString(), machine, versions, notes, results };
  } finally {
    await removeAll();
  }
}
