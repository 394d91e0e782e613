"""Replaces the tables of the arguments in $TARGET by those of $SOURCE, as is usual in Airflow: psycopg2 and a spooled file."""

import os
import sys
import tempfile

import psycopg2

MAX_IN_MEMORY_BYTES = 128 * 1024 * 1024

tables = sys.argv[1:]
source = psycopg2.connect(os.environ["SOURCE"])
role = "origin" if os.environ["KEYS"] == "checked" else "replica"
target = psycopg2.connect(
    os.environ["TARGET"], options=f"-c session_replication_role={role}"
)
source.set_session(isolation_level="REPEATABLE READ", readonly=True)
with source.cursor() as reader, target.cursor() as writer:
    writer.execute(f"TRUNCATE {', '.join(tables)}")
    for table in tables:
        with tempfile.SpooledTemporaryFile(max_size=MAX_IN_MEMORY_BYTES) as spool:
            reader.copy_expert(f"COPY {table} TO STDOUT", spool)
            spool.seek(0)
            writer.copy_expert(f"COPY {table} FROM STDIN", spool)
target.commit()
target.close()
source.close()
