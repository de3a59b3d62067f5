"""The simulated Aiven, with the engines behind it: started, asked and ended here. Knows no step of the story."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from narration import Failed

PROJECT = "demo"
TOKEN = "demo-token"
INTEGRATION = "00000000-0000-4000-8000-000000000001"

# The machine's proxy must not be asked for a loopback address.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def program(variable):
    path = os.environ.get(variable)
    if not path or not Path(path).exists():
        sys.exit(f"demo: {variable} does not name a program; run `make demo`, which sets it up")
    return path


class Aiven:
    """It ends when its standard input does, so it cannot outlive this process; nor can the engines outlive it."""

    def __enter__(self):
        options = ["--listen", "127.0.0.1:0", "--seed", "--exit-with-stdin", "--project", PROJECT, "--token", TOKEN,
                   "--data-plane", "--python", program("CHDB_PYTHON")]
        self.process = subprocess.Popen(
            [program("SIM_BINARY"), *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = self.process.stdout.readline().strip().rpartition(" ")[2]
        if not self.url.startswith("http://127.0.0.1:"):
            self.process.wait()
            raise Failed("the simulated Aiven did not start; what it said is above")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def calls(self):
        """How many reads and writes the provider has made so far: neither avn's count nor those of `query`."""
        with opener.open(f"{self.url}/_sim/requests") as answer:
            requests = json.load(answer)["requests"]
        ours = [each["method"] for each in requests if "terraform-provider" in (each["user_agent"] or "")]
        return ours.count("GET"), len(ours) - ours.count("GET")

    def query(self, sql):
        """The rows that ClickHouse answers, each a list. Aiven's API carries the query, as its Console does."""
        request = urllib.request.Request(
            f"{self.url}/v1/project/{PROJECT}/service/clickhouse/clickhouse/query",
            data=json.dumps({"database": "default", "query": sql}).encode(),
            headers={"authorization": f"aivenv1 {TOKEN}", "content-type": "application/json"},
        )
        try:
            with opener.open(request) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise Failed(f"{sql}\n{json.load(error)['message']}") from error

    def number(self, sql):
        # Numbers of 64 bits may come as text.
        return int(self.query(sql)[0][0])
