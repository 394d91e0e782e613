"""Asks real Airflow's timetables for next runs, and its DAGs for the runs of a backfill.

Reads JSON from stdin. "schedules" is a list of {schedule, timezone, questions: [{now, last, startDate, endDate, catchup}]}, moments in
milliseconds, dates as authors write them. "backfills" is a list of {schedule, timezone, startDate, endDate, catchup, now, earliest,
latest, limit}. Writes {"slots": one for each question, "backfills": [{"next": slot, "slots": [slot]}]} to stdout: a slot is
[logical date, start, end, run after] in microseconds, null, or the name of the exception for which Airflow plans no run.
"""

import itertools
import json
import logging
import re
import sys
from datetime import timedelta

import pendulum
from airflow.sdk import DAG
from airflow.serialization import serialized_objects
from airflow.timetables import interval, simple, trigger
from airflow.timetables.base import DataInterval, TimeRestriction

logging.disable(logging.CRITICAL)
DagSerialization = getattr(
    serialized_objects, "DagSerialization", serialized_objects.SerializedDAG
)


def set_clock(now):
    def utcnow():
        return moment_of(now)

    interval.utcnow = trigger.utcnow = simple.timezone.utcnow = utcnow


def moment_of(milliseconds):
    return pendulum.from_timestamp(milliseconds / 1000)


def date_of(text, timezone):
    if text is None:
        return None
    return pendulum.datetime(*map(int, re.findall(r"\d+", text)), tz=timezone)


def timetable_of(schedule):
    covers = schedule.get("dataInterval", False)
    if schedule["kind"] == "once":
        return simple.OnceTimetable()
    if schedule["kind"] == "continuous":
        return simple.ContinuousTimetable()
    if schedule["kind"] == "delta":
        delta = timedelta(seconds=schedule["seconds"])
        if covers:
            return interval.DeltaDataIntervalTimetable(delta)
        return trigger.DeltaTriggerTimetable(delta)
    cls = interval.CronDataIntervalTimetable if covers else trigger.CronTriggerTimetable
    return cls(schedule["expression"], timezone=schedule["timezone"])


def restriction_of(question, timezone):
    def in_utc(date):
        return None if date is None else date.in_timezone("UTC")

    return TimeRestriction(
        in_utc(date_of(question["startDate"], timezone)),
        in_utc(date_of(question["endDate"], timezone)),
        question["catchup"],
    )


def slot_of(info):
    if info is None:
        return None
    moments = (
        info.logical_date,
        info.data_interval.start,
        info.data_interval.end,
        info.run_after,
    )
    return [round(moment.timestamp() * 1e6) for moment in moments]


def ask(timetable, question, timezone):
    set_clock(question["now"])
    last = question["last"]
    if last is not None:
        last = DataInterval(moment_of(last["start"]), moment_of(last["end"]))
    try:
        info = timetable.next_dagrun_info(
            last_automated_data_interval=last,
            restriction=restriction_of(question, timezone),
        )
    except Exception as error:
        return type(error).__name__
    return slot_of(info)


def backfill(case):
    set_clock(case["now"])
    dag = DAG(
        "backfill",
        schedule=timetable_of(case["schedule"]),
        start_date=date_of(case["startDate"], case["timezone"]),
        end_date=date_of(case["endDate"], case["timezone"]),
        catchup=case["catchup"],
    )
    dag = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    infos = dag.iter_dagrun_infos_between(
        moment_of(case["earliest"]), moment_of(case["latest"])
    )
    return {
        "next": slot_of(dag.next_dagrun_info(None))
        if DagSerialization is serialized_objects.SerializedDAG
        else slot_of(dag.next_dagrun_info(last_automated_run_info=None)),
        "slots": [slot_of(info) for info in itertools.islice(infos, case["limit"])],
    }


asked = json.load(sys.stdin)
slots = []
for group in asked["schedules"]:
    timetable = timetable_of(group["schedule"])
    slots += [
        ask(timetable, question, group["timezone"]) for question in group["questions"]
    ]
json.dump(
    {"slots": slots, "backfills": [backfill(case) for case in asked["backfills"]]},
    sys.stdout,
)
