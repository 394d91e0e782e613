"""Asks real Airflow for the defaults of settings, and how it reads texts as values of them.

Reads JSON from stdin: {settings: [{section, option, type}], texts: [text]}; writes {defaults: {option: value}, read: {option:
{text: value}}} to stdout, a value null where Airflow refuses the text.
"""

import json
import os
import sys

from airflow.configuration import conf
from airflow.exceptions import AirflowConfigException

asked = json.load(sys.stdin)


def read(setting):
    get = conf.getint if setting["type"] == "integer" else conf.getboolean
    try:
        return get(setting["section"], setting["option"])
    except AirflowConfigException:
        return None


def read_text(setting, text):
    variable = f"AIRFLOW__{setting['section']}__{setting['option']}".upper()
    os.environ[variable] = text
    try:
        return read(setting)
    finally:
        del os.environ[variable]


json.dump(
    {
        "defaults": {setting["option"]: read(setting) for setting in asked["settings"]},
        "read": {
            setting["option"]: {text: read_text(setting, text) for text in asked["texts"]}
            for setting in asked["settings"]
        },
    },
    sys.stdout,
)
