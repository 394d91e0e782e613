"""Reads {"connections": [fields], "texts": [text]} from stdin; writes what Airflow makes of them, with the class that tasks get."""

import json
import logging
import sys
from importlib.metadata import version

logging.disable(logging.CRITICAL)
if version("apache-airflow").startswith("3.0."):
    from airflow.models.connection import Connection
else:
    from airflow.sdk import Connection
from airflow.sdk import Connection as SdkConnection

FIELDS = ("conn_type", "host", "schema", "login", "password", "port")


def read(text):
    """What EnvironmentVariablesBackend.deserialize_connection does."""
    try:
        text = text.strip()
        if text[0] == "{":
            connection = Connection.from_json(text, conn_id="x")
        else:
            connection = Connection(conn_id="x", uri=text)
        fields = {name: getattr(connection, name) for name in FIELDS}
        return {**fields, "extra": json.loads(connection.extra) if connection.extra else {}}
    except Exception as error:
        return {"error": type(error).__name__}


def write(fields):
    extra = fields.pop("extra")
    fields["extra"] = None if extra is None else json.dumps(extra)
    uri = SdkConnection(conn_id="x", **fields).get_uri()
    connection = Connection(conn_id="x", **fields)
    as_json = json.dumps({name: getattr(connection, name) for name in (*FIELDS, "extra")})
    return {"uri": uri, "json": as_json, "fromUri": read(uri), "fromJson": read(as_json)}


cases = json.load(sys.stdin)
print(json.dumps({"connections": [write(f) for f in cases["connections"]], "texts": [read(t) for t in cases["texts"]]}))
