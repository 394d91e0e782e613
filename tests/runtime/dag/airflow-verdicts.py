"""Asks real Airflow's trigger rules: DAGs with the states of their tasks in, a verdict for every task that is not finished out.

No database and no scheduler: the dependency's own code, with task instances that only know their state. Reads JSON from
stdin, a list of {tasks: [{id, rule, role, upstream}], situations: [{task id: state}]}; writes a list of
{leaves: [task id], verdicts: [{task id: verdict}]} to stdout.
"""

import json
import sys

from airflow.models.dagrun import DagRun
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG
from airflow.ti_deps.dep_context import DepContext
from airflow.ti_deps.deps.trigger_rule_dep import TriggerRuleDep

try:  # Airflow 3.2 and later
    from airflow.serialization.serialized_objects import DagSerialization
except ImportError:
    from airflow.serialization.serialized_objects import (
        SerializedDAG as DagSerialization,
    )

FINISHED = ("success", "failed", "skipped", "upstream_failed")


class Instance:
    """As much of a task instance as the dependency looks at."""

    map_index = -1
    dag_id = "dag"
    run_id = "run"

    def __init__(self, task, state):
        self.task = task
        self.task_id = task.task_id
        self.state = state
        self.settled = None

    def get_dagrun(self, session=None):
        return None

    def set_state(self, state, session=None):
        self.settled = state.value
        return True


def make_dag(tasks):
    with DAG("dag") as dag:
        operators = {}
        for task in tasks:
            operator = EmptyOperator(task_id=task["id"], trigger_rule=task["rule"])
            if task["role"] == "setup":
                operator.as_setup()
            elif task["role"] == "teardown":
                operator.as_teardown()
            operators[task["id"]] = operator
        for task in tasks:
            for upstream in task["upstream"]:
                operators[upstream] >> operators[task["id"]]
    return DagSerialization.from_dict(DagSerialization.to_dict(dag))


def judge(dag, states):
    instances = [Instance(task, states.get(task.task_id)) for task in dag.tasks]
    finished = [instance for instance in instances if instance.state in FINISHED]
    verdicts = {}
    for instance in instances:
        if instance.state is not None:
            continue
        context = DepContext(flag_upstream_failed=True, finished_tis=finished)
        statuses = list(
            TriggerRuleDep()._get_dep_statuses(
                instance, dep_context=context, session=None
            )
        )
        passed = all(status.passed for status in statuses)
        verdicts[instance.task_id] = instance.settled or ("run" if passed else "wait")
    return verdicts


def leaves(dag):
    instances = [Instance(task, None) for task in dag.tasks]
    return sorted(
        found.task_id for found in DagRun()._tis_for_dagrun_state(dag=dag, tis=instances)
    )


answers = []
for case in json.load(sys.stdin):
    made = make_dag(case["tasks"])
    answers.append(
        {
            "leaves": leaves(made),
            "verdicts": [judge(made, states) for states in case["situations"]],
        }
    )
json.dump(answers, sys.stdout)
