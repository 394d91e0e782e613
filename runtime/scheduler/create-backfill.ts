// Creates a backfill in the store: its dag runs, new ones and those of before, in one transaction with the notices that a scheduler acts on.

import type { RunFacts } from "../contract.ts";
import { airflowTime } from "../dag/airflow-time.ts";
import type { JsonObject } from "../dag/json.ts";
import { effectiveArgs } from "../dag/model.ts";
import type { RunSlot } from "../dag/timetable.ts";
import { completeBackfill, createBackfill, hasOpenBackfill } from "../store/backfills.ts";
import { findDagRunToReprocess, takeIntoBackfill } from "../store/changes-by-hand.ts";
import { createDagRun, hasUnfinishedDagRuns } from "../store/dag-runs.ts";
import { leaveNotice } from "../store/notices.ts";
import type { Store } from "../store/open-store.ts";
import { clearTasks, type PresentDag } from "./clear-tasks.ts";
import {
  type BackfillRefusal,
  type BackfillRequest,
  backfillSlots,
  planSlot,
  refuseBackfill,
  refuseSlots,
  type SlotAction,
} from "./plan-backfill.ts";

export interface NewBackfillRequest extends Omit<BackfillRequest, "model"> {
  readonly present: PresentDag;
  readonly maxActiveRuns: number;
  /** Null: none was given, and runs of before keep theirs. */
  readonly conf: JsonObject | null;
}

export interface BackfillRun {
  readonly logicalDate: string;
  readonly action: SlotAction["kind"];
  /** Of the run that is made, or that there is. */
  readonly runId: string;
  /** Why the backfill has no run of that date. */
  readonly reason: string | null;
}

export type CreatedBackfill =
  | { readonly kind: "refused"; readonly refusal: BackfillRefusal }
  | { readonly kind: "created"; readonly backfill: number; readonly runs: readonly BackfillRun[] };

export type DryBackfill =
  | { readonly kind: "refused"; readonly refusal: BackfillRefusal }
  | { readonly kind: "runs"; readonly runs: readonly BackfillRun[] };

/** What `createBackfillRuns` would make. An open backfill does not matter, nor that there is nothing to do, as in Airflow. */
export function dryRunBackfill(store: Store, request: NewBackfillRequest, now: number): DryBackfill {
  const asked = { ...request, model: request.present.model };
  const refusal = refuseBackfill(
    { ...asked, reprocessBehavior: asked.reprocessBehavior ?? "none" },
    { hasOpenBackfill: false, now },
  );
  if (refusal) return { kind: "refused", refusal };
  const slots = backfillSlots(asked, now);
  const tooMany = slots.length === 0 ? undefined : refuseSlots(slots);
  if (tooMany) return { kind: "refused", refusal: tooMany };
  return { kind: "runs", runs: slots.map((slot) => planRun(store, request, slot).shown) };
}

export function createBackfillRuns(store: Store, request: NewBackfillRequest, now: number): CreatedBackfill {
  return store.transaction(() => create(store, request, now)).immediate();
}

function create(store: Store, request: NewBackfillRequest, now: number): CreatedBackfill {
  const { model } = request.present;
  const asked = { ...request, model };
  const refusal = refuseBackfill(asked, { hasOpenBackfill: hasOpenBackfill(store, model.id), now });
  if (refusal) return { kind: "refused", refusal };
  const slots = backfillSlots(asked, now);
  const unfit = refuseSlots(slots);
  if (unfit) return { kind: "refused", refusal: unfit };
  const nowText = new Date(now).toISOString();
  const backfill = createBackfill(store, {
    dagId: model.id,
    fromDate: airflowTime(request.from),
    toDate: airflowTime(request.to),
    conf: request.conf ?? {},
    maxActiveRuns: request.maxActiveRuns,
    reprocessBehavior: request.reprocessBehavior ?? "none",
    runBackwards: request.runBackwards,
    createdAt: nowText,
  });
  const runs = slots.map((slot, index) => takeSlot(store, request, { slot, backfill, sortOrdinal: index + 1, now }));
  // Its schedule goes on from the last run that no person started, and that may be one of these.
  leaveNotice(store, { kind: "dag", dagId: model.id });
  if (!hasUnfinishedDagRuns(store, backfill)) completeBackfill(store, backfill, nowText);
  return { kind: "created", backfill, runs };
}

interface Place {
  readonly slot: RunSlot;
  readonly backfill: number;
  readonly sortOrdinal: number;
  readonly now: number;
}

function takeSlot(store: Store, request: NewBackfillRequest, { slot, backfill, sortOrdinal, now }: Place): BackfillRun {
  const { present, conf } = request;
  const { shown, facts, existing } = planRun(store, request, slot);
  if (shown.action === "clear") {
    const modelOf = () => present.model;
    clearTasks(store, { runs: [existing!], selection: {}, present, modelOf }, now);
    takeIntoBackfill(store, existing!.id, { backfill, sortOrdinal, conf });
    leaveNotice(store, { kind: "dag_run", run: existing!.id });
  }
  if (shown.action !== "create") return shown;
  const { model, definition, build } = present;
  const id = createDagRun(store, {
    dagId: model.id,
    facts,
    conf: conf ?? {},
    definition,
    build,
    isTest: false,
    queuedAt: new Date(now).toISOString(),
    backfill,
    sortOrdinal,
    tasks: model.tasks.map((task) => ({ id: task.id, retries: effectiveArgs(model, task).retries })),
  });
  // Another run has its id.
  if (id === undefined) return { ...shown, action: "skip", reason: "in flight" };
  leaveNotice(store, { kind: "dag_run", run: id });
  return shown;
}

function planRun(store: Store, { present, reprocessBehavior }: NewBackfillRequest, slot: RunSlot) {
  const facts: RunFacts = {
    id: `backfill__${airflowTime(slot.runAfter)}`,
    type: "backfill",
    logicalDate: airflowTime(slot.logicalDate),
    dataIntervalStart: airflowTime(slot.dataInterval.start),
    dataIntervalEnd: airflowTime(slot.dataInterval.end),
    runAfter: airflowTime(slot.runAfter),
  };
  const existing = findDagRunToReprocess(store, present.model.id, facts.logicalDate!);
  const action = planSlot(existing?.state, reprocessBehavior);
  const shown: BackfillRun = {
    logicalDate: facts.logicalDate!,
    action: action.kind,
    runId: existing?.facts.id ?? facts.id,
    reason: action.kind === "skip" ? action.reason : null,
  };
  return { shown, facts, existing };
}
