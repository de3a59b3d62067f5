"""Answers questions to ClickHouse, one JSON object a line in, one out, until the input ends.

{"file": "base64", "queries": ["…", "…"]} is answered by the rows of the last query, {"rows": [{…}, …]}, or by the
first error, {"error": "…"}. The file is called `file` in the working folder, which queries see as their own.

{"each": [["…", "…"], […]]} is many such lists of queries, each answered on a line of its own: whoever reads them knows
at which one ClickHouse crashed, if it does.

ClickHouse writes into that folder, too, a cache of format schemas for instance. It is a temporary one, wherever this is
started from, and ends with the input.
"""

import base64
import json
import os
import sys
import tempfile

from chdb.session import Session

from queries import answer

with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    # Tables and databases live as long as this; it keeps them in a folder of its own, which ends with it.
    session = Session()
    for line in sys.stdin:
        question = json.loads(line)
        with open("file", "wb") as file:
            file.write(base64.b64decode(question.get("file", "")))
        for queries in question.get("each") or [question["queries"]]:
            print(json.dumps(answer(session, queries)), flush=True)
    os.chdir("/")
