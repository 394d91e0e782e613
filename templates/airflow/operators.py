"""Runs the tasks of a dagwright build. Part of dagwright, the same text for every project.

A task is a Node process. It gets one JSON document (who it is, the run's facts, its inputs) and leaves one result file.
Nothing is rendered by Jinja and nothing passes through a shell: the command is a constant, and all data travels in the
document, made when the task runs.
"""

import json
import os
import re
import signal
import subprocess
import tempfile
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, quote_plus

from airflow.exceptions import AirflowException
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.utils.skipmixin import SkipMixin
from airflow.sdk import Connection, Variable
from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType

try:  # Airflow 3.2 and later
    from airflow.sdk.exceptions import (
        AirflowFailException,
        AirflowNotFoundException,
        AirflowSkipException,
    )
except ImportError:
    from airflow.exceptions import (
        AirflowFailException,
        AirflowNotFoundException,
        AirflowSkipException,
    )
try:  # Airflow 3.1 and later
    from airflow.sdk.log import mask_secret
except ImportError:
    from airflow.sdk.execution_time.secrets_masker import mask_secret

FAILED_FOR_GOOD = 98  # the task process says: do not repeat
NO_NODE = (126, 127)  # the shell says: cannot be run, not found
MAX_ENVIRONMENT_BYTES = (
    100_000  # Linux refuses one environment string of more than 128 KiB
)
TERMINATION_GRACE_SECONDS = (
    4  # Airflow kills its own process after 5 s and would leave ours behind
)
MIN_SECRET_LENGTH = 5  # Airflow's own: shorter ones would blot out half of a log
# Part of a name is enough. The same list as in the task process, which hides secrets in what it prints.
SENSITIVE_NAMES = (
    "access_key",
    "access_token",
    "api_key",
    "apikey",
    "auth_header",
    "authorization",
    "bearer",
    "connection_string",
    "dsn",
    "passphrase",
    "passwd",
    "password",
    "private_key",
    "proxy",
    "proxies",
    "secret",
    "service_account",
    "service_key",
    "token",
    "keyfile_dict",
    "webhook_url",
)


class NodeOperator(BashOperator, SkipMixin):
    """One task of a DAG written in TypeScript.

    :param definition: hash of the DAG's definition; the task process refuses another build.
    :param xcoms: name of an input -> id of the task whose return value it is.
    :param connections: ids of the Airflow connections that the task may use.
    :param variables: keys of the Airflow variables that the task may use.
    :param variable_defaults: key of a variable -> its value where it does not exist.
    :param secret_variables: keys of those variables whose values are masked whatever they are called.
    :param short_circuit: whether a false result skips everything downstream.
    """

    # Nothing is a template: no value of a user's is ever evaluated.
    template_fields = ()
    template_ext = ()
    ui_color = "#e8f1ee"

    def __init__(
        self,
        *,
        definition,
        xcoms=None,
        connections=None,
        variables=None,
        variable_defaults=None,
        secret_variables=None,
        short_circuit=False,
        **kwargs,
    ):
        super().__init__(
            bash_command='exec node "$DAGWRIGHT_TASK_MAIN"',
            skip_on_exit_code=99,
            **kwargs,
        )
        self.definition = definition
        self.xcoms = xcoms or {}
        self.connections = connections or []
        self.variables = variables or []
        self.variable_defaults = variable_defaults or {}
        self.secret_variables = secret_variables or []
        self.short_circuit = short_circuit

    def execute(self, context):
        # Not BashOperator's own working directory: that one is gone when its execute returns.
        with tempfile.TemporaryDirectory(prefix="dagwright-") as directory:
            self._directory = Path(directory)
            try:
                super().execute(context)
            except AirflowSkipException:
                result = self._read_result()
                self._push(context, result)
                raise AirflowSkipException(_message(result)) from None
            except AirflowException:
                self._fail(context)
            finally:
                self._end_process()
            result = self._read_result()
        if result is None:
            raise AirflowException(
                f"The task process ended well but left no result in {directory}. Check that `node` on this worker's "
                "PATH is Node.js itself, and that nothing cleans this folder while tasks run."
            )
        self._push(context, result)
        if self.short_circuit and not result["goesOn"]:
            tasks = self.get_flat_relatives(upstream=False)
            # Raises or returns, depending on the version of Airflow: nothing may follow it.
            return self.skip(
                ti=context["ti"], tasks=[task for task in tasks if not task.is_teardown]
            )
        return result["returnValue"]

    def get_env(self, context):
        env = super().get_env(context)
        for name in list(env):
            if name.startswith(("AIRFLOW__", "AIRFLOW_CONN_", "AIRFLOW_VAR_")):
                del env[name]
        # Beside the DAG's own file, found when the task runs: a path would make the serialised DAG differ between machines.
        build = Path(context["dag"].fileloc).parent / "dagwright"
        env["DAGWRIGHT_TASK_MAIN"] = str(build / "task-main.mjs")
        home = os.environ.get("AIRFLOW_HOME", os.path.expanduser("~/airflow"))
        env.setdefault("DAGWRIGHT_PROJECT_ROOT", home)

        declared = self._declared()
        large = {
            name: value
            for name, value in declared.items()
            if len(os.fsencode(value)) > MAX_ENVIRONMENT_BYTES
        }
        env.update(
            (name, value) for name, value in declared.items() if name not in large
        )
        document = json.dumps({**self._document(context), "environment": large})
        if len(document) <= MAX_ENVIRONMENT_BYTES:
            env["DAGWRIGHT_TASK"] = document
        else:
            path = self._directory / "document.json"
            path.touch(mode=0o600)
            path.write_text(document)
            env["DAGWRIGHT_TASK_FILE"] = str(path)
        return env

    def on_kill(self):
        self._end_process()

    def _end_process(self):
        """Ends what still runs: a task that was cancelled or timed out, and what it started. Airflow 3.0 does not do it itself."""
        process = self._process()
        if process is None:
            return
        # Nothing is left of the group, or what is left is another user's.
        with suppress(ProcessLookupError, PermissionError):
            # Its leader is the process: it was started in a session of its own.
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=TERMINATION_GRACE_SECONDS)
            os.killpg(process.pid, signal.SIGKILL)

    def _process(self):
        return getattr(self.subprocess_hook, "sub_process", None)

    def _document(self, context):
        ti, run = context["ti"], context["dag_run"]
        return {
            "dagId": self.dag_id,
            "taskId": self.task_id,
            "mapIndex": ti.map_index,
            "tryNumber": ti.try_number,
            "run": {
                "id": run.run_id,
                "type": str(getattr(run.run_type, "value", run.run_type)),
                # A run triggered from the page or the API has no logical date unless somebody gives it one.
                "logicalDate": _iso(run.logical_date),
                "dataIntervalStart": _iso(run.data_interval_start),
                "dataIntervalEnd": _iso(run.data_interval_end),
                "runAfter": _iso(run.run_after),
            },
            "params": dict(context["params"]),
            "conf": run.conf or {},
            "xcoms": {
                name: ti.xcom_pull(task_ids=task) for name, task in self.xcoms.items()
            },
            "connections": self.connections,
            "variables": self.variables,
            "secretVariables": self.secret_variables,
            "definition": self.definition,
            "callerPid": os.getpid(),
            "resultFile": str(self._directory / "result.json"),
            "progressFile": str(self._directory / "progress.jsonl"),
        }

    def _declared(self):
        """The declared connections and variables, as the environment variables that Airflow itself would read."""
        values = {}
        for conn_id in self.connections:
            values["AIRFLOW_CONN_" + conn_id.upper()] = _connection_json(
                _get(Connection, "connection", conn_id)
            )
        for key in self.variables:
            value = _get(Variable, "variable", key, self.variable_defaults.get(key))
            _mask_below(value, key in self.secret_variables or _is_sensitive(key))
            values["AIRFLOW_VAR_" + key.upper()] = value
        return values

    def _read_result(self):
        path = self._directory / "result.json"
        return json.loads(path.read_text()) if path.exists() else None

    def _push(self, context, result):
        for key, value in (result or {}).get("xcoms", {}).items():
            context["ti"].xcom_push(key=key, value=value)

    def _fail(self, context):
        process = self._process()
        if process is None:  # it was never started: the exception says why
            raise
        code = process.returncode
        result = self._read_result()
        self._push(context, result)
        if code in NO_NODE and result is None:
            raise AirflowFailException(
                f"Node.js cannot be started on this worker (exit code {code}). Install Node 20.19 or later on its PATH."
            ) from None
        message = _message(result) or _death(code)
        if code == FAILED_FOR_GOOD:
            raise AirflowFailException(message) from None
        raise AirflowException(message) from None


def _get(kind, noun, name, default=None):
    """A connection or variable; one that does not exist and has no default ends the task, other trouble with Airflow's API may pass."""
    try:
        return kind.get(name)
    except (AirflowNotFoundException, AirflowRuntimeError) as error:
        if isinstance(error, AirflowRuntimeError) and error.error.error not in (
            ErrorType.CONNECTION_NOT_FOUND,
            ErrorType.VARIABLE_NOT_FOUND,
        ):
            raise
        if default is not None:
            return default
        prefix = "AIRFLOW_CONN_" if noun == "connection" else "AIRFLOW_VAR_"
        raise AirflowFailException(
            f"The {noun} {name!r} does not exist: looked for in Airflow's secrets backends, the environment "
            f"({prefix}{name.upper()}) and Airflow's database. Add it there."
        ) from None


def _connection_json(conn):
    """The connection in Airflow's own JSON form; masks every secret in it first."""
    extra = conn.extra or ""
    _mask_below(conn.password, True)
    _mask_below(extra, False)
    mask_secret(_parsed(extra))  # by the names, too, that are set in airflow.cfg
    text = json.dumps(
        {
            "conn_type": conn.conn_type,
            "host": conn.host,
            "schema": conn.schema,
            "login": conn.login,
            "password": conn.password,
            "port": conn.port,
            "extra": extra,
        }
    )
    mask_secret(text)
    return text


def _mask_below(value, is_secret):
    """Masks what stands below a name that tells of a secret: in objects, in lists, in a text that is JSON itself."""
    if isinstance(value, dict):
        for name, part in value.items():
            _mask_below(part, is_secret or _is_sensitive(name))
    elif isinstance(value, list):
        for part in value:
            _mask_below(part, is_secret)
    elif isinstance(value, str):
        if is_secret:
            _mask(value)
        _mask_below(_parsed(value), is_secret)
    elif is_secret and type(value) in (int, float):
        _mask(json.dumps(value))


def _is_sensitive(name):
    normal = re.sub(r"\W+", "_", name.strip().lower())
    return any(part in normal for part in SENSITIVE_NAMES)


def _parsed(text):
    """The object or list that the text is in JSON, otherwise an empty one."""
    try:
        return json.loads(text) if text.lstrip().startswith(("{", "[")) else {}
    except ValueError:
        return {}


def _mask(secret):
    """Masks every form in which a log may print it."""
    if len(secret) < MIN_SECRET_LENGTH or secret.lower() == "airflow":
        return
    encoded = json.dumps(secret)[1:-1]
    raw = secret.encode("utf-8", "surrogatepass")
    # A log has lines: a key of several is masked line by line. The dashes around it are no secret.
    lines = {line.strip() for line in secret.splitlines() if line[:5] != "-----"}
    mask_secret(
        [
            secret,
            quote(secret),
            quote(secret, safe=""),
            quote_plus(secret),
            encoded,
            json.dumps(encoded)[1:-1],
            json.dumps(secret, ensure_ascii=False)[1:-1],
            b64encode(raw).decode(),
            raw.hex(),
            *lines,
        ]
    )


def _iso(moment):
    return moment.isoformat() if moment else None


def _death(code):
    """What to do about a task process that ended without a word of its own."""
    if code < 0 or code == 137:
        return (
            f"The task process was killed (out of memory, or by hand): exit code {code}. "
            "Give this worker more memory, or run fewer tasks at once on it."
        )
    return f"The task process ended with code {code} and left no result. Its last lines in this log say why."


def _message(result):
    """The four parts of an error in one line: what (where): found. do"""
    error = (result or {}).get("error")
    if not error:
        return ""
    place = f" ({error['where']})" if error["where"] else ""
    found = f": {error['found']}" if error["found"] else ""
    remedy = f". {error['remedy']}" if error["remedy"] else ""
    return f"{error['what']}{place}{found}{remedy}"
