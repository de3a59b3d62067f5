"""The write engine beside a strategy that edits one table at a time and beside what no client can be faster than, in
one run. Knows nothing of how either works."""

import math
import os

from benchmark.terraform import Terraform

LATENCY = 100
SIZES = (100, 400)
# Terraform's default, and the most that is usual.
PARALLELISMS = (10, 50)
COMMANDS = ("create", "refresh", "destroy")
# How long the engine waits before it looks at its last write again: `SETTLE` of src/engine.
SETTLE = 3.0
# What the engine is held to, for the largest size at the default parallelism.
BARS = {"calls to create": 100, "calls to refresh": 3, "times the bound": 1.3, "times as fast": 3}


class Bound:
    """The fewest calls, and the time from the first to the last, of a client that Terraform asks for as many tables
    at once as its parallelism: each wave of them is one read and one write. A refresh is one read."""

    def __init__(self, command, tables, parallelism):
        self.calls = 1 if command == "refresh" else 2 * math.ceil(tables / parallelism)
        self.span = self.calls * LATENCY / 1000


def compare(simulator):
    """Measures and prints everything."""
    for tables in SIZES:
        for parallelism in PARALLELISMS:
            title = f"{tables} tables, -parallelism={parallelism}, an API that takes {LATENCY} ms to answer"
            print(f"    {title}", flush=True)
            engine = costs(simulator, os.environ["PROVIDER_BINARY"], tables, parallelism, COMMANDS)
            # It refreshes as the engine does, and its destruction takes as long as its creation.
            commands = COMMANDS if tables == min(SIZES) else ("create",)
            single = costs(simulator, os.environ["TABLE_BY_TABLE_BINARY"], tables, parallelism, commands)
            bound = {command: Bound(command, tables, parallelism) for command in COMMANDS}
            print_block(engine, single, bound)
            if (tables, parallelism) == (max(SIZES), min(PARALLELISMS)):
                judged = (engine, single, bound)
    print_bars(*judged)


def costs(simulator, provider, tables, parallelism, commands):
    """What each of the commands takes, one after another, from an integration without tables."""
    simulator.restart(LATENCY)
    with Terraform(simulator, provider, tables) as terraform:
        return {command: getattr(terraform, command)(parallelism) for command in commands}


def print_block(engine, single, bound):
    print(f"      {'':<10}{'calls (reads, writes)':>24}{'first to last':>16}{'wall':>10}")
    for command in COMMANDS:
        for name, cost in (("engine", engine.get(command)), ("table by table", single.get(command))):
            print_row(command, name, cost)
        print(f"      {command:<9}{'lower bound':<16}{bound[command].calls:>5}{'':<16}{bound[command].span:>10.1f} s")
        print_ratios(command, engine, single, bound)


def print_row(command, name, cost):
    if cost is None:
        print(f"      {command:<9}{name:<16}  not run")
        return
    requests = f"({cost.requests.reads}, {cost.requests.writes})"
    print(f"      {command:<9}{name:<16}{cost.calls:>5} {requests:<15}{cost.span:>10.1f} s{cost.seconds:>10.1f} s")


def print_ratios(command, engine, single, bound):
    if command == "refresh":
        return
    print(f"      {'':<9}engine / (lower bound + settle + one read): {above_bound(command, engine, bound):.2f}")
    if command in single:
        print(f"      {'':<9}table by table / engine: {single[command].span / engine[command].span:.1f}", flush=True)


def above_bound(command, engine, bound):
    """How often the unavoidable fits into what the engine takes from its first call to its last."""
    return engine[command].span / (bound[command].span + SETTLE + LATENCY / 1000)


def print_bars(engine, single, bound):
    print(f"    what the engine is held to, with {max(SIZES)} tables and -parallelism={min(PARALLELISMS)}")
    at_most("calls to create", engine["create"].calls)
    at_most("calls to refresh", engine["refresh"].calls)
    at_most("times the bound", above_bound("create", engine, bound))
    faster, bar = single["create"].span / engine["create"].span, BARS["times as fast"]
    print(f"      {'times as fast':<20}{faster:>7.4g}   at least {bar}: {'met' if faster >= bar else 'MISSED'}")


def at_most(name, value):
    bar = BARS[name]
    print(f"      {name:<20}{value:>7.3g}   at most {bar}: {'met' if value <= bar else 'MISSED'}")
