"""A Terraform with many tables in a folder of its own, and what a command of it costs. Knows nothing of what is
compared with what."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmark.simulator import INTEGRATION, PROJECT, TOKEN

ADDRESS = "terraform.local/community/aiven-clickhouse-kafka"

# Terraform starts this in the provider's place; it leaves the provider's peak memory, in KiB, in a file of its own.
WRAPPER = """#!{python}
import os, resource, signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
code = subprocess.run([{provider!r}]).returncode
with open(os.path.join({memory!r}, str(os.getpid())), "w") as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""

CONFIGURATION = """
terraform {{
  required_providers {{
    aiven = {{ source = "{address}" }}
  }}
}}
resource "aiven_clickhouse_kafka_table" "this" {{
  count                  = {tables}
  project                = "{project}"
  service_integration_id = "{integration}"
  name                   = "table_${{count.index}}"
  columns                = [for number in range(10) : {{ name = "column_${{number}}", type = "String" }}]
  topics                 = [{{ name = "topic-${{count.index}}" }}]
  data_format            = "JSONEachRow"
  group_name             = "bench"
}}
"""


class Terraform:
    """Tables of one state, written by the provider at the path `provider`; its folder ends with the `with` block."""

    def __init__(self, simulator, provider, tables):
        self._simulator, self._provider, self._tables = simulator, provider, tables

    def __enter__(self):
        self._temporary = tempfile.TemporaryDirectory(prefix="bench-")
        folder = Path(self._temporary.name)
        self._work, self._memory = folder / "work", folder / "memory"
        for path in (folder / "plugins", self._work, self._memory):
            path.mkdir()
        wrapper = folder / "plugins/terraform-provider-aiven-clickhouse-kafka"
        wrapper.write_text(WRAPPER.format(python=sys.executable, provider=self._provider, memory=str(self._memory)))
        wrapper.chmod(0o755)
        (folder / "terraformrc").write_text(
            f'provider_installation {{\n  dev_overrides {{\n    "{ADDRESS}" = "{folder}/plugins"\n  }}\n}}\n')
        (self._work / "main.tf").write_text(CONFIGURATION.format(
            address=ADDRESS, tables=self._tables, project=PROJECT, integration=INTEGRATION))
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIVEN_", "TF_"))}
        self._environment = {**inherited, "AIVEN_WEB_URL": self._simulator.url, "AIVEN_TOKEN": TOKEN,
                             "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": str(folder / "terraformrc")}
        return self

    def __exit__(self, *_):
        self._temporary.cleanup()

    def create(self, parallelism):
        return self._run("apply", "-auto-approve", f"-parallelism={parallelism}")

    def refresh(self, parallelism):
        return self._run("plan", f"-parallelism={parallelism}")

    def destroy(self, parallelism):
        # Planned without a request and without being counted: what Terraform does between a refresh and the first
        # deletion is not the provider's.
        self._run("plan", "-destroy", "-refresh=false", "-out=destruction")
        return self._run("apply", f"-parallelism={parallelism}", "destruction")

    def peak_memory(self):
        """In MiB, of the largest provider process so far."""
        return max(int(file.read_text()) for file in self._memory.iterdir()) / 1024

    def _run(self, *command):
        self._simulator.forget_requests()
        begin = time.perf_counter()
        result = subprocess.run([os.environ["TERRAFORM"], *command, "-no-color"], cwd=self._work,
                                env=self._environment, capture_output=True, text=True)
        seconds = time.perf_counter() - begin
        if result.returncode != 0:
            sys.exit(f"bench: terraform {command[0]} failed\n{result.stdout}\n{result.stderr}")
        return Cost(seconds, self._simulator.requests())


class Cost:
    """What a command took: seconds on the wall, and requests."""

    def __init__(self, seconds, requests):
        self.seconds, self.requests = seconds, requests
        self.calls, self.span = requests.reads + requests.writes, requests.span
