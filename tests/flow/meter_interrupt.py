#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: meter_interrupt.py AGENT SANDBOX USAGE

Ends in the middle: SIGTERM to a flush among its records, while answers come late or not at
all; to an agent that is sending; and several processes that add to one ledger and flush it at
once. In the end the service has each unit once. METER_SEED repeats a run.
"""

import os
import pathlib
import random
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import metering  # noqa: E402
import sandbox as support  # noqa: E402
from metering import check  # noqa: E402

AGENT, SANDBOX, USAGE = sys.argv[1:4]
HOURS = 5
DIMENSIONS = ("requests", "gigabytes")
RECORDS = HOURS * len(DIMENSIONS)
TROUBLE = ({"operation": "MeterUsage", "rate": 0.2, "drop_reply": True},
           {"operation": "MeterUsage", "rate": 0.1, "reset": True},
           {"operation": "MeterUsage", "delay_ms": 20})


def honoured(sandbox):
    return sum(record["quantity"] for record in sandbox.records())


def fill(ledger):
    """A record of each dimension in each of the hours before; the units of all."""
    hour = int(time.time()) - 3600
    quantities = range(1, RECORDS + 1)
    lines = "".join(
        f'{{"dimension":"{DIMENSIONS[i % len(DIMENSIONS)]}","quantity":{quantity},'
        f'"timestamp":{hour - i // len(DIMENSIONS) * 3600}}}\n'
        for i, quantity in enumerate(quantities))
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write(lines)
        file.flush()
        ledger.run("import", "--instance", ledger.instance, file.name)
    return sum(quantities)


def check_doubt(ledger, sandbox, total, what):
    """What AWS has lies between what is known to be there and what may be."""
    units = ledger.units()
    known = units.get("accepted", 0)
    check(known <= honoured(sandbox) <= known + units.get("sending", 0), True,
          f"{what}: {units}, and AWS has {honoured(sandbox)}")
    check(sum(units.values()), total, f"{what}: all units")


def try_flush(sandbox, folder, dice):
    ends = set()
    for round_number in range(6):
        sandbox.reset()
        ledger = metering.Ledger(USAGE, sandbox, f"{folder}/flush-{round_number}.db")
        total = fill(ledger)
        sandbox.faults(*TROUBLE)
        for _ in range(4):
            process = ledger.start("flush", "--deadline", "5")
            time.sleep(dice.uniform(0, 0.4))
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=30)
            ends.add(process.returncode)
            # By the signal itself, where that came before there was anything to undo.
            check(process.returncode in (0, 69, 143, -signal.SIGTERM), True,
                  f"ended by SIGTERM with {process.returncode}: {log}")
            check_doubt(ledger, sandbox, total, "after SIGTERM")
        sandbox.faults()
        ledger.run("flush")
        check(ledger.units(), {"accepted": total}, "the next flush finishes it")
        check(honoured(sandbox), total, "each unit once")
        check(len(sandbox.records()), RECORDS, "each record once")
    check(143 in ends, True, f"some were interrupted: {ends}")


def wait_for_records(sandbox, count):
    give_up = time.monotonic() + 30
    while len(sandbox.records()) < count and time.monotonic() < give_up:
        time.sleep(0.01)


def try_agent(sandbox, folder):
    """Its first signal sends the rest in time, its second leaves that to the next start."""
    for signals, wanted in ((1, 0), (2, 143)):
        sandbox.reset()
        ledger = metering.Ledger(USAGE, sandbox, f"{folder}/agent-{signals}.db")
        total = fill(ledger)
        sandbox.faults({"operation": "MeterUsage", "delay_ms": 300})
        with metering.Agent(
                AGENT, sandbox, ledger.path, "--flush-interval", "1") as agent:
            check(agent.post({"dimension": "requests", "quantity": 7})[0], 202, "a use")
            wait_for_records(sandbox, 2)
            for _ in range(signals - 1):
                agent.process.send_signal(signal.SIGTERM)
                give_up = time.monotonic() + 10
                while agent.ask("GET", "/healthz")[0] != 503 and time.monotonic() < give_up:
                    time.sleep(0.01)
            code, log = agent.end()
            check(code, wanted, f"the end by {signals}: {log}")
        check_doubt(ledger, sandbox, total + 7, f"after {signals}")
        sandbox.faults()
        if signals == 2:
            ledger.run("flush", "--final")
        check(ledger.units(), {"accepted": total + 7}, f"all, after {signals}")
        check(honoured(sandbox), total + 7, f"each unit once, after {signals}")


def try_together(sandbox, folder):
    """Two that add, and three that flush, each as often as it can."""
    sandbox.reset()
    ledger = metering.Ledger(USAGE, sandbox, f"{folder}/together.db")
    total = fill(ledger)
    sandbox.faults(TROUBLE[2])
    for _ in range(4):
        processes = [ledger.start(command, *arguments) for command, *arguments in (
            ("flush",), ("flush",), ("flush", "--final"),
            *(("add", "--dimension", name, "--quantity", "10") for name in DIMENSIONS))]
        for process in processes:
            _, log = process.communicate(timeout=60)
            check(process.returncode, 0, f"{process.args[1]} beside others: {log}")
        total += 10 * len(DIMENSIONS)
        check(sum(ledger.units().values()), total, "all units")
    with metering.Agent(AGENT, sandbox, ledger.path, "--flush-interval", "1") as agent:
        process = ledger.start("flush", "--final")
        check(agent.post({"dimension": "requests", "quantity": 5})[0], 202, "beside a flush")
        process.communicate(timeout=60)
        check(process.returncode, 0, "a flush beside an agent")
        check(agent.end()[0], 0, "the agent's end")
    units = ledger.units()
    check(set(units) <= {"accepted", "open"}, True, f"nothing is lost: {units}")
    check(sum(units.values()), total + 5, "all units")
    check(honoured(sandbox), units["accepted"], "each unit once")


def main():
    support.forget_callers_settings()
    seed = int(os.environ.get("METER_SEED", random.randrange(10 ** 6)))
    print(f"METER_SEED={seed}")
    with support.Sandbox(SANDBOX) as sandbox, tempfile.TemporaryDirectory() as folder:
        for trial, *arguments in (
                (try_flush, random.Random(seed)), (try_agent,), (try_together,)):
            began = time.monotonic()
            trial(sandbox, folder, *arguments)
            print(f"{trial.__name__}: {time.monotonic() - began:.1f} s")
    sys.exit(1 if metering.failures else 0)


main()
