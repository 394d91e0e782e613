"""Prints what Airflow holds in the text fields of the DAG files in the folder argv[1], as JSON, parsed and after a way through its database.

argv[2] names the attributes: {"dag": […], "task": […], "group": […]}.
"""

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

names = json.loads(sys.argv[2])
# Of the helper class alone: workers parse the file again.
unserialised = {"connections", "variables", "xcoms"}


def plain(value):
    return sorted(value) if isinstance(value, (set, frozenset)) else value


def read(thing, attributes):
    return {name: plain(getattr(thing, name, None)) for name in attributes}


def read_params(dag):
    params = {name: dag.params.get_param(name) for name in dag.params}
    return {
        name: {"value": param.value, "description": param.description, **param.schema}
        for name, param in params.items()
    }


def read_dag(dag, task_names):
    tasks = {task.task_id: read(task, task_names) for task in dag.tasks}
    groups = {
        group_id: read(group, names["group"])
        for group_id, group in dag.task_group.get_task_group_dict().items()
        if group_id is not None
    }
    return {
        **read(dag, names["dag"]),
        "params": read_params(dag),
        "tasks": tasks,
        "groups": groups,
    }


def through_database(dag):
    text = json.dumps(DagSerialization.to_dict(dag))
    return DagSerialization.from_dict(json.loads(text))


def render(task):
    """What bash is started with: the command after Jinja."""
    return task.render_template(task.bash_command, {}, task.dag.get_template_env())


def read_both(dag):
    parsed = read_dag(dag, names["task"])
    for task in dag.tasks:
        if task.task_type == "BashOperator":
            parsed["tasks"][task.task_id]["rendered_command"] = render(task)
    stored = [name for name in names["task"] if name not in unserialised]
    return {"parsed": parsed, "stored": read_dag(through_database(dag), stored)}


print(
    json.dumps(
        {
            "errors": bag.import_errors,
            "warnings": [f"{one.filename}: {one.message}" for one in caught],
            "dags": {dag_id: read_both(dag) for dag_id, dag in bag.dags.items()},
        }
    )
)
