"""Kafka as its clients see it: by the script `messages`, each time a process of its own. Knows no table."""

import subprocess
import threading

from aiven import program
from narration import Failed
from workplace import QUICKSTART

PAUSE = 0.1  # seconds between two messages of a stream


class Kafka:
    def __init__(self, workplace):
        self.workplace = workplace
        servers = workplace.avn("get", "kafka", "--format", "{service_uri}").strip()
        workplace.environment["BOOTSTRAP_SERVERS"] = servers

    def make_topic(self, topic):
        self.workplace.avn("topic-create", "kafka", topic, "--partitions", "3", "--replication", "1")

    def command(self, verb, topic):
        return [program("CHDB_PYTHON"), str(QUICKSTART / "messages"), verb, topic]

    def send(self, topic, messages):
        """Sends each message; returns when Kafka has confirmed them all."""
        self.workplace.run(self.command("send", topic), input="".join(f"{each}\n" for each in messages))

    def read(self, topic):
        """Every message of the topic."""
        return self.workplace.run(self.command("read", topic)).splitlines()


class Sender:
    """A `messages send` that stays, and confirms message by message."""

    def __init__(self, kafka, topic):
        self.process = subprocess.Popen(kafka.command("send", topic), env=kafka.workplace.environment, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def send(self, message):
        try:
            self.process.stdin.write(f"{message}\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # It has ended; below it says why.
        if not self.process.stdout.readline():
            raise Failed(self.process.stderr.read().strip())

    def end(self):
        self.process.communicate()


class Stream:
    """Messages numbered 1, 2, 3 … that keep flowing in the background, whatever else happens."""

    def __init__(self, kafka, topic, form):
        self.kafka = kafka
        self.sent = 0
        self.failure = None
        self.ended = threading.Event()
        # Held while a message is on its way, so that `sent` and the place where it went agree.
        self.lock = threading.Lock()
        self.sender, self.form = Sender(kafka, topic), form
        self.thread = threading.Thread(target=self.flow)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def flow(self):
        try:
            while not self.ended.wait(PAUSE):
                with self.lock:
                    self.sender.send(self.form(self.sent + 1))
                    self.sent += 1
        except Exception as failure:  # Told by whoever asks next: nobody sees what a thread says.
            self.failure = failure if isinstance(failure, Failed) else Failed(repr(failure))

    def confirmed(self):
        """How many messages Kafka has confirmed until now."""
        if self.failure:
            raise self.failure
        return self.sent

    def move(self, topic, form):
        """From now on messages have another form and go to another topic. Returns how many went to the old one."""
        sender = Sender(self.kafka, topic)
        with self.lock:
            previous, self.sender, self.form = self.sender, sender, form
            sent = self.sent
        previous.end()
        return sent

    def stop(self):
        self.ended.set()
        self.thread.join()
        self.sender.end()
