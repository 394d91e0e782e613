"""Asks real Airflow how long failed tasks wait, and how its scheduler weighs tasks.

No database and no scheduler: Airflow's own functions, with task instances that only know what they are asked for. Reads JSON
from stdin, a list of {dag_id, tasks: [{id, args, upstream}], tries: [{task, number, logical_date}]}; writes a list of
{weights: {task id: weight}, delays: [seconds]} to stdout.
"""

import json
import logging
import sys
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

from airflow.models.taskinstance import TaskInstance
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG
from airflow.task.priority_strategy import validate_and_load_priority_weight_strategy

try:  # Airflow 3.2 and later
    from airflow.serialization.serialized_objects import DagSerialization
except ImportError:
    from airflow.serialization.serialized_objects import (
        SerializedDAG as DagSerialization,
    )

end = datetime(2024, 1, 1, tzinfo=timezone.utc)
durations = ("retry_delay", "max_retry_delay")


def make_dag(dag_id, tasks):
    with DAG(dag_id) as dag:
        operators = {}
        for task in tasks:
            args = {
                name: timedelta(seconds=value) if name in durations else value
                for name, value in task["args"].items()
            }
            operators[task["id"]] = EmptyOperator(task_id=task["id"], **args)
        for task in tasks:
            for upstream in task["upstream"]:
                operators[upstream] >> operators[task["id"]]
    return DagSerialization.from_dict(DagSerialization.to_dict(dag))


def weigh(task):
    rule = task.weight_rule
    if not hasattr(rule, "get_weight"):
        rule = validate_and_load_priority_weight_strategy(rule)
    return rule.get_weight(SimpleNamespace(task=task))


def delay(dag, failed):
    date = failed["logical_date"]
    instance = SimpleNamespace(
        task=dag.get_task(failed["task"]),
        dag_id=dag.dag_id,
        task_id=failed["task"],
        logical_date=date and datetime.fromisoformat(date),
        try_number=failed["number"],
        end_date=end,
        retry_delay_override=None,
        log=logging.getLogger(),
    )
    return (TaskInstance.next_retry_datetime(instance) - end).total_seconds()


answers = []
for case in json.load(sys.stdin):
    made = make_dag(case["dag_id"], case["tasks"])
    answers.append(
        {
            "weights": {task.task_id: weigh(task) for task in made.tasks},
            "delays": [delay(made, failed) for failed in case["tries"]],
        }
    )
json.dump(answers, sys.stdout)
