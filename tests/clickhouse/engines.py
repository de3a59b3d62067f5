"""ClickHouse with a Kafka to read from: one JSON object a line in, one out, until the input ends.

The first line out is {"bootstrap_servers": "127.0.0.1:…"}. Then {"queries": ["…", "…"]} is answered by the rows of the last
query, {"rows": [{…}, …]}, or by the first error, {"error": "…"}; and {"topic": "orders", "partition": 0, "messages": ["…"]}
by {"rows": []} when Kafka has the messages. A topic comes into being, with two partitions, when it is first named so.

The only argument is the script that opens clusters, sim/src/data_plane/broker.py. What ClickHouse stores is in a temporary
folder, which ends with the input.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from chdb.session import Session
from confluent_kafka import Producer

from queries import answer

# A cluster of librdkafka's lets a group wait after a member has left, for a time that follows from the session timeout.
CONFIGURATION = """
<clickhouse>
    <kafka>
        <auto_offset_reset>earliest</auto_offset_reset>
        <session_timeout_ms>3000</session_timeout_ms>
        <heartbeat_interval_ms>500</heartbeat_interval_ms>
    </kafka>
</clickhouse>
"""


def main(broker):
    cluster = subprocess.Popen([sys.executable, broker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def open_cluster(**topic):
        print(json.dumps({"service": "kafka", **topic}), file=cluster.stdin, flush=True)
        return json.loads(cluster.stdout.readline())

    opened = open_cluster()
    producer = Producer({"bootstrap.servers": opened["bootstrap_servers"], "linger.ms": 0, "log_level": 0})
    topics = set()

    def send(topic, partition, messages):
        if topic not in topics:
            open_cluster(topic=topic, partitions=2)
            topics.add(topic)
        for message in messages:
            producer.produce(topic, message, partition=partition)
        left = producer.flush(30)
        return {"error": f"Kafka did not take {left} messages"} if left else {"rows": []}

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("configuration.xml").write_text(CONFIGURATION)
        session = Session(f"{folder}/data?config-file={folder}/configuration.xml")
        print(json.dumps(opened), flush=True)
        for line in sys.stdin:
            question = json.loads(line)
            said = send(**question) if "topic" in question else answer(session, question["queries"])
            print(json.dumps(said), flush=True)
        session.close()
        os.chdir("/")


main(sys.argv[1])
