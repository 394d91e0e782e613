// `dagwright jobs check`: whether a scheduler is alive, for health checks. Airflow's command of that name, with its words and exit codes.

import type { JobRow } from "../../runtime/store/jobs.ts";
import type { Command, Io } from "../command.ts";
import { usageError } from "../explain-usage.ts";
import type { JobHealth } from "../living-jobs.ts";
import { type OutputFormat, outputOnDemand } from "../output-option.ts";

interface JobsCheckArgs {
  readonly jobType?: string;
  readonly hostname?: string;
  readonly local: boolean;
  readonly limit: number;
  readonly allowMultiple: boolean;
  readonly output?: OutputFormat;
}

export const jobsCheck: Command<JobsCheckArgs> = {
  name: "jobs check",
  summary: "Check that a scheduler is alive; exit 1 when none is",
  options: {
    jobType: { type: "string", choices: ["SchedulerJob"], description: "There are no others: for Airflow's line" },
    hostname: { type: "string", description: "Only jobs of this host" },
    local: { type: "boolean", default: false, description: "Only jobs of the host that asks" },
    limit: { type: "number", default: 1, description: "How many recent jobs are checked; 0: all" },
    allowMultiple: { type: "boolean", default: false, description: "Several that are alive are no failure" },
    output: outputOnDemand,
  },
  examples: [{ command: "dagwright jobs check --local", description: "In a container's health check" }],
  run: async (args, io) => {
    checkArgs(args);
    const { judgeJob } = await import("../living-jobs.ts");
    const jobs = await findJobs(args, io);
    const now = Date.now();
    const judged = jobs.map((job) => judgeJob(job, now));
    const alive = judged.filter(({ isAlive }) => isAlive).length;
    if (args.output !== undefined) {
      const { showRows } = await import("../show-rows.ts");
      const columns = ["id", "hostname", "pid", "is_alive", "reason"] as const;
      await showRows(judged.map(describe), { output: args.output, columns }, io);
    }
    if (alive === 0) {
      for (const { job, reason } of judged) io.stderr(`job ${job.id} on ${job.hostname}: ${reason}\n`);
      io.stderr("No alive jobs found.\n");
      return 1;
    }
    if (alive > 1 && !args.allowMultiple) {
      io.stderr(`Found ${alive} alive jobs. Expected only one.\n`);
      return 1;
    }
    if (args.output === undefined) io.stdout(alive === 1 ? "Found one alive job.\n" : `Found ${alive} alive jobs.\n`);
    return 0;
  },
};

function describe({ job, isAlive, reason }: JobHealth) {
  const { id, hostname, pid, startDate, latestHeartbeat } = job;
  return {
    id,
    hostname,
    pid,
    is_alive: isAlive,
    reason: reason ?? null,
    start_date: startDate,
    latest_heartbeat: latestHeartbeat,
  };
}

/** @throws KnownError for options that do not go together. */
function checkArgs({ hostname, local, limit, allowMultiple }: JobsCheckArgs): void {
  if (!Number.isInteger(limit) || limit < 0) {
    throw usageError("--limit is a whole number from 0", "Write --limit 10, or 0 for no limit", String(limit));
  }
  if (allowMultiple && limit === 1) {
    throw usageError("--allow-multiple says nothing of one job", "Give --limit a number above 1, or 0 for no limit");
  }
  if (hostname !== undefined && local)
    throw usageError("--hostname and --local exclude each other", "Give one of them");
}

/** Those that nobody ended. None where there is no store: asking makes none. */
async function findJobs({ hostname, local, limit }: JobsCheckArgs, io: Io): Promise<JobRow[]> {
  const os = await import("node:os");
  const { readRunningJobs } = await import("../../runtime/store/jobs.ts");
  const { lookIntoStore } = await import("../with-store.ts");
  const host = local ? os.hostname() : hostname;
  const jobs = lookIntoStore(io, [], readRunningJobs).filter((job) => host === undefined || job.hostname === host);
  return limit === 0 ? jobs : jobs.slice(0, limit);
}
