// Measures one thing beside its peers, in one run, and prints medians: `npm run bench -- NAME [--rounds N] [--json]`.

import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import { benchmarks } from "./index.ts";
import { describeMachine } from "./machine.ts";
import { measure } from "./measure.ts";
import { type Report, renderReport } from "./render-report.ts";

const maxRounds = 1000;
const interrupted = 130;

try {
  const { benchmark, rounds, json } = readArguments(process.argv.slice(2));
  const report = await run(benchmark, rounds);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report));
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 2;
}

function readArguments(typed: string[]): { benchmark: Benchmark; rounds: number; json: boolean } {
  const { values, positionals } = parseArgs({
    args: typed,
    allowPositionals: true,
    options: { rounds: { type: "string" }, json: { type: "boolean", default: false } },
  });
  const benchmark = benchmarks.find(({ name }) => name === positionals[0]);
  if (!benchmark || positionals.length !== 1) {
    const list = benchmarks.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`).join("\n");
    throw new Error(`name one benchmark: npm run bench -- NAME [--rounds N] [--json]\n${list}`);
  }
  const rounds = Number(values.rounds ?? benchmark.rounds);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= maxRounds) return { benchmark, rounds, json: values.json };
  throw new Error(`--rounds is ${JSON.stringify(values.rounds)}. Give a whole number from 1 to ${maxRounds}.`);
}

async function run(benchmark: Benchmark, rounds: number): Promise<Report> {
  const removals: (() => Promise<void>)[] = [];
  const removeAll = async () => {
    for (const remove of removals.splice(0).reverse()) await remove();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => removeAll().finally(() => process.exit(interrupted)));
  }
  try {
    const { comparisons, versions, notes } = await benchmark.setUp((remove) => removals.push(remove));
    const machine = describeMachine();
    const results = [];
    for (const comparison of comparisons) {
      console.error(`${comparison.subject}: ${comparison.candidates.map(({ name }) => name).join(" | ")}`);
      results.push({ subject: comparison.subject, measured: await measure(comparison, rounds) });
    }
    const command = `npm run bench -- ${benchmark.name} --rounds ${rounds}`;
    return { benchmark: benchmark.name, command, date: new Date().toISOString(), machine, versions, notes, results };
  } finally {
    await removeAll();
  }
}
