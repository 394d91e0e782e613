// The model of a DAG in layers: every task after five of the layer before it.

import type { DagModel } from "../runtime/dag/model.ts";

const layerSize = 100;
const edgesEach = 5;
const unset = { owner: null, retries: null, retryDelay: null, executionTimeout: null };

export function layeredDag(id: string, count: number, schedule: DagModel["schedule"] = null): DagModel {
  const width = Math.min(layerSize, Math.ceil(count / 10));
  const upstreamOf = (index: number) => {
    const above = (Math.floor(index / width) - 1) * width;
    if (above < 0) return [];
    const ids = Array.from({ length: edgesEach }, (_, edge) => `task_${above + ((index * 7 + edge * 13) % width)}`);
    return [...new Set(ids)];
  };
  return {
    id,
    description: null,
    schedule,
    startDate: schedule === null ? null : "2026-01-01",
    timezone: "UTC",
    catchup: false,
    tags: [],
    maxActiveRuns: null,
    maxActiveTasks: null,
    params: {},
    defaultArgs: unset,
    tasks: Array.from({ length: count }, (_, index) => ({
      id: `task_${index}`,
      kind: "bash",
      command: "true",
      ...unset,
      triggerRule: "all_success",
      upstream: upstreamOf(index),
      role: null,
      setups: [],
    })),
  };
}
