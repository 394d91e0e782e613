"""What of the helper class needs no `dags test`: called directly in Airflow's Python, all findings as JSON in the last line.

The argument is the build's dags folder. Real are Airflow's classes, its masker and the processes; the run's facts are not.
"""

import importlib
import json
import os
import sys
import tempfile
import threading
import time
from base64 import b64encode
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

sys.path.append(sys.argv[1])
from airflow.sdk import Connection  # noqa: E402
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType  # noqa: E402
from dagwright import operators  # noqa: E402

try:
    from airflow.sdk.log import redact
except ImportError:
    from airflow.sdk.execution_time.secrets_masker import redact


def outcome(function, *arguments):
    try:
        return {"value": function(*arguments)}
    except Exception as error:
        return {"raised": type(error).__name__, "text": str(error)}


def get(error):
    def fail(name):
        raise error

    return outcome(operators._get, SimpleNamespace(get=fail), "connection", "vault")


def api_error(kind):
    return AirflowRuntimeError(SimpleNamespace(error=kind, detail={}))


lookups = {
    "no connection": get(operators.AirflowNotFoundException("vault")),
    "no connection, by the API": get(api_error(ErrorType.CONNECTION_NOT_FOUND)),
    "no variable, by the API": get(api_error(ErrorType.VARIABLE_NOT_FOUND)),
    "the API is in trouble": get(api_error(ErrorType.API_SERVER_ERROR)),
    "another thing is missing": get(api_error(ErrorType.XCOM_NOT_FOUND)),
    "a module is missing": get(ModuleNotFoundError("No module named 'hvac'")),
    "it only sounds like it": get(RuntimeError("NotFound, NOT_FOUND")),
}

key = "-----BEGIN PRIVATE KEY-----\nTUlJRXZRSUJBREFO\nQmdrcWhraUc5dzBC\n-----END PRIVATE KEY-----\n"
extra = {
    "hosts": [{"name": "plain-name", "password": "in-a-list"}],
    "keyfile_dict": json.dumps({"private_key": key, "client": "in-json-in-text"}),
    "settings": json.dumps({"plain": "plain-setting", "api-key": "below-json-in-text"}),
    "access_token": 123456789,
    "MY_TOKEN": ["one-of-several", {"any": "ünder a list"}],
    "secret_flag": False,
    "sslkey": "/etc/plain/path",
    "client_secret": "abc",
    "token": "airflow",
}
operators._connection_json(
    Connection(conn_id="vault", conn_type="x", password="the pass/word", extra=json.dumps(extra))
)


class Variable:
    get = {
        "my_api_key": "vari able",
        "settings": json.dumps({"token": "in-a-variable"}),
        "color": "plain-blue",
        "MONGODB_PASS": "declared a secret",
    }.get


operators.Variable = Variable
operators.NodeOperator(
    task_id="t",
    definition="d",
    variables=["my_api_key", "settings", "color", "MONGODB_PASS"],
    secret_variables=["MONGODB_PASS"],
)._declared()
secrets = ["in-a-list", "in-json-in-text", "below-json-in-text", "123456789", "one-of-several", "the pass/word"]
secrets += ["ünder a list", "vari able", "in-a-variable", "declared a secret", key]
forms = [form for text in secrets for form in (text, json.dumps(text)[1:-1], quote(text), text.encode().hex())]
forms += [b64encode(text.encode()).decode() for text in secrets] + key.split("\n")[1:3]
plain = ["plain-name", "plain-setting", "/etc/plain/path", "plain-blue", "abc", "airflow", "False false", "-----BEGIN"]
masking = {
    "shown secrets": [form for form in forms if redact(f"<{form}>") != "<***>"],
    "hidden words": [word for word in plain if redact(f"<{word}>") != f"<{word}>"],
}


def execute(operator):
    run = SimpleNamespace(run_id="r", run_type="manual", conf={}, run_after=None, logical_date=None)
    run.data_interval_start = run.data_interval_end = None
    ti = SimpleNamespace(map_index=-1, try_number=1, xcom_pull=lambda **_: None, xcom_push=lambda **_: None)
    dag = SimpleNamespace(fileloc=os.path.join(sys.argv[1], "timing.py"))
    return operator.execute({"ti": ti, "dag_run": run, "params": {}, "dag": dag})


def end(script, mode=0o755):
    """How a task ends on a worker whose `node` is this script."""
    path = os.environ["PATH"]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "bash").symlink_to("/bin/bash")
        node = Path(folder, "node")
        node.write_text(script)
        node.chmod(mode)
        os.environ["PATH"] = folder
        try:
            return outcome(execute, operators.NodeOperator(task_id="t", definition="d"))
        finally:
            os.environ["PATH"] = path


ends = {
    "exit 0 without a result": end("#!/bin/sh\nexit 0\n"),
    "exit 3 without a result": end("#!/bin/sh\nexit 3\n"),
    "exit 98 without a result": end("#!/bin/sh\nexit 98\n"),
    "exit 126": end("#!/bin/sh\nexit 126\n"),
    "not executable": end("", 0o644),
    "killed": end("#!/bin/sh\nkill -9 $$\n"),
    "its child was killed": end("#!/bin/sh\nexit 137\n"),
}

operator = importlib.import_module("timing").never_ends
pid_file = Path(os.environ["AIRFLOW_HOME"], "never-ends.pid")
pid_file.unlink(missing_ok=True)
killing = {}


def kill():
    deadline = time.monotonic() + 30
    while not (pid_file.exists() and pid_file.read_text().endswith("\n")) and time.monotonic() < deadline:
        time.sleep(0.05)
    begin = time.monotonic()
    operator.on_kill()
    killing["seconds"] = time.monotonic() - begin


thread = threading.Thread(target=kill)
thread.start()
killing["outcome"] = outcome(execute, operator)
thread.join()
killing["alive"] = os.path.exists(f"/proc/{pid_file.read_text().strip()}")

constants = {name: value for name, value in vars(operators).items() if name.isupper()}
print("\n" + json.dumps({"constants": constants, "lookups": lookups, "masking": masking, "ends": ends, "killing": killing}))
