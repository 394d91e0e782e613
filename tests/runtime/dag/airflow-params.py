"""Asks real Airflow whether values of params are accepted.

Reads JSON from stdin, a list of {schema, values}; writes a list of [is accepted] to stdout.
"""

import json
import sys

from airflow.sdk import Param


def accepts(schema, value):
    try:
        Param(value, **schema).resolve()
        return True
    except Exception as error:
        if type(error).__name__ != "ParamValidationError":
            raise
        return False


answers = [
    [accepts(case["schema"], value) for value in case["values"]]
    for case in json.load(sys.stdin)
]
json.dump(answers, sys.stdout)
