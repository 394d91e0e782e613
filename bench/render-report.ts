// A report as a person reads it: one table, and what one must know to read it.

import { renderTable } from "../cli/render-table.ts";
import type { Machine } from "./machine.ts";
import type { Measured, Spread } from "./measure.ts";

/** Also what `--json` prints. */
export interface Report {
  readonly benchmark: string;
  readonly command: string;
  readonly date: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  readonly results: readonly { readonly subject: string; readonly measured: readonly Measured[] }[];
}

export function renderReport({ benchmark, command, machine, versions, notes, results }: Report): string {
  const hasEach = results.some(({ measured }) => measured.some(({ eachMs }) => eachMs !== undefined));
  const hasRate = results.some(({ measured }) => measured.some(({ perSecond }) => perSecond !== undefined));
  const more = [...(hasEach ? ["each: p50", "p99", "of"] : []), ...(hasRate ? ["per second"] : [])];
  const head = ["", benchmark, "n", "median", "min – max", "ratio", "CPU", "peak memory", ...more];
  const rows = results.flatMap(({ subject, measured }) =>
    measured.map((one, index) => [
      index === 0 ? subject : "",
      ...cellsOf(one),
      ...(hasEach ? eachCells(one) : []),
      ...(hasRate ? [rateOf(one)] : []),
    ]),
  );
  const { cpu, cores, memoryGb, system, load } = machine;
  const parts = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const lines = [
    `Machine: ${cores} × ${cpu}, ${memoryGb} GB, ${system}; load before: ${load.toFixed(1)}`,
    `Versions: ${parts.join(", ")}`,
    ...notes.map((note) => `Note: ${note}`),
    `Repeat: ${command}`,
  ];
  return `\n${renderTable(head, rows)}\n${lines.join("\n")}\n`;
}

function cellsOf({ name, rounds, wallMs, cpuMs, peakMb, ratio }: Measured): string[] {
  const range = `${milliseconds(wallMs.min)} – ${milliseconds(wallMs.max)}`;
  return [
    name,
    String(rounds),
    `${milliseconds(wallMs.median)} ms`,
    range,
    `${ratio.toFixed(2)}×`,
    `${milliseconds(cpuMs.median)} ms`,
    `${megabytes(peakMb)} MB`,
  ];
}

function eachCells({ eachMs }: Measured): string[] {
  if (eachMs === undefined) return ["", "", ""];
  return [`${milliseconds(eachMs.p50)} ms`, `${milliseconds(eachMs.p99)} ms`, eachMs.count.toLocaleString("en")];
}

function rateOf({ perSecond }: Measured): string {
  return perSecond === undefined ? "" : Math.round(perSecond).toLocaleString("en");
}

function milliseconds(value: number): string {
  return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString("en");
}

function megabytes({ median }: Spread): string {
  return median.toFixed(0);
}
