"""Runs the program of ClickHouse, its first argument, in a temporary folder of its own, and outlives its crashes: the folder
stays as long as the program does not end by itself, and goes when it does.

The program reads requests and writes answers as if it had been started alone. Where it crashes, the request that it
was at is answered by {"error": "…"}, and it is started again. Where it ends with status 75 it wants to be started again,
and is told so by an argument.
"""

import json
import signal
import subprocess
import sys
import tempfile

AGAIN = 75

# A signal to a whole terminal reaches whoever started this as well, and is theirs to follow: they close the input.
for signal_to_ignore in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    signal.signal(signal_to_ignore, signal.SIG_IGN)

with tempfile.TemporaryDirectory(prefix="aiven-sim-", ignore_cleanup_errors=True) as folder:
    arguments = []
    while True:
        status = subprocess.run([sys.executable, "-c", sys.argv[1], *arguments], cwd=folder, check=False).returncode
        if status < 0:
            print(json.dumps({"error": "ClickHouse ended unexpectedly"}), flush=True)
        elif status != AGAIN:
            break
        arguments = ["again"] if status == AGAIN else []
sys.exit(status)
