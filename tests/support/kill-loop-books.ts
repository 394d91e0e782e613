// Holds what the store says at the end against the tasks' own books.

import type { Victim } from "./kill-often.ts";
import type { LedgerEntry, RunWithTasks } from "./ledger-project.ts";

export interface Books {
  readonly runs: readonly RunWithTasks[];
  readonly ledger: readonly LedgerEntry[];
  readonly victims: readonly Victim[];
  /** Of each DAG. */
  readonly retries: ReadonlyMap<string, number>;
  /** Tasks that have no process. */
  readonly emptyTasks: ReadonlySet<string>;
}

/** Whatever does not agree, each in a line. */
export function findContradictions(books: Books): string[] {
  const { ledger, runs } = books;
  const tries = new Map<string, LedgerEntry[]>();
  for (const entry of ledger) {
    const key = nameOf(entry);
    tries.set(key, [...(tries.get(key) ?? []), entry]);
  }
  return [
    ...ledger.filter(({ kind }) => kind === "OVERLAP").map((entry) => `${nameOf(entry)} ran beside another try`),
    ...[...tries].flatMap(([name, entries]) => checkTry(name, entries, books.victims)),
    ...runs.flatMap((run) => checkRun(run, books, tries)),
  ];
}

function nameOf({ dagId, runId, taskId, tryNumber }: Omit<LedgerEntry, "kind" | "pid">): string {
  return `${dagId} ${runId} ${taskId} ${tryNumber}`;
}

function checkTry(name: string, entries: readonly LedgerEntry[], victims: readonly Victim[]): string[] {
  const starts = entries.filter(({ kind }) => kind === "START").length;
  const hasEnded = entries.some(({ kind }) => kind === "END" || kind === "FAIL");
  const isVictim = victims.some(({ attempt }) => attempt === name);
  return [
    ...(starts > 1 ? [`${name} was started ${starts} times`] : []),
    ...(hasEnded || isVictim ? [] : [`${name} was ended by somebody`]),
  ];
}

function checkRun(run: RunWithTasks, books: Books, tries: ReadonlyMap<string, LedgerEntry[]>): string[] {
  const found = run.state === "success" ? [] : [`${run.dagId} ${run.facts.id} is ${run.state}`];
  for (const { taskId, state, tryNumber, maxTries, losses } of Object.values(run.tasks)) {
    const name = `${run.dagId} ${run.facts.id} ${taskId}`;
    if (state !== "success") found.push(`${name} is ${state}`);
    if (maxTries !== books.retries.get(run.dagId)! + losses)
      found.push(`${name} has ${maxTries} retries, ${losses} losses`);
    if (books.emptyTasks.has(taskId)) continue;
    const last = tries.get(`${name} ${tryNumber}`) ?? [];
    if (!last.some(({ kind }) => kind === "END"))
      found.push(`${name} is ${state}, and its try ${tryNumber} has no end`);
    const own = books.victims.filter(({ attempt }) => attempt.startsWith(`${name} `));
    if (losses > own.filter(({ who }) => who === "wrapper").length) found.push(`${name} was lost without being killed`);
    for (let number = 1; number < tryNumber; number++) {
      const entries = tries.get(`${name} ${number}`) ?? [];
      const isExplained =
        entries.some(({ kind }) => kind === "FAIL") || own.some(({ attempt }) => attempt === `${name} ${number}`);
      if (!isExplained) found.push(`${name} was tried again after try ${number}: ${entries.map(({ kind }) => kind)}`);
    }
  }
  return found;
}
