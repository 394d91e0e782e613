"""What the test of an Astro project checks: no import errors, tags, two retries. The folder is in AIRFLOW__CORE__DAGS_FOLDER.

One DagBag for all of it: Astro's own test makes several, and takes as many times as long.
"""

import os

import pytest
from airflow.models import DagBag

bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
assert bag.dags
every_dag = pytest.mark.parametrize("dag", bag.dags.values(), ids=list(bag.dags))


def test_imports():
    assert not bag.import_errors


@every_dag
def test_tags(dag):
    assert dag.tags


@every_dag
def test_retries(dag):
    assert dag.default_args.get("retries", 0) >= 2
