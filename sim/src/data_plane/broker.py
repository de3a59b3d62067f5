"""Kafka clusters for the simulator: one JSON object a line in, one out, until the input ends.

{"service": "kafka"} is answered by {"bootstrap_servers": "127.0.0.1:…"}: that service's cluster, started when it is
first asked for. With {"topic": "orders", "partitions": 3} beside it the topic is made as well; a topic that nobody made
comes into being, with four partitions, when somebody first asks for it. {} is answered by {}: the package is there.

The clusters are those that librdkafka carries for the tests of Kafka clients. They speak Kafka's own protocol to any
client on this machine, keep the last messages of a partition in memory (5 MiB of them), and know nothing of
authentication, transactions or administration: hence topics are made here. The Python package `confluent-kafka` brings
the library along; the functions used below are declared in librdkafka's rdkafka.h and rdkafka_mock.h.
"""

import ctypes
import json
import sys
from pathlib import Path

import confluent_kafka

PRODUCER = 0

# Where wheels keep it: on Linux beside the package, on macOS within.
package = Path(confluent_kafka.__file__).parent
libraries = [*package.with_name("confluent_kafka.libs").glob("librdkafka*"), *package.glob(".dylibs/librdkafka*.dylib")]
if not libraries:
    raise SystemExit("confluent-kafka brings no librdkafka of its own; install its wheel")
library = ctypes.CDLL(str(libraries[0]))
pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int


def function(name, result, *arguments):
    found = getattr(library, name)
    found.restype, found.argtypes = result, arguments
    return found


new_settings = function("rd_kafka_conf_new", pointer)
set_setting = function("rd_kafka_conf_set", number, pointer, text, text, text, ctypes.c_size_t)
new_client = function("rd_kafka_new", pointer, number, pointer, text, ctypes.c_size_t)
new_cluster = function("rd_kafka_mock_cluster_new", pointer, pointer, number)
bootstrap_servers = function("rd_kafka_mock_cluster_bootstraps", text, pointer)
set_join_delay = function("rd_kafka_mock_group_initial_rebalance_delay_ms", None, pointer, ctypes.c_int32)
create_topic = function("rd_kafka_mock_topic_create", number, pointer, text, number, number)


def start_cluster():
    words = ctypes.create_string_buffer(512)
    settings = new_settings()
    # The client that the library wants to go with a cluster says that it has nobody to talk to.
    set_setting(settings, b"log_level", b"0", words, len(words))
    client = new_client(PRODUCER, settings, words, len(words))
    if not client:
        raise SystemExit(f"librdkafka does not start: {words.value.decode()}")
    cluster = new_cluster(client, 1)
    # The first member of a group waits for others otherwise, three seconds.
    set_join_delay(cluster, 0)
    return cluster


clusters = {}
for line in sys.stdin:
    request = json.loads(line)
    if not request:
        print("{}", flush=True)
        continue
    cluster = clusters.get(request["service"]) or clusters.setdefault(request["service"], start_cluster())
    if "topic" in request:
        create_topic(cluster, request["topic"].encode(), request["partitions"], 1)
    print(json.dumps({"bootstrap_servers": bootstrap_servers(cluster).decode()}), flush=True)
