"""Prints a hash of each serialised DAG of the folder argv[1], and what a test as `astro dev init` writes one would object to, as JSON."""

import json
import sys
import warnings

folder = sys.argv[1]
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from airflow.models import DagBag
    from airflow.models.serialized_dag import SerializedDagModel

    bag = DagBag(folder)

try:  # Airflow 3.2 and later
    from airflow.serialization.serialized_objects import DagSerialization
except ImportError:
    from airflow.serialization.serialized_objects import (
        SerializedDAG as DagSerialization,
    )

approved = set(json.loads(sys.argv[2]))


def hash_of(dag):
    """What Airflow itself tells versions of a DAG apart by."""
    return SerializedDagModel.hash(DagSerialization.to_dict(dag))


def objections(dag):
    found = []
    if not dag.tags:
        found.append("no tags")
    if set(dag.tags) - approved:
        found.append("a tag that is not approved")
    if dag.default_args.get("retries", None) is None or dag.default_args["retries"] < 2:
        found.append("fewer than 2 retries in default_args")
    return found


print(
    json.dumps(
        {
            "errors": bag.import_errors,
            "warnings": [
                f"{one.filename}: {one.message}"
                for one in caught
                if one.filename.startswith(folder)
            ],
            "hashes": {dag_id: hash_of(dag) for dag_id, dag in bag.dags.items()},
            "objections": {dag_id: objections(dag) for dag_id, dag in bag.dags.items()},
        }
    )
)
