"""Asks real Airflow's timetables for the data intervals of manual runs.

Reads JSON from stdin, a list of {expression or seconds, timezone, dates: [ISO 8601]}; writes a list of [[start, end]] to stdout.
"""

import json
import sys
from datetime import timedelta

import pendulum
from airflow.timetables.interval import (
    CronDataIntervalTimetable,
    DeltaDataIntervalTimetable,
)


def timetable_of(case):
    if "seconds" in case:
        return DeltaDataIntervalTimetable(timedelta(seconds=case["seconds"]))
    return CronDataIntervalTimetable(case["expression"], case["timezone"])


def infer(timetable, date):
    interval = timetable.infer_manual_data_interval(run_after=pendulum.parse(date))
    return [moment.timestamp() * 1000 for moment in (interval.start, interval.end)]


answers = [
    [infer(timetable_of(case), date) for date in case["dates"]]
    for case in json.load(sys.stdin)
]
json.dump(answers, sys.stdout)
