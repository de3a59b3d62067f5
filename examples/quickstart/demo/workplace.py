"""A temporary folder with a copy of the quickstart, in which the real programs run. Knows no step of the story."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from aiven import INTEGRATION, PROJECT, TOKEN, program
from narration import Failed

QUICKSTART = Path(__file__).resolve().parents[1]
REPOSITORY = QUICKSTART.parents[1]


class Workplace:
    def __init__(self, folder, aiven):
        self.aiven = aiven
        self.work = folder / "quickstart"
        self.steps = []
        # Whoever used the quickstart has state and variables of their own there: none of the demo's business.
        theirs = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfvars*", Path(__file__).parent.name)
        shutil.copytree(QUICKSTART, self.work, ignore=theirs)
        # What `make install` does for the home folder, done for a temporary one.
        subprocess.run([REPOSITORY / "tests/tools/install", folder], check=True, stdout=subprocess.DEVNULL)
        mirror = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{folder}/plugins"\n  }}\n}}\n'
        (folder / "terraformrc").write_text(mirror)

        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIVEN_", "TF_"))}
        self.environment = {
            **inherited,
            "AIVEN_WEB_URL": aiven.url,
            "AIVEN_TOKEN": TOKEN,
            "AIVEN_AUTH_TOKEN": TOKEN,
            "AIVEN_PROJECT": PROJECT,
            "AIVEN_CONFIG_DIR": str(folder / "avn"),
            "CHECKPOINT_DISABLE": "1",
            # Programs differ in which spelling they heed.
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "TF_CLI_CONFIG_FILE": str(folder / "terraformrc"),
            "TF_IN_AUTOMATION": "1",
            "TF_VAR_project": PROJECT,
            "TF_VAR_service_integration_id": INTEGRATION,
            # Where the provider puts its lock file.
            "XDG_RUNTIME_DIR": str(folder),
        }

    def run(self, command, expected=0, **more):
        result = subprocess.run(command, cwd=self.work, env=self.environment, capture_output=True, text=True, **more)
        if result.returncode != expected:
            raise Failed(f"`{' '.join(map(str, command))}` exited with {result.returncode}\n"
                         f"{result.stdout}\n{result.stderr}")
        return result.stdout

    def terraform(self, *arguments, expected=0):
        """Runs and times one command, and counts the API calls it made."""
        command = " ".join(("terraform", *(a for a in arguments if not a.startswith("-"))))
        reads, writes = self.aiven.calls()
        start = time.monotonic()
        output = self.run([program("TERRAFORM"), *arguments, "-no-color"], expected)
        seconds = time.monotonic() - start
        reads, writes = (after - before for after, before in zip(self.aiven.calls(), (reads, writes)))
        self.steps.append((command, seconds, reads, writes))
        return output

    def avn(self, *arguments):
        return self.run([program("AVN"), "service", *arguments])

    def tables(self):
        """The tables of the integration, as its list has them."""
        integrations = json.loads(self.avn("integration-list", "--json", "clickhouse"))
        ours = next(each for each in integrations if each["service_integration_id"] == INTEGRATION)
        return ours["user_config"].get("tables", [])

    def write_tables(self, tables):
        """Replaces the whole list, which is all that the API offers."""
        user_config = json.dumps({"tables": tables})
        self.avn("integration-update", INTEGRATION, "--user-config-json", user_config)

    def configured(self):
        """The tables of the quickstart's configuration, by name."""
        return {table["name"]: table for table in json.loads((self.work / "tables.json").read_text())["tables"]}

    def configure(self, tables):
        (self.work / "tables.json").write_text(json.dumps({"tables": list(tables.values())}, indent=2))
