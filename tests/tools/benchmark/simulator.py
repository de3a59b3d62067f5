"""A running aiven-sim and what it was asked. Knows nothing of who asks it."""

import json
import os
import statistics
import subprocess
import urllib.request

PROJECT = "demo"
TOKEN = "bench"
INTEGRATION = "00000000-0000-4000-8000-000000000001"


class Simulator:
    """A simulator that ends with the `with` block around it."""

    def __enter__(self):
        options = ["--listen", "127.0.0.1:0", "--seed", "--exit-with-stdin", "--project", PROJECT, "--token", TOKEN]
        self._process = subprocess.Popen([os.environ["SIM_BINARY"], *options], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        self.url = self._process.stdout.readline().strip().rpartition(" ")[2]
        # The machine's proxy must never see loopback traffic.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()

    def restart(self, latency):
        """Empty again, and answering after `latency` milliseconds."""
        self._control("POST", "reset", {})
        self._control("PUT", "settings", {"latency_ms": latency})
        self.latency = latency / 1000

    def forget_requests(self):
        self._control("DELETE", "requests")

    def requests(self):
        return Requests(self._control("GET", "requests")["requests"], self.latency)

    def _control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sim/{path}", data=data, method=method)
        with self._opener.open(request) as answer:
            return json.load(answer)


class Requests:
    """Some of the requests that a simulator received."""

    def __init__(self, log, latency):
        methods = [request["method"] for request in log]
        self.reads = methods.count("GET")
        self.writes = len(methods) - self.reads
        # A request takes effect in the middle of its latency: half of it lies before the first, half behind the last.
        effects = [request["effect_microseconds"] / 1e6 for request in log]
        self.span = max(effects) - min(effects) + latency if log else 0.0
        self.windows = windows(log)


def windows(log):
    """The milliseconds between each read that a write was built on and the write taking effect: what a stranger
    changes in between is lost."""
    read, found = None, []
    for request in log:
        if request["method"] == "GET":
            read = request["effect_microseconds"]
        else:
            found.append((request["effect_microseconds"] - read) / 1000)
    return found


def print_windows(gaps):
    longest = f"longest of {len(gaps)}: {max(gaps):.1f} ms"
    print(f"      {'read to write':<20}{statistics.median(gaps):7.1f} ms   ({longest})")
