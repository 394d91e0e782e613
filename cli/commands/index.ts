// Every command, in the order of `--help`.

import type { Command } from "../command.ts";
import { backfillCreate } from "./backfill-create.ts";
import { build } from "./build.ts";
import { configGetValue } from "./config-get-value.ts";
import { configList } from "./config-list.ts";
import { connectionsGet } from "./connections-get.ts";
import { connectionsList } from "./connections-list.ts";
import { connectionsTest } from "./connections-test.ts";
import { dagsDelete } from "./dags-delete.ts";
import { dagsDetails } from "./dags-details.ts";
import { dagsList } from "./dags-list.ts";
import { dagsListImportErrors } from "./dags-list-import-errors.ts";
import { dagsListRuns } from "./dags-list-runs.ts";
import { dagsNextExecution } from "./dags-next-execution.ts";
import { dagsPause } from "./dags-pause.ts";
import { dagsSetState } from "./dags-set-state.ts";
import { dagsShow } from "./dags-show.ts";
import { dagsState } from "./dags-state.ts";
import { dagsTest } from "./dags-test.ts";
import { dagsTrigger } from "./dags-trigger.ts";
import { dagsUnpause } from "./dags-unpause.ts";
import { dbCheck } from "./db-check.ts";
import { dbClean } from "./db-clean.ts";
import { dbMigrate } from "./db-migrate.ts";
import { explain } from "./explain.ts";
import { jobsCheck } from "./jobs-check.ts";
import { lint } from "./lint.ts";
import { poolsDelete } from "./pools-delete.ts";
import { poolsExport } from "./pools-export.ts";
import { poolsGet } from "./pools-get.ts";
import { poolsImport } from "./pools-import.ts";
import { poolsList } from "./pools-list.ts";
import { poolsSet } from "./pools-set.ts";
import { rules } from "./rules.ts";
import { scheduler } from "./scheduler.ts";
import { standalone } from "./standalone.ts";
import { tasksClear } from "./tasks-clear.ts";
import { tasksFailedDeps } from "./tasks-failed-deps.ts";
import { tasksList } from "./tasks-list.ts";
import { tasksLogs } from "./tasks-logs.ts";
import { tasksSetState } from "./tasks-set-state.ts";
import { tasksState } from "./tasks-state.ts";
import { tasksStatesForDagRun } from "./tasks-states-for-dag-run.ts";
import { tasksTest } from "./tasks-test.ts";
import { variablesDelete } from "./variables-delete.ts";
import { variablesExport } from "./variables-export.ts";
import { variablesGet } from "./variables-get.ts";
import { variablesImport } from "./variables-import.ts";
import { variablesList } from "./variables-list.ts";
import { variablesSet } from "./variables-set.ts";

export const commands: readonly Command<never>[] = [
  lint,
  rules,
  explain,
  build,
  dagsList,
  dagsShow,
  dagsDetails,
  dagsNextExecution,
  dagsListImportErrors,
  dagsTest,
  standalone,
  scheduler,
  dagsTrigger,
  dagsListRuns,
  dagsState,
  dagsSetState,
  dagsPause,
  dagsUnpause,
  dagsDelete,
  tasksList,
  tasksState,
  tasksStatesForDagRun,
  tasksFailedDeps,
  tasksLogs,
  tasksTest,
  tasksClear,
  tasksSetState,
  backfillCreate,
  connectionsList,
  connectionsGet,
  connectionsTest,
  variablesList,
  variablesGet,
  variablesSet,
  variablesDelete,
  variablesImport,
  variablesExport,
  poolsList,
  poolsGet,
  poolsSet,
  poolsDelete,
  poolsImport,
  poolsExport,
  configList,
  configGetValue,
  jobsCheck,
  dbMigrate,
  dbCheck,
  dbClean,
];

/** First word of two-word commands → its line in `--help`. */
export const groups: Readonly<Record<string, string>> = {
  dags: "List, show, run, pause DAGs; look at their runs",
  tasks: "Look at tasks of runs, try them, let them run again",
  backfill: "Run DAGs for past dates",
  connections: "List, show and try the connections that tasks use",
  variables: "List, show and set the variables that tasks use",
  pools: "List and set pools: how many of some tasks run at the same time",
  config: "Look at the settings of runs without Airflow",
  jobs: "See whether a scheduler is alive",
  db: "Make, check and clean the store of runs",
};
