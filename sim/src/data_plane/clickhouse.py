"""ClickHouse for the simulator: one JSON object a line in, one out, until the input ends.

{"database": "default", "queries": ["…", "…"]} runs the queries one after the other, the first error ends them. It is
answered by {"answer": "…", "rows": 2, "bytes": 16, …}, the text that the last one returned (as JSONCompact, unless it says
otherwise) and what it counted, or by {"error": "…"} in ClickHouse's words.
{"restart": "<clickhouse>…</clickhouse>"} is answered by {} as soon as ClickHouse runs with this configuration, which it
reads at its start only, or by {"error": "…"}. What is in its databases stays.
{} is answered by {}: the packages are there.

The one argument is the folder that ClickHouse keeps everything in. It is made here, and removed when the input ends,
even in the middle of a query. If it is there already, ClickHouse finds what it had before a crash. A second argument says
that this program has just restarted, and has to answer for it.
"""

import json
import os
import queue
import shutil
import sys
import threading
from importlib.metadata import version
from pathlib import Path

from chdb.session import Session

KNOWN = "4.0.2"

if version("chdb") != KNOWN:
    raise SystemExit(f"the Python package chdb is there in version {version('chdb')}; others than {KNOWN} refuse Kafka tables")

folder = Path(sys.argv[1])
configuration = folder / "configuration.xml"
requests = queue.Queue()

# Whatever ClickHouse prints is no answer.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def listen():
    for line in sys.stdin:
        requests.put(json.loads(line))
    # ClickHouse may be at work, and write while its folder is being removed.
    for _ in range(100):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
    os._exit(0)


def say(answer):
    print(json.dumps(answer), file=answers, flush=True)


def run(database, queries):
    for query in [f"USE `{database.replace('`', '``')}`", *queries]:
        result = session.query(query, "JSONCompact")
    return {
        "answer": result.bytes().decode(errors="replace"),
        "rows": result.rows_read(),
        "bytes": result.bytes_read(),
        "seconds": result.elapsed(),
        "read_rows": result.storage_rows_read(),
        "read_bytes": result.storage_bytes_read(),
    }


def open_session():
    if not configuration.exists():
        configuration.write_text("<clickhouse/>")
    return Session(f"{folder}/data?config-file={configuration}")


def restart(text):
    configuration.write_text(text)
    if session:
        session.close()
        # Standard output is the answers' again, as at the first start.
        os.dup2(answers.fileno(), 1)
        os.execv(sys.executable, [*sys.orig_argv[:4], "restarted"])


folder.mkdir(exist_ok=True)
os.chdir(folder)
session = None
if len(sys.argv) > 2:
    requests.put({"restarted": True})
threading.Thread(target=listen, daemon=True).start()
while True:
    request = requests.get()
    try:
        if "restart" in request:
            restart(request["restart"])
        if request:
            session = session or open_session()
        say(run(request["database"], request["queries"]) if "queries" in request else {})
    except (RuntimeError, ValueError) as error:
        if session:
            # What a failing query has said before it failed would be the beginning of the next answer.
            session.query("SELECT 1", "Null")
        say({"error": str(error)})
