"""What the test of an Astro project checks, without pytest's own time: no import errors, tags, two retries. argv: the dags folder."""

import sys

from airflow.models import DagBag

bag = DagBag(sys.argv[1])
assert not bag.import_errors, bag.import_errors
assert bag.dags
for dag_id, dag in bag.dags.items():
    assert dag.tags, f"{dag_id} has no tags"
    assert dag.default_args.get("retries", 0) >= 2, f"{dag_id} has too few retries"
