"""ClickHouse for the simulator: one JSON object a line in, one out, until the input ends.

{"database": "default", "query": "…"} runs the query. It is answered by {"answer": "…", "rows": 2, "bytes": 16, …}, the text
that it returned (as JSONCompact, unless it says otherwise) and what it counted, or by {"error": "…"} in ClickHouse's words. What is several queries is refused before any
of it runs, except for queries behind the values of an INSERT: ClickHouse does not look behind those.
{"restart": "<clickhouse>…</clickhouse>"} is answered by {} as soon as ClickHouse runs with this configuration, which it
reads at its start only, or by {"error": "…"}: then it runs with the one before. What is in its databases stays.

Everything is kept in the working folder, where ClickHouse finds it when this is started again, after a restart or a
crash. After a restart there is an argument, and an answer to be given.
"""

import json
import os
import sys
from importlib.metadata import version
from pathlib import Path

from chdb.session import Session

KNOWN = "4.0.2"
AGAIN = 75

if version("chdb") != KNOWN:
    raise SystemExit(f"chdb is there in version {version('chdb')}, and only {KNOWN} is known to have Kafka tables")

# The new one takes the place of the first, which is kept until ClickHouse runs with the new one.
configuration, former, new = (Path(name).absolute() for name in ("configuration.xml", "former.xml", "new.xml"))

# Whatever ClickHouse prints is no answer.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def say(answer):
    print(json.dumps(answer), file=answers, flush=True)


def open_session():
    opened = Session(f"data?config-file={configuration}")
    # As Aiven sets it for ClickHouse 25.8: whoever likes may SELECT from a Kafka table.
    opened.query("SET stream_like_engine_allow_direct_select = 1")
    return opened


def check(query):
    if ";" not in query:
        return
    quoted = query.replace("\\", "\\\\").replace("'", "\\'")
    try:
        # The formatting is of no interest. It is the way to have ClickHouse read a query and not run any of it.
        session.query(f"SELECT formatQuerySingleLine('{quoted}')")
    except RuntimeError as error:
        # Whatever else is wrong, it says better when it runs it.
        if "Syntax error (Multi-statements are not allowed)" in str(error):
            raise ValueError("several queries are sent where one is expected") from None


def run(database, query):
    # What an earlier query said before it failed comes with the next answer: with that of USE, which nobody reads.
    session.query(f"USE `{database.replace('`', '``')}`", "JSONCompact")
    check(query)
    result = session.query(query, "JSONCompact")
    return {
        "answer": result.bytes().decode(errors="replace"),
        "rows": result.rows_read(),
        "bytes": result.bytes_read(),
        "seconds": result.elapsed(),
        "read_rows": result.storage_rows_read(),
        "read_bytes": result.storage_bytes_read(),
    }


def restart(text):
    new.write_text(text)
    if session:
        session.close()
        os._exit(AGAIN)


def begin():
    """Starts ClickHouse with the new configuration if there is one."""
    global session
    if former.exists():
        # It crashed when it was started with the new one.
        former.replace(configuration)
    if not new.exists():
        session = open_session()
        return
    if configuration.exists():
        configuration.replace(former)
    new.replace(configuration)
    try:
        session = open_session()
    except (RuntimeError, ValueError):
        if former.exists():
            former.replace(configuration)
            session = open_session()
        raise
    former.unlink(missing_ok=True)


def answer(request):
    try:
        if "restart" in request:
            restart(request["restart"])
        if not session:
            begin()
        return run(request["database"], request["query"]) if "query" in request else {}
    except (RuntimeError, ValueError) as error:
        return {"error": str(error)}


session = None
if configuration.exists():
    # Tables read on whether or not somebody asks.
    begun = answer({})
    if len(sys.argv) > 1:
        say(begun)
for line in sys.stdin:
    say(answer(json.loads(line)))
