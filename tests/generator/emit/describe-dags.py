"""Prints what Airflow makes of the DAG files in the folder argv[1], as JSON: import errors, warnings, and every DAG."""

import functools
import json
import sys
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from airflow.models import DagBag

    bag = DagBag(sys.argv[1])

try:  # Airflow 3.2 and later
    from airflow.serialization.serialized_objects import DagSerialization
except ImportError:
    from airflow.serialization.serialized_objects import (
        SerializedDAG as DagSerialization,
    )

found = [f"{warning.filename}: {warning.message}" for warning in caught]
for texts in getattr(bag, "captured_warnings", {}).values():
    found.extend(str(text) for text in texts)


def seconds(duration):
    return None if duration is None else duration.total_seconds()


def describe_schedule(timetable):
    kind = type(timetable).__name__
    if kind.startswith("Cron"):
        return [kind, timetable._expression, str(timetable._timezone.name)]
    return [kind, seconds(timetable._delta)] if kind.startswith("Delta") else [kind]


def weight_rule(task):
    """Its name: a strategy's class before Airflow 3.2, then the rule itself."""
    rule = getattr(task.weight_rule, "value", task.weight_rule)
    if isinstance(rule, str):
        return rule
    return type(rule).__name__.strip("_").removesuffix("PriorityWeightStrategy").lower()


def backoff_multiplier(task):
    """What the scheduler makes of it: a flag before Airflow 3.2, then a number."""
    found = serialized(task.dag).get_task(task.task_id).retry_exponential_backoff
    return (2 if found is True else found) or 0


@functools.cache
def serialized(dag):
    return DagSerialization.from_dict(DagSerialization.to_dict(dag))


def describe_task(task):
    return {
        "display_name": task.task_display_name,
        "doc_md": task.doc_md,
        "retry_exponential_backoff": backoff_multiplier(task),
        "max_retry_delay": seconds(task.max_retry_delay),
        "pool": task.pool,
        "pool_slots": task.pool_slots,
        "priority_weight": task.priority_weight,
        "weight_rule": weight_rule(task),
        "queue": task.queue,
        "depends_on_past": task.depends_on_past,
        "ignore_first_depends_on_past": task.ignore_first_depends_on_past,
        "wait_for_downstream": task.wait_for_downstream,
        "max_active_tis_per_dag": task.max_active_tis_per_dag,
        "max_active_tis_per_dagrun": task.max_active_tis_per_dagrun,
        "operator": type(task).__name__,
        "upstream": sorted(task.upstream_task_ids),
        "downstream": sorted(task.downstream_task_ids),
        "group": task.task_group.group_id,
        "trigger_rule": str(getattr(task.trigger_rule, "value", task.trigger_rule)),
        "owner": task.owner,
        "retries": task.retries,
        "retry_delay": seconds(task.retry_delay),
        "execution_timeout": seconds(task.execution_timeout),
        "is_setup": task.is_setup,
        "is_teardown": task.is_teardown,
        "bash_command": getattr(task, "bash_command", None),
        "definition": getattr(task, "definition", None),
        "xcoms": getattr(task, "xcoms", None),
        "connections": getattr(task, "connections", None),
        "variables": getattr(task, "variables", None),
        "short_circuit": getattr(task, "short_circuit", None),
    }


def describe_group(group):
    return {
        "group": group.parent_group.group_id,
        "label": group.label,
        "prefix_group_id": group.prefix_group_id,
        "tooltip": group.tooltip,
        "members": sorted(group.children),
        "upstream_groups": sorted(group.upstream_group_ids),
        "downstream_groups": sorted(group.downstream_group_ids),
    }


def describe_param(param):
    return {
        "is_required": not isinstance(param.serialize()["value"], json_types),
        "value": param.value if param.has_value else None,
        "description": param.description,
        "schema": param.schema,
    }


json_types = (str, int, float, bool, list, dict, type(None))


def wall_clock(moment, dag):
    if moment is None:
        return None
    return f"{moment.in_timezone(dag.timezone):%Y-%m-%dT%H:%M:%S} {dag.timezone.name}"


def describe_dag(dag):
    return {
        "display_name": dag.dag_display_name,
        "description": dag.description,
        "schedule": describe_schedule(dag.timetable),
        "doc_md": dag.doc_md,
        "start_date": wall_clock(dag.start_date, dag),
        "end_date": wall_clock(dag.end_date, dag),
        "catchup": dag.catchup,
        "tags": sorted(dag.tags),
        "max_active_runs": dag.max_active_runs,
        "max_active_tasks": dag.max_active_tasks,
        "max_consecutive_failed_dag_runs": dag.max_consecutive_failed_dag_runs,
        "dagrun_timeout": seconds(dag.dagrun_timeout),
        "fail_fast": dag.fail_fast,
        "is_paused_upon_creation": dag.is_paused_upon_creation,
        "owner_links": dag.owner_links,
        "params": {name: describe_param(dag.params.get_param(name)) for name in dag.params},
        "groups": {
            name: describe_group(group)
            for name, group in dag.task_group.get_task_group_dict().items()
            if name is not None
        },
        "tasks": {task.task_id: describe_task(task) for task in dag.tasks},
    }


print(
    json.dumps(
        {
            "errors": bag.import_errors,
            "warnings": found,
            "dags": {dag_id: describe_dag(dag) for dag_id, dag in bag.dags.items()},
        }
    )
)
