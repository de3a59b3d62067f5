"""What the reader of a terminal sees, and how long is waited for something to become true. Knows nothing of what."""

import time

PATIENCE = 60  # seconds; only what is broken takes as long


class Failed(Exception):
    """A step did not do what it should; the message has what was said."""


def say(text):
    print(f"\n--- {text}", flush=True)


def show(text, keep=lambda line: True):
    for line in text.splitlines():
        if line.strip() and keep(line):
            print(f"    {line}", flush=True)


def watch(look, tell, done):
    """Looks until `done`, and tells what there is: at the beginning, after a second if it has changed, at the end."""
    start = time.monotonic()
    told, next_line = None, start
    while True:
        seen = look()
        now = time.monotonic()
        if done(seen):
            show(tell(seen))
            return seen
        if seen != told and now >= next_line:
            show(tell(seen))
            told, next_line = seen, now + 1
        if now - start > PATIENCE:
            raise Failed(f"after {PATIENCE} seconds there was still: {tell(seen)}")
        time.sleep(0.1)
