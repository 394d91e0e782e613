// Which of the tasks that are ready start now, over all runs: by weight, as slots, pools and limits allow. Pure. Source:
// _executable_task_instances_to_queued in airflow/jobs/scheduler_job_runner.py of Airflow 3.3.

export interface ReadyTask {
  readonly run: number;
  readonly dagId: string;
  readonly taskId: string;
  readonly weight: number;
  /** Null goes first, as SQLite orders it for Airflow. */
  readonly logicalDate: string | null;
  /** The order of declaration, among equals of one run. */
  readonly rank: number;
  readonly pool: string;
  readonly poolSlots: number;
  /** Of this run at the same time. */
  readonly maxActiveTasks: number;
  /** Of this task at the same time, over all runs. */
  readonly maxActiveTisPerDag: number | null;
}

export interface RunningTask {
  readonly run: number;
  readonly dagId: string;
  readonly taskId: string;
  readonly pool: string;
  readonly poolSlots: number;
}

export interface StartSituation {
  /** The tasks that are ready: a list for each run and pool, in the order in which they would start alone. */
  readonly ready: readonly (readonly ReadyTask[])[];
  readonly running: readonly RunningTask[];
  /** Processes that may still be started. */
  readonly freeSlots: number;
  /** Pool → slots, -1 without limit. A task of a pool that does not exist waits. */
  readonly pools: ReadonlyMap<string, number>;
}

export function planStarts({ ready, running, freeSlots, pools }: StartSituation): ReadyTask[] {
  const usage = countUsage(running);
  const starved = new Set<string>();
  const started: ReadyTask[] = [];
  const queue = createQueue(ready);
  for (let task = queue.first(); task !== undefined && started.length < freeSlots; task = queue.first()) {
    const fit = findFit(task, { usage, starved, pools });
    if (fit === "list_starves") queue.dropList();
    else queue.dropTask();
    if (fit !== "fits") continue;
    use(usage, task);
    started.push(task);
  }
  return started;
}

interface Usage {
  readonly pools: Map<string, number>;
  readonly runs: Map<number, number>;
  readonly tasks: Map<string, number>;
}

function countUsage(running: readonly RunningTask[]): Usage {
  const usage: Usage = { pools: new Map(), runs: new Map(), tasks: new Map() };
  for (const task of running) use(usage, task);
  return usage;
}

function use({ pools, runs, tasks }: Usage, task: RunningTask): void {
  pools.set(task.pool, (pools.get(task.pool) ?? 0) + task.poolSlots);
  runs.set(task.run, (runs.get(task.run) ?? 0) + 1);
  tasks.set(nameOf(task), (tasks.get(nameOf(task)) ?? 0) + 1);
}

/** What has no room for a task now has none for its other instances either, smaller or not: as Airflow does it. */
function findFit(
  task: ReadyTask,
  { usage, starved, pools }: { usage: Usage; starved: Set<string>; pools: ReadonlyMap<string, number> },
): "fits" | "task_starves" | "list_starves" {
  const total = pools.get(task.pool);
  const open = total === -1 ? Number.POSITIVE_INFINITY : (total ?? 0) - (usage.pools.get(task.pool) ?? 0);
  if (open <= 0 || (usage.runs.get(task.run) ?? 0) >= task.maxActiveTasks) return "list_starves";
  const name = nameOf(task);
  const isFull = task.maxActiveTisPerDag !== null && (usage.tasks.get(name) ?? 0) >= task.maxActiveTisPerDag;
  if (isFull || task.poolSlots > open) starved.add(name);
  return starved.has(name) ? "task_starves" : "fits";
}

function nameOf({ dagId, taskId }: Pick<RunningTask, "dagId" | "taskId">): string {
  return `${dagId}\0${taskId}`;
}

interface StartQueue {
  first(): ReadyTask | undefined;
  dropTask(): void;
  /** The first task and the rest of its list. */
  dropList(): void;
}

/** Merges the lists, each of which is in order already, by a heap; lazily: most of what is ready is never asked for. */
function createQueue(lists: readonly (readonly ReadyTask[])[]): StartQueue {
  const heads = lists.filter((list) => list.length > 0).map((list) => ({ list, at: 0 }));
  const taskAt = (index: number) => heads[index]!.list[heads[index]!.at]!;
  const sink = (start: number) => {
    for (let at = start; ; ) {
      const children = [2 * at + 1, 2 * at + 2].filter((child) => child < heads.length);
      const first = children.reduce((best, child) => (compare(taskAt(child), taskAt(best)) < 0 ? child : best), at);
      if (first === at) return;
      [heads[at], heads[first]] = [heads[first]!, heads[at]!];
      at = first;
    }
  };
  for (let at = heads.length >> 1; at >= 0; at--) if (at < heads.length) sink(at);
  const dropList = () => {
    const last = heads.pop()!;
    if (heads.length === 0) return;
    heads[0] = last;
    sink(0);
  };
  const dropTask = () => {
    const head = heads[0]!;
    head.at++;
    if (head.at === head.list.length) dropList();
    else sink(0);
  };
  return { first: () => (heads.length === 0 ? undefined : taskAt(0)), dropTask, dropList };
}

function compare(left: ReadyTask, right: ReadyTask): number {
  if (left.weight !== right.weight) return right.weight - left.weight;
  const [leftDate, rightDate] = [left.logicalDate ?? "", right.logicalDate ?? ""];
  if (leftDate !== rightDate) return leftDate < rightDate ? -1 : 1;
  return left.run - right.run || left.rank - right.rank;
}
