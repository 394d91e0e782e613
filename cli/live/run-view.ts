// Shows a dag run while it goes on: on a terminal one table, drawn again and again; elsewhere one line for each change of a state.

import { createLogUpdate } from "log-update";
import { graphOf, topologicalOrder } from "../../runtime/dag/graph.ts";
import type { DagModel } from "../../runtime/dag/model.ts";
import { progressFile } from "../../runtime/executor/task-environment.ts";
import type { TaskInstanceRow } from "../../runtime/store/task-instances.ts";
import type { Io } from "../command.ts";
import { createProgressReader, formatProgress } from "./progress.ts";
import { cut, runTable, stateText, type TaskLine } from "./run-table.ts";

export interface RunView {
  /** Something changed. */
  update(): void;
  /** Something to say beside the tasks: one line, until the next one. */
  announce(text: string): void;
  /** Draws for the last time and lets go of the terminal. */
  end(): void;
}

export interface RunViewSource {
  readonly dag: DagModel;
  readonly readInstances: () => readonly TaskInstanceRow[];
  /** The folder of a try, for its progress file. */
  readonly folderOf: (taskId: string, tryNumber: number) => string;
  readonly clock: () => number;
}

/** Fast enough to look alive, slow enough to cost nothing. */
const redrawIntervalMs = 200;

export function showRun(source: RunViewSource, io: Io): RunView {
  // A table that does not fit could not be drawn over.
  const fits = (process.stdout.rows ?? 0) > source.dag.tasks.length + 1;
  return io.isTty && fits ? showTable(source, io) : showChanges(source, io);
}

function showTable(source: RunViewSource, io: Io): RunView {
  const draw = createLogUpdate(process.stdout);
  let announced = "";
  const progress = createProgressReader();
  const look = { columns: io.columns, hasColors: io.hasColors };
  const update = () => draw(`${runTable(taskLines(source, progress), look)}${cut(announced, io.columns)}`);
  const timer = setInterval(update, redrawIntervalMs);
  update();
  return {
    update,
    announce: (text) => {
      announced = text;
      update();
    },
    end: () => {
      clearInterval(timer);
      announced = "";
      update();
      draw.done();
    },
  };
}

function showChanges(source: RunViewSource, io: Io): RunView {
  const shown = new Map<string, string>();
  const progress = createProgressReader();
  const update = () => {
    for (const line of taskLines(source, progress)) {
      const state = `${line.state} ${line.tryNumber}`;
      if (line.state === "none" || shown.get(line.taskId) === state) continue;
      shown.set(line.taskId, state);
      const time = new Date(source.clock()).toISOString().slice(11, 19);
      const tries = line.tryNumber > 1 ? ` (try ${line.tryNumber})` : "";
      const took = line.seconds === null || line.state === "running" ? "" : ` in ${line.seconds.toFixed(1)} s`;
      const note = line.note === "" || line.state === "running" ? "" : `: ${line.note}`;
      io.stdout(`${time}  ${line.taskId}  ${stateText(line.state)}${tries}${took}${note}\n`);
    }
  };
  return { update, announce: (text) => io.stdout(`${text}\n`), end: update };
}

/** A view hands in its own reader, which knows what it has read. */
export function taskLines(source: RunViewSource, reader = createProgressReader()): TaskLine[] {
  const { dag, readInstances, folderOf, clock } = source;
  const instances = new Map(readInstances().map((row) => [row.taskId, row]));
  return topologicalOrder(graphOf(dag)).map((id) => {
    const row = instances.get(id)!;
    const end = row.state === "running" ? clock() : Date.parse(row.endDate ?? "");
    const seconds = row.startDate === null ? null : Math.max(0, (end - Date.parse(row.startDate)) / 1000);
    const file = progressFile(folderOf(id, row.tryNumber));
    const progress = row.startDate === null ? undefined : reader.read(file, row.state !== "running");
    const told = row.error ?? (progress ? formatProgress(progress, seconds ?? 0) : "");
    const wait = row.nextTryAt === null ? "" : `next try in ${formatWait(row.nextTryAt - clock())}: `;
    return { taskId: id, state: row.state, tryNumber: row.tryNumber, seconds, note: `${wait}${told}` };
  });
}

function formatWait(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
