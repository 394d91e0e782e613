"""Holds every DAG in dags/ to three promises. `astro dev pytest` runs it."""

from pathlib import Path

import pytest
from airflow.models import DagBag

FEWEST_RETRIES = 2
APPROVED_TAGS: set[str] = set()  # while it is empty, every tag is approved

bag = DagBag(str(Path(__file__).parents[2] / "dags"))


@pytest.fixture(params=sorted(bag.dags))
def dag(request):
    return bag.dags[request.param]


def test_every_file_imports():
    assert not bag.import_errors, "\n".join(bag.import_errors.values())


def test_dag_has_tags(dag):
    assert dag.tags, f"{dag.dag_id} has no tags"
    assert not APPROVED_TAGS or dag.tags <= APPROVED_TAGS, (
        f"{dag.dag_id} has tags that are not approved"
    )


def test_dag_retries(dag):
    retries = dag.default_args.get("retries") or 0
    assert retries >= FEWEST_RETRIES, (
        f"{dag.dag_id}: retries is {retries} in default_args"
    )
