#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: meter_faketime.py AGENT SANDBOX USAGE

The programs on a machine whose clock is turned by faketime, and a service with a clock of its
own: summer time comes and goes, a month ends, the machine's clock jumps by two hours between
two commands and under a running agent, and AWS is away for as long as it takes usage, and for
longer. What the service has on record is counted in the end: each unit once.
"""

import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import metering  # noqa: E402
import sandbox as support  # noqa: E402
from metering import check  # noqa: E402

AGENT, SANDBOX, USAGE = sys.argv[1:4]
HOUR = 3600
MINUTE = 60
AWAY = {"operation": "MeterUsage", "error": "AccessDeniedException"}

def at(text):
    return int(datetime.datetime.fromisoformat(f"{text}+00:00").timestamp())


class Clock:
    """The time of the processes that are started with its environment, while they run."""

    library = None

    def __init__(self, path, zone="UTC"):
        self.path = path
        self.zone = zone
        self.set(time.time())

    def set(self, to):
        """Other processes never see half of it."""
        with open(f"{self.path}.new", "w", encoding="ascii") as file:
            file.write(f"{int(to - time.time()):+d}\n")
        os.replace(f"{self.path}.new", self.path)

    def environment(self):
        return {
            "LD_PRELOAD": self.library, "FAKETIME_TIMESTAMP_FILE": self.path,
            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1", "TZ": self.zone,
            "ASAN_OPTIONS": "verify_asan_link_order=0"}


def find_faketime():
    """The library that the program faketime would load, the one for threads."""
    if shutil.which("faketime") is None:
        return None
    return subprocess.run(
        ["faketime", "-m", "-f", "+0", "sh", "-c", 'printf %s "$LD_PRELOAD"'], check=True,
        capture_output=True, text=True, timeout=20).stdout


class World:
    """A machine and a service, with a clock each, and a ledger."""

    def __init__(self, began, zone="UTC"):
        self.folder = tempfile.TemporaryDirectory()
        self.machine = Clock(f"{self.folder.name}/machine", zone)
        self.service = Clock(f"{self.folder.name}/service")
        self.set(began)
        self.sandbox = support.Sandbox(SANDBOX, environment=self.service.environment())
        self.ledger = metering.Ledger(
            USAGE, self.sandbox, f"{self.folder.name}/usage.db",
            surroundings=self.machine.environment())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sandbox.close()
        self.folder.cleanup()

    def set(self, to):
        self.machine.set(to)
        self.service.set(to)

    def add(self, quantity, *more):
        self.ledger.add(quantity, "requests", *more)

    def flush(self, *more, ends=0):
        return self.ledger.run("flush", *more, ends=ends)

    def account(self, what, **wanted):
        """Units by state, of which those that are accepted are what the service has."""
        check(self.ledger.units(), wanted, what)
        check(sum(record["quantity"] for record in self.sandbox.records()),
              wanted.get("accepted", 0), f"{what}: what the service has")

    def hours(self):
        """The hours of the service's records, in their order."""
        return [f"{record['timestamp'][:13]}:00:00Z" for record in self.sandbox.records()]


class Agent(metering.Agent):
    """On a world's machine, and its ledger."""

    def __init__(self, world):
        super().__init__(AGENT, world.sandbox, world.ledger.path, "--flush-interval", "1",
                         surroundings=world.machine.environment())

    def use(self, quantity):
        check(self.post({"dimension": "requests", "quantity": quantity})[0], 202,
              f"{quantity} units")

    def flushes(self):
        counts = re.findall(r'entitle_flush_total\{result="\w+"\} (\d+)',
                            self.ask("GET", "/metrics")[1])
        return sum(int(count) for count in counts)

    def wait_for_flush(self):
        """Until one has begun and ended since."""
        wanted = self.flushes() + 2
        give_up = time.monotonic() + 60
        while self.flushes() < wanted and time.monotonic() < give_up:
            time.sleep(0.05)


# --- Commands ---------------------------------------------------------------------------

def try_summer_time(zone, change):
    """Half past the hour before the change, the one of it, and the one after."""
    change = at(change)
    with World(change - 30 * MINUTE, zone) as world:
        for hour, quantity in enumerate((5, 7, 9)):
            world.set(change + (hour - 1) * HOUR + 30 * MINUTE)
            world.add(quantity)
            world.flush()
        world.account(f"{zone}, the last hour runs", accepted=12, open=9)
        world.set(change + 2 * HOUR + MINUTE)
        world.flush()
        world.account(zone, accepted=21)
        check(len(set(world.hours())), 3, f"{zone}: hours")


def try_month_end():
    end = at("2026-12-01T00:00:00")
    with World(end - 5 * MINUTE, "Pacific/Auckland") as world:
        world.add(5)
        world.set(end + MINUTE)
        world.add(7, "--at", "2026-11-30T23:59:59Z")
        world.add(9)
        world.flush()
        world.account("a month has ended", accepted=12, open=9)
        check(world.hours(), ["2026-11-30T23:00:00Z"], "the last hour of the month")
        world.set(end + 6 * HOUR - 10 * MINUTE)
        world.add(1, "--at", "2026-12-01T00:30:00Z")
        world.flush()
        world.account("its window is nearly over", accepted=22)
    with World(end - 5 * MINUTE) as world:
        world.add(5)
        world.set(end + 6 * HOUR + MINUTE)
        world.flush()
        world.account("its window is over", open=5)
        world.set(end + 7 * HOUR + MINUTE)
        world.flush()
        world.account("and it is the new month's", accepted=5)
        check(world.hours(), ["2026-12-01T06:00:00Z"], "the hour it went to")


def try_jumps():
    noon = at("2026-11-10T12:10:00")
    with World(noon) as world:
        world.add(5, "--at", "2026-11-10T11:59:59Z")
        world.add(7)
        world.machine.set(noon + 2 * HOUR)
        world.flush()
        world.account("2 h ahead", accepted=5, closed=7)
        world.flush("--past-window", "drop")
        world.machine.set(noon)
        world.flush()
        world.account("put right", accepted=5, open=7)
        world.add(1)
        world.set(noon + HOUR)
        world.flush()
        world.account("in time", accepted=13)
    with World(noon) as world:
        world.add(5, "--at", "2026-11-10T11:59:59Z")
        world.machine.set(noon - 2 * HOUR)
        world.add(7)
        world.flush()
        world.account("2 h behind", open=12)
        world.machine.set(noon)
        world.flush()
        world.account("put right", accepted=12)
    with World(noon) as world:
        world.add(5, "--at", "2026-11-10T11:59:59Z")
        world.machine.set(noon + 30 * HOUR)
        world.flush("--past-window", "drop")
        world.account("30 h ahead, dropping", accepted=5)
    with World(noon) as world:
        world.add(5)
        world.machine.set(noon + 2 * HOUR)
        world.flush("--final")
        world.account("2 h ahead, in the end", accepted=5)


def try_outages():
    noon = at("2026-11-10T12:10:00")
    ended = noon + 50 * MINUTE
    for choice in "carry", "drop":
        with World(noon) as world:
            world.add(5)
            world.sandbox.faults(AWAY)
            world.set(ended + 3 * HOUR)
            world.flush("--past-window", choice, ends=69)
            world.add(7)
            world.set(ended + 5 * HOUR + 50 * MINUTE)
            world.sandbox.faults()
            world.flush("--past-window", choice)
            world.account("5 h 50 min", accepted=12)
    with World(noon) as world:
        world.add(5)
        world.set(ended + 7 * HOUR)
        world.flush()
        world.account("7 h, carrying", open=5)
        world.set(ended + 8 * HOUR)
        world.flush()
        world.account("and sent", accepted=5)
    with World(noon) as world:
        world.add(5)
        world.set(ended + 7 * HOUR)
        check(world.flush("--past-window", "drop", ends=65)["lost"], 1, "records lost")
        world.account("7 h, dropping", lost=5)


# --- The agent --------------------------------------------------------------------------

def try_agent_jumps():
    """The machine's clock goes wrong, and right again, under an agent that runs."""
    noon = at("2026-11-10T12:10:00")
    with World(noon) as world, Agent(world) as agent:
        agent.use(5)
        for hours in 2, -2, 0:
            world.machine.set(noon + hours * HOUR)
            agent.use(7)
            agent.wait_for_flush()
        world.account("of four hours", **{"open": 19, "accepted": 7})
        world.set(noon + HOUR)
        agent.wait_for_flush()
        world.account("the hour that ran", **{"open": 7, "accepted": 19})
        code, log = agent.end()
        check(code, 0, f"the end: {log}")
        world.set(noon + 3 * HOUR)
        world.flush()
        world.account("what was dated ahead", accepted=26)


def try_agent_outages():
    """Health fails when the oldest hour leaves its window, and recovers when it is settled."""
    noon = at("2026-11-10T12:10:00")
    ended = noon + 50 * MINUTE
    with World(noon) as world, Agent(world) as agent:
        agent.use(5)
        world.sandbox.faults(AWAY)
        world.set(ended + 5 * HOUR + 50 * MINUTE)
        agent.wait_for_flush()
        check(agent.ask("GET", "/healthz")[0], 200, "health inside the window")
        agent.use(7)
        world.set(ended + 7 * HOUR)
        agent.wait_for_flush()
        status, body = agent.ask("GET", "/healthz")
        check((status, json.loads(body).get("message")),
              (503, "the oldest unsent hour is past AWS's window"), "health past it")
        world.account("7 h", closed=12)
        world.sandbox.faults()
        agent.wait_for_flush()
        check(agent.ask("GET", "/healthz")[0], 200, "health once it is settled")
        world.account("AWS is back", accepted=7, open=5)
        code, log = agent.end()
        check(code, 0, f"the end: {log}")
        world.account("the end", accepted=12)


def main():
    Clock.library = find_faketime()
    if Clock.library is None:
        print("SKIPPED: no faketime to turn the clock with", file=sys.stderr)
        sys.exit(77)
    support.forget_callers_settings()
    for trial, *arguments in (
            (try_summer_time, "Europe/Berlin", "2026-03-29T01:00:00"),
            (try_summer_time, "Europe/Berlin", "2026-10-25T01:00:00"),
            (try_summer_time, "America/New_York", "2026-11-01T06:00:00"),
            (try_month_end,), (try_jumps,), (try_outages,), (try_agent_jumps,),
            (try_agent_outages,)):
        began = time.monotonic()
        trial(*arguments)
        print(f"{trial.__name__}: {time.monotonic() - began:.1f} s")
    sys.exit(1 if metering.failures else 0)


main()
