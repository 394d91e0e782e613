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
  const chosen = readArguments(process.argv.slice(2));
  const report = await run(chosen);
  process.stdout.write(chosen.json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report));
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

function readArguments(typed: string[]): Chosen {
  const { values, positionals } = parseArgs({
    args: typed,
    allowPositionals: true,
    options: { rounds: { type: "string" }, sizes: { type: "string" }, json: { type: "boolean", default: false } },
  });
  const benchmark = benchmarks.find(({ name }) => name === positionals[0]);
  if (!benchmark || positionals.length !== 1) {
    const list = benchmarks.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`).join("\n");
    throw new Error(`name one benchmark: npm run bench -- NAME [--rounds N] [--sizes N,N] [--json]\n${list}`);
  }
  const rounds = Number(values.rounds ?? benchmark.rounds);
  if (!isCount(rounds, maxRounds)) {
    throw new Error(`--rounds is ${JSON.stringify(values.rounds)}. Give a whole number from 1 to ${maxRounds}.`);
  }
  const sizes = values.sizes === undefined ? (benchmark.sizes ?? []) : values.sizes.split(",").map(Number);
  if (values.sizes !== undefined && !(benchmark.sizes && sizes.every((size) => isCount(size, maxSize)))) {
    throw new Error(
      benchmark.sizes
        ? `--sizes is ${JSON.stringify(values.sizes)}. Give whole numbers from 1 to ${maxSize}, e.g. 50,1000.`
        : `${benchmark.name} takes no --sizes. Leave it out.`,
    );
  }
  return { benchmark, rounds, sizes, json: values.json };
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
