"""Runs the program of ClickHouse, its first argument, in a temporary folder of its own, and outlives its crashes: the folder
goes when the input ends, in the middle of a query if need be.

Requests go to the program and its answers come back, a line each, one after the other. Where it crashes, the request that
it was at is answered by {"error": "…"}, and it is started again. Where it ends with status 75 it wants to be started again
with an argument, and answers then. Any other end is the end.
"""

import select
import shutil
import signal
import subprocess
import sys
import tempfile

AGAIN = 75
CRASHED = b'{"error": "ClickHouse ended unexpectedly"}\n'

# ClickHouse sends a signal to its whole group when it is told to shut down. Whoever wants an end closes the input.
for signal_to_ignore in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    signal.signal(signal_to_ignore, signal.SIG_IGN)

requests, answers = sys.stdin.buffer, sys.stdout.buffer


def start(*arguments):
    global running
    command = [sys.executable, "-X", "utf8", "-c", sys.argv[1], *arguments]
    running = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return running


def revive(program):
    """Another program for one that ended; it has to answer, unless the one before it crashed."""
    status = program.wait()
    if status == AGAIN:
        return start("again"), False
    if status < 0:
        return start(), True
    sys.exit(status)


def is_asked(program):
    """Waits until there is something to read. Whether it is from whoever asks."""
    return requests in select.select([requests, program.stdout], [], [])[0]


def answer(program, request):
    try:
        program.stdin.write(request)
        program.stdin.flush()
    except BrokenPipeError:
        # It crashes at this moment, which is about to be found out.
        pass
    while True:
        # Nobody asks before there is an answer: the input has ended.
        if is_asked(program):
            return None, program
        line = program.stdout.readline()
        if line:
            return line, program
        program, crashed = revive(program)
        if crashed:
            return CRASHED, program


def serve(program):
    """Until the input ends."""
    while True:
        if not is_asked(program):
            # It crashed while nobody asked anything.
            program, _ = revive(program)
            continue
        request = requests.readline()
        line, program = answer(program, request) if request else (None, program)
        if line is None:
            return
        answers.write(line)
        answers.flush()


folder = tempfile.mkdtemp(prefix="aiven-sim-")
running = None
try:
    serve(start())
finally:
    if running:
        running.kill()
        running.wait()
    shutil.rmtree(folder, ignore_errors=True)
