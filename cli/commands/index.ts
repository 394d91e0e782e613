// Every command, in the order of `--help`.

import type { Command } from "../command.ts";
import { build } from "./build.ts";
import { configGetValue } from "./config-get-value.ts";
import { configList } from "./config-list.ts";
import { connectionsGet } from "./connections-get.ts";
import { connectionsList } from "./connections-list.ts";
import { connectionsTest } from "./connections-test.ts";
import { dagsList } from "./dags-list.ts";
import { dagsTest } from "./dags-test.ts";
import { explain } from "./explain.ts";
import { lint } from "./lint.ts";
import { rules } from "./rules.ts";
import { scheduler } from "./scheduler.ts";
import { tasksLogs } from "./tasks-logs.ts";

export const commands: readonly Command<never>[] = [
  lint,
  rules,
  explain,
  build,
  dagsList,
  dagsTest,
  scheduler,
  tasksLogs,
  connectionsList,
  connectionsGet,
  connectionsTest,
  configList,
  configGetValue,
];

/** First word of two-word commands → its line in `--help`. */
export const groups: Readonly<Record<string, string>> = {
  dags: "List and run DAGs",
  tasks: "Look at tasks",
  connections: "List, show and try the connections that tasks use",
  config: "Look at the settings of runs without Airflow",
};
