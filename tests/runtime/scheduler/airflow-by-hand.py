"""Lets real Airflow clear, mark and backfill what is in its metadata database.

Reads JSON from stdin, a list of cases {dag_id, schedule, versions: [[task]], runs, action}: the runs are made with the first
version of the DAG, the action is done with the last one. Writes to stdout, for every case, {runs: {run id: …}} as they are then,
with {refused: exception's class} for a backfill that is none.
"""

import json
import logging
import sys
from datetime import datetime, timedelta, timezone

import airflow
from airflow.api.common.mark_tasks import (
    set_dag_run_state_to_failed,
    set_dag_run_state_to_success,
)
from airflow.models import backfill
from airflow.models.dagbundle import DagBundleModel
from airflow.models.dagrun import DagRun
from airflow.models.serialized_dag import SerializedDagModel
from airflow.models.taskinstance import TaskInstance
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG
from airflow.timetables.interval import (
    CronDataIntervalTimetable,
    DeltaDataIntervalTimetable,
)
from airflow.timetables.trigger import CronTriggerTimetable, DeltaTriggerTimetable
from airflow.utils.session import create_session
from airflow.utils.types import DagRunTriggeredByType
from sqlalchemy import select

try:  # Airflow 3.2 and later
    from airflow.serialization.definitions.dag import SerializedDAG
    from airflow.serialization.serialized_objects import LazyDeserializedDAG
except ImportError:
    from airflow.serialization.serialized_objects import SerializedDAG

logging.disable(logging.ERROR)
start = datetime(2020, 1, 1, tzinfo=timezone.utc)
is_newest = not airflow.__version__.startswith(("3.0", "3.1"))
bundle = "testing"


def timetable_of(schedule):
    if schedule is None or schedule["kind"] in ("once", "continuous"):
        return schedule and f"@{schedule['kind']}"
    covers = schedule.get("dataInterval", False)
    if schedule["kind"] == "delta":
        every = timedelta(seconds=schedule["seconds"])
        return (DeltaDataIntervalTimetable if covers else DeltaTriggerTimetable)(every)
    if covers:
        return CronDataIntervalTimetable(schedule["expression"], schedule["timezone"])
    return CronTriggerTimetable(schedule["expression"], timezone=schedule["timezone"])


def make_dag(case, tasks):
    schedule = timetable_of(case["schedule"])
    limit = {"max_active_runs": 1} if schedule == "@continuous" else {}
    with DAG(case["dag_id"], schedule=schedule, start_date=start, **limit) as dag:
        operators = {}
        for task in tasks:
            operator = EmptyOperator(task_id=task["id"], trigger_rule=task["rule"], **task["args"])
            if task["role"] == "setup":
                operator.as_setup()
            elif task["role"] == "teardown":
                operator.as_teardown()
            operators[task["id"]] = operator
        for task in tasks:
            for upstream in task["upstream"]:
                operators[upstream] >> operators[task["id"]]
    return dag


def store_dag(dag, session):
    lazy = LazyDeserializedDAG.from_dag(dag) if is_newest else SerializedDAG.from_dict(SerializedDAG.to_dict(dag))
    SerializedDAG.bulk_write_to_db(bundle, None, [lazy], session=session)
    session.flush()
    SerializedDagModel.write_dag(lazy, bundle_name=bundle, session=session)
    session.flush()
    return session.scalar(SerializedDagModel.latest_item_select_object(dag.dag_id)).dag


def moment(text):
    return text and datetime.fromisoformat(text)


def create_run(dag, run, session):
    date = moment(run["date"])
    row = dag.create_dagrun(
        run_id=run["id"],
        logical_date=date,
        data_interval=(date, date),
        run_after=date,
        conf={"old": 1},
        run_type=run["type"],
        triggered_by=DagRunTriggeredByType.TEST,
        state="running",
        start_date=date,
        session=session,
    )
    session.flush()
    for ti in row.get_task_instances(session=session):
        if ti.task_id in run["tasks"]:
            state, ti.try_number, ti.max_tries = run["tasks"][ti.task_id]
            ti.state = None if state == "none" else state
        else:
            session.delete(ti)
    session.flush()
    row.state = run["state"]
    session.flush()


def clear(dag, action, session):
    if action["tasks"] is not None:
        dag = dag.partial_subset(
            task_ids=set(action["tasks"]),
            include_downstream=action["downstream"],
            include_upstream=action["upstream"],
        )
    latest = {"run_on_latest_version": action["run_on_latest_version"]} if is_newest else {}
    dag.clear(
        start_date=moment(action["start_date"]),
        end_date=moment(action["end_date"]),
        only_failed=action["only_failed"],
        only_running=action["only_running"],
        session=session,
        **latest,
    )


def mark_task(dag, action, session):
    dag.set_task_instance_state(
        task_id=action["task"], run_id=action["run"], state=action["state"], session=session
    )


def mark_run(dag, action, session):
    mark = set_dag_run_state_to_success if action["state"] == "success" else set_dag_run_state_to_failed
    mark(dag=dag, run_id=action["run"], commit=True, session=session)


def create_backfill(dag, action):
    behavior = action["reprocess_behavior"]
    newest = {"triggering_user_name": None, "run_on_latest_version": True} if is_newest else {}
    return backfill._create_backfill(
        dag_id=dag.dag_id,
        from_date=moment(action["from_date"]),
        to_date=moment(action["to_date"]),
        max_active_runs=None,
        reverse=action["reverse"],
        dag_run_conf=action["conf"],
        reprocess_behavior=behavior and backfill.ReprocessBehavior(behavior),
        **newest,
    )


def dry_run(dag, action, session):
    dates = backfill._do_dry_run(
        dag_id=dag.dag_id,
        from_date=moment(action["from_date"]),
        to_date=moment(action["to_date"]),
        reverse=action["reverse"],
        reprocess_behavior=backfill.ReprocessBehavior(action["reprocess_behavior"] or "none"),
        session=session,
    )
    return [getattr(date, "logical_date", date).isoformat() for date in dates]


def read_run(row, session):
    instances = session.scalars(
        select(TaskInstance).where(TaskInstance.dag_id == row.dag_id, TaskInstance.run_id == row.run_id)
    )
    return {
        "state": str(row.state.value if hasattr(row.state, "value") else row.state),
        "type": str(row.run_type.value if hasattr(row.run_type, "value") else row.run_type),
        "date": row.logical_date.isoformat(),
        "interval": [row.data_interval_start.isoformat(), row.data_interval_end.isoformat()],
        "conf": row.conf,
        "clear_number": row.clear_number,
        "is_started": row.start_date is not None,
        "has_ended": row.end_date is not None,
        "tasks": {
            ti.task_id: [ti.state and str(getattr(ti.state, "value", ti.state)), ti.try_number, ti.max_tries]
            for ti in instances
        },
    }


def act(dag, action):
    if action["kind"] == "backfill":
        answer = {"slots": []}
        try:
            with create_session() as session:
                answer["dry_run"] = dry_run(dag, action, session)
        except Exception as error:
            answer["dry_run"] = type(error).__name__
        try:
            created = create_backfill(dag, action).id
        except Exception as error:
            return {**answer, "refused": type(error).__name__}
        with create_session() as session:
            rows = select(backfill.BackfillDagRun).where(backfill.BackfillDagRun.backfill_id == created)
            for row in session.scalars(rows.order_by(backfill.BackfillDagRun.sort_ordinal)):
                run = row.dag_run_id and session.get(DagRun, row.dag_run_id).run_id
                answer["slots"].append([row.sort_ordinal, row.logical_date.isoformat(), run, row.exception_reason])
        return answer
    with create_session() as session:
        {"clear": clear, "mark_task": mark_task, "mark_run": mark_run}[action["kind"]](dag, action, session)
    return {}


def answer(case):
    with create_session() as session:
        dag = store_dag(make_dag(case, case["versions"][0]), session)
        for run in case["runs"]:
            create_run(dag, run, session)
        if case["action"].get("has_open_backfill"):
            session.add(backfill.Backfill(dag_id=case["dag_id"], from_date=start, to_date=start))
        session.commit()
        for tasks in case["versions"][1:]:
            dag = store_dag(make_dag(case, tasks), session)
    answered = act(dag, case["action"])
    with create_session() as session:
        runs = session.scalars(select(DagRun).where(DagRun.dag_id == dag.dag_id).order_by(DagRun.id)).all()
        return {**answered, "runs": {row.run_id: read_run(row, session) for row in runs}}


with create_session() as session:
    session.add(DagBundleModel(name=bundle))
answers = [answer(case) for case in json.load(sys.stdin)]
print("\n" + json.dumps(answers))
