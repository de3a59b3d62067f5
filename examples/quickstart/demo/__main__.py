"""A table's life, told while it happens: messages travel from Kafka to ClickHouse and back, through what was applied.

`make demo` builds what this needs and calls it. Terraform, avn, the provider, ClickHouse and the clients of Kafka are
the real ones; Aiven is simulated. Everything happens in a temporary folder, and every process that is started here is
ended here.
"""

import signal
import sys
import tempfile
from pathlib import Path

from aiven import Aiven, program
from narration import Failed, say, show
from story import Story
from workplace import Workplace


def main():
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        say("Starting a simulated Aiven: project demo, services kafka and clickhouse, one integration.")
        with Aiven() as aiven:
            workplace = Workplace(Path(folder), aiven)
            show(f"Real: {workplace.run([program('TERRAFORM'), 'version']).splitlines()[0]}, avn, the provider, "
                 f"ClickHouse {aiven.query('SELECT version()')[0][0]}, Kafka's wire protocol and its clients.")
            show("Simulated: Aiven's API. Kafka's brokers are librdkafka's, which keep messages in memory.")
            Story(workplace).tell()
    say("Done. What is left of it: target/, .tools/, and the crates in cargo's own cache.")


if __name__ == "__main__":
    # Ended by a signal, it still ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("demo: terminated"))
    try:
        main()
    except (Failed, OSError) as failure:
        sys.exit(f"demo: {failure}")
    except KeyboardInterrupt:
        sys.exit("demo: interrupted")
